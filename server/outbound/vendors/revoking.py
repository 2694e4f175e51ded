"""Having a provider forget a token (RFC 7009): the refresh token where there is one, since its access tokens go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from connectors.sdk.errors import Later
from connectors.sdk.request import Request
from server.outbound.vendors.tokens import App, filled, proof_of
from server.outbound.vendors.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from connectors.sdk.provider import Provider

_OUTAGE: Final = 500


def revoke(provider: Provider, app: App, secret: Mapping[str, Any]) -> bool:
    """Ask the provider to forget a token; False where it takes no such request. Raises Later, or NeedsUser, when it could not be asked."""
    token = secret.get("refresh_token") or secret.get("access_token")
    if not provider.revoke_url or not token:
        return False
    known = secret.get("fields", {})
    url = filled(provider.revoke_url, {**known, "token": quote(str(token), safe="")})
    asked = {name: filled(value, known) for name, value in provider.revoke_params.items()} or {"token": str(token)}
    proof, headers = proof_of(provider, app)
    _send(Request("DELETE" if "{token}" in provider.revoke_url else "POST", url, form={**asked, **proof}, headers=headers))
    return True


def _send(request: Request) -> None:
    host = (urlsplit(request.url).hostname or "").lower()
    transport = Transport(lambda asked: asked.lower() == host, {"purpose": "revocation"})
    try:
        response = transport.send(request)
    finally:
        transport.close()
    if response.status >= _OUTAGE:
        raise Later(f"The address that forgets tokens answered {response.status}.", code="token_unavailable")
