"""Proving who a client is: by its secret in the header or the body, by its certificate, or, for a public one, by its id alone.

Exactly one way per request (RFC 6749 section 2.3); every failure is the same 401, so nothing tells an unknown client from a wrong secret.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from server.services.oauth import certificates, trail
from server.services.oauth.certificates import BY_CERTIFICATE
from server.services.oauth.client_model import BY_SECRET, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.services.oauth.messages import Message

METHODS: Final = ("client_secret_basic", "client_secret_post", "none", "tls_client_auth", "self_signed_tls_client_auth")
PROVEN: Final = tuple(method for method in METHODS if method != "none")
"""For what only a client that can prove itself may do."""


def authenticate(request: Message, methods: Sequence[str], query_client: Callable[[str], Client | None]) -> Client:
    """Return the client that a request comes from. Raises InvalidClientError, InvalidRequestError for two ways at once."""
    basic, form = _basic(request), request.form
    if basic and "client_secret" in form:
        raise InvalidRequestError("Use one way of client authentication, not two.")
    client_id, secret = basic or (form.get("client_id"), form.get("client_secret"))
    if basic and form.get("client_id", client_id) != client_id:
        raise InvalidRequestError("The header and the body name different clients.")
    client = query_client(client_id) if client_id else None
    if client is None:
        raise refused()
    if not _proves(request, client, secret, methods):
        trail.record(request.asked, ("client", client.id), (client.tenant_id, client.row["mode"]), "client.refused", client.id)
        raise refused()
    request.auth_method = client.method
    return client


def refused() -> InvalidClientError:
    """Return the one answer to a client that did not prove itself."""
    return InvalidClientError(description="Client authentication failed.", status_code=401)


def _proves(request: Message, client: Client, secret: str | None, methods: Sequence[str]) -> bool:
    if client.method not in methods:
        return False
    if client.method in BY_SECRET:
        return secret is not None and client.check_client_secret(secret)
    if secret is not None:
        return False
    if client.method in BY_CERTIFICATE:
        shown = request.asked.certificate
        return shown is not None and certificates.fits(client.method, client.row["metadata"], shown)
    return True


def _basic(request: Message) -> tuple[str, str] | None:
    """Return id and secret of the header, each form-encoded (RFC 6749 section 2.3.1); None without a header."""
    header = request.asked.authorization
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        raise refused()
    try:
        client_id, colon, secret = base64.b64decode(token.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise refused() from error
    if not colon or not client_id or not secret:
        raise refused()
    return unquote_plus(client_id), unquote_plus(secret)
