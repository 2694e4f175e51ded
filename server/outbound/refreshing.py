"""Access tokens for mail accounts: one refreshed by its refresh token (RFC 6749 section 6), through the address guard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain.errors import Later, Skip, Unprocessable
from server.outbound.sessions import USER_AGENT, session

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS: Final = 15
_DEFAULT_SECONDS: Final = 3600


class Grant(NamedTuple):
    """What a token endpoint gave; `refresh_token` is None where the old one stays good."""

    access_token: str
    refresh_token: str | None
    expires_in: int


def refresh(token_url: str, fields: Mapping[str, str]) -> Grant:
    """Return a new access token. Raises Unprocessable (`token_refused`) when somebody has to sign in again, Later when nobody answered."""
    import requests

    data = {"grant_type": "refresh_token", **fields}
    try:
        reply = session().post(token_url, data=data, headers={"User-Agent": USER_AGENT}, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        found = reply.json()
    except Skip as error:
        raise Unprocessable(error.detail, code="token_refused") from error
    except (requests.RequestException, ValueError) as error:
        raise Later(f"The token endpoint could not be used: {error}"[:500], code="token_unavailable") from error
    if not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
        said = found.get("error_description") or found.get("error") if isinstance(found, dict) else None
        detail = f"The token endpoint answered {reply.status_code}: {said or 'no token'}"[:500]
        raise (Later(detail, code="token_unavailable") if reply.status_code >= 500 else Unprocessable(detail, code="token_refused"))
    seconds = found.get("expires_in")
    renewed = found.get("refresh_token")
    return Grant(
        found["access_token"], renewed if isinstance(renewed, str) else None, int(seconds) if isinstance(seconds, int | str) else _DEFAULT_SECONDS
    )
