"""What Google's APIs have in common: one consent for all of them, and errors with a reason inside."""

from __future__ import annotations

from typing import Any

from tests.vendors.identity import IdentityFacts
from tests.vendors.messages import Answer, Call
from tests.vendors.personality import Personality, Published, route

USER = "owner@example.com"
USERINFO = Published("google/oauth2.v2.openapi3.json")
STATES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
          429: "RESOURCE_EXHAUSTED"}  # fmt: skip


class Google(Personality):
    """One of Google's APIs."""

    key = "google"
    host = "www.googleapis.com"
    domain = "global"
    identity = IdentityFacts(
        "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "https://oauth2.googleapis.com/revoke", client="body",
        expires_in=3599,
    )  # fmt: skip

    @route("GET", "/oauth2/v2/userinfo", host="www.googleapis.com")
    def userinfo(self, call: Call) -> Answer:
        return Answer.of({"id": "1", "email": USER, "verified_email": True, "name": "Alice Adams"})

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return self.refused(status, code, message)

    def refused(self, status: int, reason: str, message: str, details: list[Any] | None = None) -> Answer:
        error = {"code": status, "message": message, "status": STATES.get(status, "UNKNOWN"),
                 "errors": [{"message": message, "domain": self.domain, "reason": reason}]}  # fmt: skip
        return Answer.of({"error": error | ({"details": details} if details else {})}, status)

    def unauthorized(self, call: Call) -> Answer:
        return self.refused(401, "authError", "Request had invalid authentication credentials.")

    def throttled(self, wait: int) -> Answer:
        return self.refused(403, "rateLimitExceeded", "Rate Limit Exceeded")
