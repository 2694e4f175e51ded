"""Between HTTP and the provider."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from server.domain import errors
from server.domain.errors import Invalid, JunctionError
from server.services.oauth.messages import Reply
from server.system.settings import Settings, load
from server.web import oauth


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (errors.Invalid("x"), 400, "invalid_request"),
        (errors.Unsupported("x"), 400, "invalid_request"),
        (errors.TooLarge("x"), 413, "invalid_request"),
        (errors.Unauthenticated(), 401, "invalid_token"),
        (errors.Denied("x", scope="openid"), 403, "insufficient_scope"),
        (errors.Missing("x"), 404, "invalid_request"),
        (errors.Limited("x", retry_after=3), 429, "temporarily_unavailable"),
        (errors.Later("x"), 503, "temporarily_unavailable"),
        (errors.Bug("secret inside"), 500, "server_error"),
    ],
)
def test_refusals_are_told_in_the_words_of_oauth(error: JunctionError, status: int, word: str) -> None:
    found = oauth.refusal(error)
    body = json.loads(found.body)
    assert (found.status, body["error"], found.content_type) == (status, word, "application/json")
    assert ("error_description" in body) is (status < 500 or status == 503)
    assert ("WWW-Authenticate" in found.headers) is (status in {401, 403})
    assert found.headers.get("Retry-After") == ("3" if status == 429 else None)


def test_an_answer_is_json_or_a_way_back() -> None:
    assert oauth.answer(Reply(200, {"a": 1})).body == b'{"a":1}'
    sent = oauth.answer(Reply(303, location="https://app.example.com/?code=x"))
    assert (sent.status, sent.body, sent.headers["Location"]) == (303, b"", "https://app.example.com/?code=x")
    assert oauth.answer(Reply(204)).body == b""


def settings(folder: Path, **given: str) -> Settings:
    """Return settings."""
    return load(folder, environ={}, overrides={name.replace("__", "."): value for name, value in given.items()})


@pytest.mark.parametrize(
    ("proto", "address", "good"),
    [
        ("https", "203.0.113.7", True),
        ("http", "203.0.113.7", False),
        ("http", "127.0.0.1", True),
        ("http", "::1", True),
        ("gopher", "203.0.113.7", False),
    ],
)
def test_plain_http_is_for_this_machine_only(tmp_path: Path, proto: str, address: str, good: bool) -> None:
    known = settings(tmp_path, server__public_url="https://x.example.com", server__trusted_proxies="192.0.2.1")
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": address, "X-Forwarded-Proto": proto}).clone(remote="192.0.2.1")
    if good:
        oauth.check_transport(request, known)
    else:
        with pytest.raises(Invalid):
            oauth.check_transport(request, known)


def test_where_the_public_address_is_plain_http_it_is_allowed(tmp_path: Path) -> None:
    request = make_mocked_request("GET", "/").clone(remote="203.0.113.7")
    oauth.check_transport(request, settings(tmp_path, server__public_url="http://junction.internal"))


def test_a_certificate_in_a_header_is_believed_from_a_trusted_proxy_only(tmp_path: Path) -> None:
    request = make_mocked_request("GET", "/", headers={"Client-Cert": ":AAAA:"})
    named = {"server__client_certificate_header": "Client-Cert"}
    trusting = settings(tmp_path, server__trusted_proxies="192.0.2.1", **named)
    assert oauth.certificate(request.clone(remote="192.0.2.1"), trusting) == b"\0\0\0"
    assert oauth.certificate(request.clone(remote="192.0.2.2"), trusting) != b"\0\0\0"
