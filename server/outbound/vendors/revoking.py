"""Having a provider forget a token (RFC 7009): the refresh token where there is one, since its access tokens go with it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from connectors.sdk.errors import Later
from connectors.sdk.request import Request
from server.outbound.vendors.tokens import filled
from server.outbound.vendors.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from connectors.sdk.provider import Provider

_OUTAGE: Final = 500


def revoke(provider: Provider, client_id: str, client_secret: str, secret: Mapping[str, Any]) -> bool:
    """Ask the provider to forget a token; False where it takes no such request. Raises Later, or NeedsUser, when it could not be asked."""
    token = secret.get("refresh_token") or secret.get("access_token")
    if not provider.revoke_url or not token:
        return False
    url = filled(provider.revoke_url, {**secret.get("fields", {}), "token": quote(str(token), safe="")})
    form, headers = {"token": str(token)}, {}
    if provider.client_auth == "basic":
        pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": client_id, "client_secret": client_secret}
    _send(Request("DELETE" if "{token}" in provider.revoke_url else "POST", url, form=form, headers=headers))
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
