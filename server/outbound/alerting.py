"""Posting alerts to the operators' address: one signed POST to a vetted address, no redirect, no proxy of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.errors import Later
from server.outbound.sessions import USER_AGENT, session

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS: Final = 15
_ACCEPTED: Final = range(200, 300)


def post(url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Post once. Raises Later unless the answer is a 2xx, AddressRefused for an address that is off limits."""
    import requests
    from urllib3.exceptions import HTTPError

    try:
        with session() as client:
            reply = client.post(url, data=body, headers={**headers, "User-Agent": USER_AGENT}, timeout=TIMEOUT_SECONDS, allow_redirects=False)
            status = reply.status_code
    except (requests.RequestException, HTTPError, OSError) as error:
        raise Later(f"The address for alerts could not be reached: {error}"[:500], code="alert_unreachable") from error
    if status not in _ACCEPTED:
        raise Later(f"The address for alerts answered {status}.", code="alert_refused")
