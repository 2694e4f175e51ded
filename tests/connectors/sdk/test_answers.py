"""What a status means, and how long a vendor asks us to wait."""

from __future__ import annotations

import json

import pytest

from connectors.sdk.answers import explain_status, retry_after
from connectors.sdk.errors import CursorExpired, Later, Missing, NeedsUser, Refused, VendorBug
from connectors.sdk.request import Request, Response

GET, POST = Request("GET", "/x", scope="things.read"), Request("POST", "/x")
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("request_", "status", "kind", "code"),
    [
        (GET, 401, NeedsUser, "invalid_credential"),
        (GET, 403, NeedsUser, "scope_missing"),
        (GET, 404, Missing, "remote_missing"),
        (GET, 410, CursorExpired, "cursor_expired"),
        (POST, 422, Refused, "record_refused"),
        (POST, 400, Refused, "record_refused"),
        (GET, 400, VendorBug, "vendor_bug"),
        (GET, 429, Later, "try_later"),
        (GET, 502, Later, "try_later"),
        (GET, 418, VendorBug, "vendor_bug"),
        (GET, 302, VendorBug, "vendor_bug"),
    ],
)
def test_a_status_is_one_of_the_six(request_: Request, status: int, kind: type[Exception], code: str) -> None:
    error = explain_status(request_, Response(status))
    assert type(error) is kind
    assert error.stable_code == code
    assert error.remedy


@pytest.mark.parametrize("status", [200, 201, 204, 207])
def test_a_success_is_no_error(status: int) -> None:
    assert explain_status(GET, Response(status)) is None


def test_a_lacking_permission_is_named() -> None:
    assert "things.read" in str(explain_status(GET, Response(403)))


def test_the_vendors_own_words_are_kept_short() -> None:
    error = explain_status(POST, Response(422, {}, json.dumps({"message": "Email is not valid." + "x" * 1000}).encode()))
    assert "Email is not valid" in str(error)
    assert len(str(error)) < 400


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:09 GMT", "date": DATE}, 9.0),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_comes_in_seconds_or_as_a_date_by_the_vendors_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Response(429, headers)) == seconds


def test_a_date_without_the_vendors_clock_is_taken_by_ours() -> None:
    assert retry_after(Response(429, {"retry-after": DATE}, received_ms=1_795_176_000_000 - 3_000)) == 3.0
