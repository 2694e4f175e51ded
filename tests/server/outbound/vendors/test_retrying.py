"""The table of what a failure means: for every kind of failure, whether the request is sent again, and when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.answers import explain_status
from connectors.sdk.errors import Later, NeedsUser
from connectors.sdk.request import Request, Response
from server.outbound.vendors.retrying import ANSWER_LOST, LONGEST_WAIT, TRIES, Verdict, judge

GET, POST, KEYED = Request("GET", "/x"), Request("POST", "/x"), Request("POST", "/x", key="k", key_header="Idempotency-Key")


def verdict(request: Request, status: int, tries: int = 1, **headers: str) -> Verdict:
    response = Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"{}")
    error = explain_status(request, response)
    assert error is not None
    return judge(request, response, error, tries, 0.5)


@pytest.mark.parametrize(
    ("request_", "status", "step"),
    [
        (GET, 401, "refresh"), (POST, 401, "refresh"), (GET, 403, "fail"), (GET, 404, "fail"), (POST, 422, "fail"), (POST, 409, "fail"),
        (GET, 429, "again"), (POST, 429, "again"), (POST, 503, "again"), (GET, 500, "again"), (GET, 502, "again"), (GET, 504, "again"),
        (POST, 500, "unknown"), (POST, 502, "unknown"), (POST, 504, "unknown"), (KEYED, 500, "again"), (KEYED, 504, "again"),
    ],
)  # fmt: skip
def test_every_answer_has_its_one_meaning(request_: Request, status: int, step: str) -> None:
    assert verdict(request_, status).step == step


@pytest.mark.parametrize(
    ("request_", "code", "step"), [(GET, ANSWER_LOST, "again"), (POST, ANSWER_LOST, "unknown"), (POST, "host_unreachable", "again")]
)
def test_without_an_answer_only_what_may_have_happened_is_unknown(request_: Request, code: str, step: str) -> None:
    assert judge(request_, None, Later("lost", code=code), 1, 0.5).step == step


@pytest.mark.criterion("connectors-23")
@pytest.mark.parametrize(("asked", "step", "least"), [("2", "again", 2.0), ("5", "again", 5.0), ("6", "later", 6.0), ("600", "later", 600.0)])
def test_a_wait_in_seconds_is_kept_and_a_long_one_gives_the_worker_back(asked: str, step: str, least: float) -> None:
    found = verdict(GET, 429, retry_after=asked)
    assert (found.step, least <= found.after <= least + 1) == (step, True)


@pytest.mark.criterion("connectors-23")
def test_a_wait_until_a_date_is_kept_by_the_vendors_clock() -> None:
    found = verdict(GET, 503, retry_after="Sat, 21 Nov 2026 12:00:40 GMT", date="Sat, 21 Nov 2026 12:00:00 GMT")
    assert (found.step, found.after) == ("later", 40.0)


def test_what_fails_again_and_again_is_left_for_later() -> None:
    assert [verdict(GET, 500, tries).step for tries in range(1, TRIES + 1)] == [*["again"] * (TRIES - 1), "later"]


@given(st.integers(1, 5), st.floats(0, 1, exclude_max=True), st.one_of(st.none(), st.floats(0, 10_000)))
def test_nothing_comes_before_it_was_asked_for_and_no_worker_waits_long(tries: int, jitter: float, asked: float | None) -> None:
    found = judge(GET, Response(429), Later("slow", after=asked), tries, jitter)
    assert found.after >= (asked or 0)
    assert found.step == "later" or found.after <= LONGEST_WAIT


def test_a_refusal_without_an_answer_is_final() -> None:
    assert judge(GET, None, NeedsUser("no"), 1, 0.0) == Verdict("fail")
