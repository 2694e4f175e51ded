"""Fetching small public documents (keys, certificates, confirmations): one GET to a vetted address, bounded in time and size."""

from __future__ import annotations

from typing import Final

from server.domain.errors import Later
from server.outbound.sessions import USER_AGENT, session

TIMEOUT_SECONDS: Final = 5
LARGEST: Final = 262_144
_OK: Final = 200
_DEEPEST: Final = 10


def fetch(url: str) -> bytes:
    """Return what lies at an address. Raises Later (`fetch_failed`), or Skip for an address that is off limits."""
    import requests
    from urllib3.exceptions import HTTPError

    try:
        with (
            session() as client,
            client.get(url, headers={"User-Agent": USER_AGENT}, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as reply,
        ):
            content: bytes = reply.raw.read(LARGEST + 1, decode_content=True)
            status = reply.status_code
    except (requests.RequestException, HTTPError, OSError) as error:
        raise Later(f"{url[:200]} could not be reached: {_reason(error)}"[:500], code="fetch_failed", retry_after=30) from error
    if status != _OK or len(content) > LARGEST:
        raise Later(f"{url[:200]} answered {status} with {len(content)} bytes.", code="fetch_failed", retry_after=30)
    return content


def _reason(error: BaseException) -> str:
    """Return what the system said, which the libraries wrap in words of their own."""
    found: BaseException | None = error
    for _ in range(_DEEPEST):
        if found is None:
            break
        if isinstance(found, OSError) and found.strerror:
            return found.strerror
        found = found.__cause__ or found.__context__
    return str(error)
