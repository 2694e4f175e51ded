"""What a vendor's status means, as a table, and the two forms of Retry-After. A vendor's own oddities override it in `explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.sdk.errors import ConnectorError, CursorExpired, Later, Missing, NeedsUser, Refused, VendorBug, refusal
from connectors.sdk.request import Request, Response
from connectors.sdk.times import read_time

BY_STATUS: Final[Mapping[int, type[ConnectorError]]] = {
    400: Refused,
    401: NeedsUser,
    403: NeedsUser,
    404: Missing,
    405: VendorBug,
    408: Later,
    409: Refused,
    410: CursorExpired,
    412: Refused,
    413: Refused,
    415: VendorBug,
    422: Refused,
    423: Later,
    425: Later,
    429: Later,
}
LONGEST_DETAIL: Final = 300


def explain_status(request: Request, response: Response) -> ConnectorError | None:
    """Return which of the six errors a status is, None for 2xx."""
    status = response.status
    if 200 <= status < 300:
        return None
    if status == 401:
        return refusal("invalid_credential")
    if status == 403:
        return refusal("scope_missing", f"The credential lacks the permission {request.scope}." if request.scope else None)
    kind = BY_STATUS.get(status, Later if status >= 500 else VendorBug)
    if kind is Refused and request.method in ("GET", "HEAD"):
        kind = VendorBug
    return kind(f"The vendor answered {status}{_words(response)}.", after=retry_after(response) if kind is Later else None)


def retry_after(response: Response) -> float | None:
    """Return the seconds to wait that a vendor asks for, as seconds or as an HTTP date by the vendor's own clock; None when it does not."""
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    until, now = read_time(text), read_time(response.headers.get("date", "")) or response.received_ms
    return None if until is None else max(0.0, (until - now) / 1000)


def _words(response: Response) -> str:
    found = response.found
    for name in ("message", "detail", "error_description", "title", "error"):
        words = found.get(name) if isinstance(found, dict) else None
        if isinstance(words, str) and words:
            return f": {words[:LONGEST_DETAIL].rstrip('.')}"
    return ""
