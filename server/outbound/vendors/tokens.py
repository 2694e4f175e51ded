"""Tokens of vendors: one call of a token's address per grant, and what its answer holds. Nothing is kept here.

A grant that the vendor refuses for good is NeedsUser; whatever else goes wrong is Later, for the old token may still be good.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from connectors.sdk.auth import Auth, ClientCredentials, JwtBearer, OAuth2, TwoStep
from connectors.sdk.errors import ConnectorError, Later, NeedsUser
from connectors.sdk.paths import at
from connectors.sdk.provider import Provider
from connectors.sdk.request import Request, Response
from server.outbound.vendors.authorizing import Known, text_of
from server.outbound.vendors.transport import Transport
from server.system import clock

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
# RFC 6749, section 5.2: the grant, or who asks for it, will not be accepted however often it is sent.
_FINAL: Final = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "access_denied"})


@dataclass(frozen=True, repr=False)
class App:
    """Our client at a provider."""

    client_id: str
    client_secret: str = ""


@dataclass(frozen=True, repr=False)
class Token:
    """What a token's address answered; `seconds` is how long it holds, None until it is refused. `fields` are needed by requests."""

    access_token: str
    refresh_token: str = ""
    seconds: float | None = None
    scopes: tuple[str, ...] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def has_tokens(auth: Auth) -> bool:
    """Tell whether an auth has tokens that are over some day."""
    return isinstance(auth, OAuth2 | ClientCredentials | JwtBearer | TwoStep)


def filled(template: str, known: Known) -> str:
    """Return an address of a provider with its placeholders filled in."""
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], ""), template)


def refresh(provider: Provider, app: App, refresh_token: str, known: Known) -> Token:
    """Return the token that a refresh token is good for. Raises NeedsUser or Later."""
    return ask(provider, app, {"grant_type": "refresh_token", "refresh_token": refresh_token}, known)


def grant(auth: Auth, provider: Provider | None, known: Known, address: str) -> Token:
    """Return a token for what the configuration holds, for the kinds that need no person. Raises NeedsUser or Later."""
    if isinstance(auth, ClientCredentials) and provider:
        app = App(text_of(auth.client_id, known), text_of(auth.client_secret, known))
        scope = {"scope": provider.scope_separator.join(auth.scopes)} if auth.scopes else {}
        return ask(
            provider, app, {"grant_type": "client_credentials", **scope, **{name: filled(one, known) for name, one in auth.params.items()}}, known
        )
    if isinstance(auth, JwtBearer) and provider:
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": _assertion(auth, provider, known)}
        return ask(provider, None, form, known)
    if isinstance(auth, TwoStep):
        return _log_in(auth, known, address)
    raise NeedsUser("The account has to be connected by a person.", code="not_connected")


def ask(provider: Provider, app: App | None, form: Mapping[str, str], known: Known) -> Token:
    """Ask a provider for a token. Raises NeedsUser when it refuses for good, Later otherwise."""
    proof, headers = proof_of(provider, app) if app else ({}, {})
    request = Request("POST", filled(provider.token_url, known), form={**provider.token_params, **form, **proof}, headers=headers)
    return _token(provider, _exchange(request))


def proof_of(provider: Provider, app: App) -> tuple[dict[str, str], dict[str, str]]:
    """Return the members of the form and the headers by which a provider knows our client."""
    if provider.client_auth == "basic":
        pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
        return {}, {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    if provider.client_auth == "bearer":
        return {"client_id": app.client_id}, {"Authorization": f"Bearer {app.client_secret}"}
    return {"client_id": app.client_id} | ({"client_secret": app.client_secret} if app.client_secret else {}), {}


def with_metadata(provider: Provider, token: Token, known: Known) -> Token:
    """Return a new token with the fields that a provider tells at another address than the token's. Raises NeedsUser or Later."""
    if not provider.metadata_url:
        return token
    headers = {"Authorization": f"{provider.metadata_prefix} {token.access_token}"}
    found = _exchange(Request("GET", filled(provider.metadata_url, known), headers=headers)).found
    told = _fields(provider, found)
    lacking = [name for name in provider.token_fields if name not in told and name not in token.fields]
    if lacking:
        raise Later(f"The vendor does not tell {', '.join(lacking)} of this connection.", code="token_unavailable")
    return replace(token, fields={**token.fields, **told})


def _fields(provider: Provider, found: Any) -> dict[str, str]:
    return {name: str(value) for name in provider.token_fields if (value := at(found, name)) is not None}


def _exchange(request: Request) -> Response:
    host = (urlsplit(request.url).hostname or "").lower()
    transport = Transport(lambda asked: asked.lower() == host, {"purpose": "token"})
    try:
        response = transport.send(request)
    finally:
        transport.close()
    failure = _failure(response)
    if failure:
        raise failure
    return response


def _failure(response: Response) -> ConnectorError | None:
    found = response.found if isinstance(response.found, dict) else {}
    code = found.get("error")
    if isinstance(code, str) and code in _FINAL:
        return NeedsUser(f"The vendor no longer gives out tokens for this connection ({code}).", code="reauthorisation_needed")
    if 200 <= response.status < 300 and not code:
        return None
    if response.status in {400, 401, 403}:
        return NeedsUser(f"The vendor refused to give out a token (status {response.status}).", code="reauthorisation_needed")
    return Later(f"The token's address answered {response.status}.", code="token_unavailable")


def _token(provider: Provider, response: Response) -> Token:
    found = response.found
    access = at(found, provider.access_token)
    if not isinstance(access, str) or not access or not access.isprintable():
        raise Later("The answer of the token's address holds no token.", code="token_unavailable")
    seconds = _seconds(at(found, "expires_in"), provider.lifetime_seconds)
    scope = at(found, "scope")
    scopes = tuple(re.split(r"[ ,]+", scope.strip())) if isinstance(scope, str) and scope.strip() else None
    return Token(access, str(at(found, "refresh_token") or ""), seconds, scopes, _fields(provider, found))


def _seconds(told: Any, default: int) -> float | None:
    try:
        return float(told) if told is not None else (default or None)
    except (TypeError, ValueError):
        return default or None


def _assertion(auth: JwtBearer, provider: Provider, known: Known) -> str:
    from joserfc import jwt
    from joserfc.jwk import ECKey, RSAKey

    pem = text_of(auth.private_key, known).replace("\\n", "\n")
    key = (ECKey if auth.algorithm.startswith("ES") else RSAKey).import_key(pem)
    now = clock.now_ms() // 1000
    claims: dict[str, Any] = {name: filled(value, known) for name, value in auth.claims.items()}
    if auth.scopes:
        claims.setdefault("scope", provider.scope_separator.join(auth.scopes))
    claims |= {"iat": now, "exp": now + auth.lifetime_seconds}
    claims.setdefault("aud", filled(provider.token_url, known))
    named = {"kid": filled(auth.key_id, known)} if auth.key_id else {}
    return jwt.encode({"alg": auth.algorithm, "typ": "JWT", **named}, claims, key, algorithms=[auth.algorithm])


def _log_in(auth: TwoStep, known: Known, address: str) -> Token:
    """Return the token of a login that is sent once and holds for a while."""
    method, _, path = auth.login.partition(" ")
    url = path if "://" in path else f"{address.rstrip('/')}/{path.lstrip('/')}"
    response = _exchange(Request(method, url, json={name: filled(value, known) for name, value in auth.body.items()}))
    found = at(response.found, auth.token)
    if not isinstance(found, str) or not found:
        raise NeedsUser("The vendor took the login and gave no token for it.")
    return Token(found, seconds=auth.lifetime_seconds)
