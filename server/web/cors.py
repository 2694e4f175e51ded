"""Cross-origin requests (the Fetch standard's CORS protocol): off until an operator names origins.

Credentials travel in a header that a page has to set itself, never in a cookie, so no origin is ever allowed credentials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

EXPOSED: Final = (
    "ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed, Preference-Applied, RateLimit, RateLimit-Policy, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Deprecation, Sunset"
)
ACCEPTED: Final = (
    "Authorization, X-API-Key, Content-Type, Accept, If-Match, If-None-Match, Idempotency-Key, Prefer, X-Request-Id, "
    "Junction-Version, Junction-Mode, Last-Event-ID"
)
_REMEMBERED_SECONDS: Final = "600"


class CrossOrigin:
    """Says which pages of other origins may read answers."""

    def __init__(self, origins: Collection[str]) -> None:
        """`*` among the origins allows every one."""
        self._every = "*" in origins
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)

    def headers(self, request: Mapping[str, str]) -> dict[str, str]:
        """Return what goes on every answer to a request with these headers."""
        vary = {} if self._every else {"Vary": "Origin"}
        origin = request.get("Origin")
        if origin is None or not (self._every or origin.lower() in self._origins):
            return vary
        return {**vary, "Access-Control-Allow-Origin": "*" if self._every else origin, "Access-Control-Expose-Headers": EXPOSED}

    def preflight(self, request: Mapping[str, str], methods: str) -> dict[str, str]:
        """Return what further goes on the answer to a preflight; nothing when the request is none, or not from an allowed origin."""
        if "Access-Control-Request-Method" not in request or "Access-Control-Allow-Origin" not in self.headers(request):
            return {}
        return {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": ACCEPTED,
            "Access-Control-Max-Age": _REMEMBERED_SECONDS,
        }
