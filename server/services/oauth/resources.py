"""Resource indicators (RFC 8707): which API a token is for. This appliance serves one, at its public address and below /api."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import OAuth2Error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.services.oauth.issuers import Issuer
    from server.services.oauth.messages import Message

MOST: Final = 10
LONGEST: Final = 2000


class InvalidTargetError(OAuth2Error):
    """A resource is malformed, unknown, or not what was authorized."""

    error = "invalid_target"


def wanted(request: Message, issuer: Issuer) -> list[str]:
    """Return the resources a request names, in their one spelling. Raises InvalidTargetError for one that is not served here."""
    given: Sequence[str] = request.payload.datalist.get("resource", [])
    if len(given) > MOST:
        raise InvalidTargetError("Too many resources.")
    return sorted({_known(one, issuer) for one in given})


def audience(request: Message, issuer: Issuer, authorized: Sequence[str]) -> list[str]:
    """Return what a token is for: what is asked for now, else what was authorized, else the whole API."""
    asked = wanted(request, issuer)
    if authorized and not set(asked) <= set(authorized):
        raise InvalidTargetError("This resource was not authorized.")
    return asked or list(authorized) or [issuer.public_url]


def _known(text: str, issuer: Issuer) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    plain = text.rstrip("/")
    if not parts.scheme or not parts.netloc or "#" in text or len(text) > LONGEST:
        raise InvalidTargetError("A resource is an absolute address without a fragment.")
    served = plain in {issuer.public_url, f"{issuer.public_url}/api"} or plain.startswith(f"{issuer.public_url}/api/")
    if not served:
        raise InvalidTargetError("This resource is not served here.")
    return plain
