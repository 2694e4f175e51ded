"""The door answers what its parser refuses with problems too, and closes."""

from __future__ import annotations

import json

import pytest

from tests.api.appliance import Appliance
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400, "malformed_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "malformed_request"),
    ],
    ids=["a long line", "a long header", "a bad header", "a TLS greeting"],
)
def test_what_is_no_request_gets_a_problem_and_the_connection_ends(appliance: Appliance, sent: bytes, status: int, code: str) -> None:
    head, _, body = appliance.anonymous.raw(sent).partition(b"\r\n\r\n")
    assert head.startswith((f"HTTP/1.1 {status} ".encode(), f"HTTP/1.0 {status} ".encode()))
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"].encode() in head


def test_two_requests_may_follow_each_other_at_once(appliance: Appliance) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    answers = appliance.anonymous.raw(one + one.replace(b"Host: a", b"Host: a\r\nConnection: close"))
    assert answers.count(b"HTTP/1.1 200 OK") == 2
