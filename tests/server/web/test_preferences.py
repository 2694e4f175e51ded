"""Preferences as RFC 7240 writes them."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from server.web.calls import Call
from server.web.preferences import ASYNC, MINIMAL, accepted, preferences, prefers


def call(*lines: str) -> Call:
    request = make_mocked_request("POST", "/", CIMultiDict([("Prefer", line) for line in lines]))
    nothing: Any = None
    return Call(nothing, nothing, {}, (), request.headers, "req_1", request, nothing)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), set()),
        (("respond-async",), {"respond-async"}),
        (("Respond-Async, wait=10",), {"respond-async", "wait=10"}),
        (('return="minimal"; foo=bar, respond-async',), {"return=minimal", "respond-async"}),
        (("return=minimal", "return=representation", "respond-async"), {"return=minimal", "respond-async"}),
        (('x=""',), {"x"}),
        ((",;=",), set()),
    ],
)
def test_preferences_are_read_from_every_line_and_the_first_of_a_name_counts(lines: tuple[str, ...], found: set[str]) -> None:
    assert preferences(call(*lines)) == found


def test_a_caller_prefers_only_what_it_says() -> None:
    assert prefers(call("respond-async"), ASYNC)
    assert not prefers(call("respond-async"), MINIMAL)
    assert not prefers(call(), ASYNC)


def test_work_that_is_done_later_is_answered_with_its_job_and_where_it_is() -> None:
    found = accepted({"id": "job_1"}, "/api/v1/jobs/job_1")
    assert (found.status, found.headers) == (202, {"Location": "/api/v1/jobs/job_1", "Preference-Applied": "respond-async"})
    assert "Preference-Applied" not in accepted({}, "/x", asked=False).headers
