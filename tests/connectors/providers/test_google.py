"""Google's errors are told apart by their reason, not by their status."""

from __future__ import annotations

import json

import pytest

from connectors.providers.google import explain_google, google_account
from connectors.sdk.errors import CursorExpired, Later, Missing, NeedsUser, Refused
from connectors.sdk.request import Request, Response
from connectors.sdk.values import Account

GET, PATCH = Request("GET", "/x"), Request("PATCH", "/x")


def refused(status: int, reason: str, detail: str = "") -> Response:
    details = [{"reason": detail}, {"@type": "other"}] if detail else []
    return Response(status, {}, json.dumps({"error": {"code": status, "errors": [{"reason": reason}], "details": details}}).encode())


@pytest.mark.parametrize(
    ("request_", "response", "kind"),
    [
        (GET, refused(403, "rateLimitExceeded"), Later),
        (GET, refused(429, "x", "RATE_LIMIT_EXCEEDED"), Later),
        (GET, refused(403, "insufficientPermissions"), NeedsUser),
        (GET, refused(410, "fullSyncRequired"), CursorExpired),
        (GET, refused(400, "failedPrecondition", "EXPIRED_SYNC_TOKEN"), CursorExpired),
        (PATCH, refused(400, "failedPrecondition"), Refused),
        (GET, refused(404, "notFound"), Missing),
        (GET, Response(404, {}, b"<html>"), Missing),
        (GET, Response(404, {}, b'{"error": "x"}'), Missing),
        (GET, refused(400, "x", "API_KEY_INVALID"), NeedsUser),
    ],
)
def test_an_answer_is_one_of_the_six(request_: Request, response: Response, kind: type[Exception]) -> None:
    assert type(explain_google(request_, response)) is kind


def test_a_success_is_none() -> None:
    assert explain_google(GET, Response(204)) is None


def test_the_token_belongs_to_somebody() -> None:
    assert google_account(Response(200, {}, b'{"id": "1", "email": "a@b.example"}')) == Account("1", "a@b.example")
