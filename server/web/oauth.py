"""Between HTTP and the OAuth provider: requests in its form, answers and refusals as RFC 6749 has them, and the check of the transport."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain import errors
from server.domain.errors import Invalid
from server.services.oauth.issuers import Issuer, issuer_of
from server.system.proxies import client_address, client_scheme
from server.web import problems
from server.web.addresses import storable
from server.web.calls import Answer, Call

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from server.domain.errors import JunctionError
    from server.services.oauth.messages import Asked, Pairs, Reply
    from server.system.settings import Settings

RESOURCE_METADATA: Final = "/.well-known/oauth-protected-resource"
# The words of RFC 6749 section 5.2 and RFC 6750 section 3.1 for our errors, the nearest class deciding.
_WORDS: Final[dict[type[JunctionError], tuple[int, str]]] = {
    errors.Invalid: (400, "invalid_request"),
    errors.TooLarge: (413, "invalid_request"),
    errors.Unauthenticated: (401, "invalid_token"),
    errors.Denied: (403, "insufficient_scope"),
    errors.Missing: (404, "invalid_request"),
    errors.Later: (503, "temporarily_unavailable"),
    errors.Limited: (429, "temporarily_unavailable"),
}


def issuer(call: Call) -> Issuer:
    """Return who is asked: the appliance, or the tenant that the address names. Raises Invalid over a bad transport, Missing."""
    check_transport(call.request, call.settings)
    return issuer_of(call.settings, call.params.get("tenant"))


def asked(call: Call, pairs: Pairs) -> Asked:
    """Return the request in the provider's form. Raises Invalid for characters that nothing could store."""
    from server.services.oauth.messages import Asked

    if not all(storable(part) for pair in pairs for part in pair):
        raise Invalid("A parameter holds a character that no text can hold.")
    authorization = call.headers.get("Authorization")
    return Asked(call.request.method, pairs, authorization, certificate(call.request, call.settings), call.actor, call.admit or _nobody)


def _nobody(_client_id: str, _tenant_id: str | None, _tier: str | None) -> None:
    """Count nothing: where a person is asked, the address is counted."""


def answer(reply: Reply) -> Answer:
    """Return the provider's answer as HTTP."""
    headers = dict(reply.headers)
    if reply.location is not None:
        headers["Location"] = reply.location
    body = orjson.dumps(reply.body) if reply.location is None and reply.status != 204 else b""
    return Answer(body, reply.status, headers)


def refusal(error: JunctionError) -> Answer:
    """Return an error of ours in the words of OAuth; a fault of ours says nothing."""
    status, word = next((_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS), (500, "server_error"))
    described = {} if status == 500 else {"error_description": error.detail}
    found = Answer(orjson.dumps({"error": word, **described}), status)
    if status in {401, 403}:
        found.headers["WWW-Authenticate"] = problems.challenge(error) if status == 401 or "scope" in error.members else 'Bearer realm="junction"'
    if error.retry_after is not None:
        found.headers["Retry-After"] = str(error.retry_after)
    return found


def bearer(call: Call) -> str | None:
    """Return the bearer token of the header, the only place it may be in (RFC 9700 section 4.3.2); None without one."""
    scheme, _, token = call.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def check_transport(request: BaseRequest, settings: Settings) -> None:
    """Raise Invalid for plain http, unless it comes from this machine or the public address is http itself.

    The scheme is what a trusted proxy says, if there is one: behind it every connection here is plain.
    """
    trusted = settings.server.trusted_proxies
    own = "http" if settings.server.tls == "off" else "https"
    scheme = client_scheme(request.remote or "", request.headers.get("X-Forwarded-Proto"), trusted, own)
    if scheme == "https" or settings.server.public_url.startswith("http://"):
        return
    if not _is_loopback(client_address(request.remote or "", request.headers.get("X-Forwarded-For"), trusted)):
        raise Invalid("OAuth needs https; this request came over plain http.")


def certificate(request: BaseRequest, settings: Settings) -> bytes | None:
    """Return the client's certificate in DER: of the TLS connection, or as a trusted proxy passes it on; None when it showed none."""
    from server.services.oauth.certificates import from_header

    name, peer = settings.server.client_certificate_header, request.remote or ""
    if name and settings.server.trusted_proxies and any(_address(peer) in network for network in settings.server.trusted_proxies):
        return from_header(request.headers.get(name, ""))
    connection: Any = request.transport.get_extra_info("ssl_object") if request.transport is not None else None
    found: bytes | None = connection.getpeercert(binary_form=True) if connection is not None else None
    return found


def fingerprint(request: BaseRequest, settings: Settings) -> str | None:
    """Return the fingerprint of the client's certificate, for a token that is bound to one (RFC 8705 section 3); None when it showed none."""
    from server.services.oauth import certificates

    shown = certificate(request, settings)
    return None if shown is None else certificates.fingerprint(shown)


def _address(text: str) -> Any:
    try:
        return ip_address(text)
    except ValueError:
        return ip_address("::")


def _is_loopback(text: str) -> bool:
    return bool(_address(text).is_loopback)
