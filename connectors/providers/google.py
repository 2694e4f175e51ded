"""What all of Google's APIs have in common: how errors tell their reason, and who the token belongs to."""

from __future__ import annotations

from typing import Any, Final

from connectors.sdk.answers import explain_status, retry_after
from connectors.sdk.errors import ConnectorError, CursorExpired, Later, refusal
from connectors.sdk.request import Request, Response
from connectors.sdk.values import Account

PROBE: Final = Request("GET", "https://www.googleapis.com/oauth2/v2/userinfo")
LIMITED: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"})
EXPIRED: Final = frozenset({"EXPIRED_SYNC_TOKEN", "fullSyncRequired", "updatedMinTooLongAgo"})


def explain_google(request: Request, response: Response) -> ConnectorError | None:
    """Return which of the six errors an answer is: a 403 may be a limit, and a 400 a token that has expired."""
    if response.status < 300:
        return None
    reasons = reasons_of(response.found)
    if reasons & LIMITED:
        return Later("Google asks to slow down.", after=retry_after(response))
    if reasons & EXPIRED:
        return CursorExpired()
    if response.status == 400 and "API_KEY_INVALID" in reasons:
        return refusal("invalid_credential")
    return explain_status(request, response)


def reasons_of(document: Any) -> set[str]:
    """Return every reason that an error names."""
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return set()
    return {str(one["reason"]) for one in (*error.get("errors", ()), *error.get("details", ())) if isinstance(one, dict) and "reason" in one}


def google_account(response: Response) -> Account:
    """Return whose token it is."""
    return Account(str(response.at("id")), str(response.at("email")))
