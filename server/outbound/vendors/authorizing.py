"""Who we are, put on a request: each kind of auth of the SDK as a function of the request and what is known, secrets among it.

`known` are the fields of the configuration with their secrets, and `access_token` for the kinds that have one.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from connectors.sdk.auth import ApiKey, Auth, Basic, Bearer, ClientCredentials, JwtBearer, NoAuth, OAuth1, OAuth2, SigV4, TwoStep
from connectors.sdk.errors import refusal
from connectors.sdk.request import Request
from server.outbound.vendors import oauth1, sigv4
from server.system import clock

Known = Mapping[str, str]
ACCESS_TOKEN: Final = "access_token"  # noqa: S105 - the name of a field


@singledispatch
def authorize(auth: Auth, request: Request, known: Known) -> Request:
    """Return the request with the proof of who we are. Raises NeedsUser (`invalid_credential`) when a secret is not there."""
    raise NotImplementedError(f"{type(auth).__name__} with {len(known)} fields for {request.method}")


def text_of(name: str, known: Known) -> str:
    """Return what a field holds, or the fixed text behind an equals sign. Raises NeedsUser when the field is empty."""
    if name.startswith("="):
        return name[1:]
    found = known.get(name)
    if not found:
        raise refusal("invalid_credential", f"The field {name} is not filled in.")
    return found


def _with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


@authorize.register
def _(auth: NoAuth, request: Request, known: Known) -> Request:  # noqa: ARG001 - there is nothing to show
    return request


@authorize.register
def _(auth: ApiKey, request: Request, known: Known) -> Request:
    secret = auth.template.replace("{secret}", text_of(auth.secret, known))
    if auth.place == "header":
        return _with_header(request, auth.name, secret)
    return request.with_params({auth.name: secret}) if auth.place == "query" else request.with_json({auth.name: secret})


@authorize.register
def _(auth: Basic, request: Request, known: Known) -> Request:
    pair = f"{text_of(auth.user, known)}:{text_of(auth.password, known)}"
    return _with_header(request, "Authorization", "Basic " + base64.b64encode(pair.encode()).decode())


@authorize.register
def _(auth: Bearer, request: Request, known: Known) -> Request:
    return _with_header(request, "Authorization", f"Bearer {text_of(auth.secret, known)}")


@authorize.register(ClientCredentials)
@authorize.register(JwtBearer)
def _(auth: Any, request: Request, known: Known) -> Request:  # noqa: ARG001 - the token says it all
    return _with_header(request, "Authorization", f"Bearer {text_of(ACCESS_TOKEN, known)}")


@authorize.register(OAuth2)
@authorize.register(TwoStep)
def _(auth: Any, request: Request, known: Known) -> Request:
    return _with_header(request, auth.name, auth.template.replace("{token}", text_of(ACCESS_TOKEN, known)))


@authorize.register
def _(auth: OAuth1, request: Request, known: Known) -> Request:
    names = (auth.consumer_key, auth.consumer_secret, auth.token, auth.token_secret)
    keys = oauth1.Keys(*(text_of(name, known) if name else "" for name in names))
    realm = text_of(auth.realm, known) if auth.realm else ""
    pairs = [*_texts(request), *(request.form or {}).items()]
    value = oauth1.header(
        request.method, request.url, pairs, keys,
        algorithm=auth.method, realm=realm, nonce=os.urandom(12).hex(), seconds=clock.now_ms() // 1000,
    )  # fmt: skip
    return _with_header(request, "Authorization", value)


@authorize.register
def _(auth: SigV4, request: Request, known: Known) -> Request:
    fixed = _as_bytes(request)
    signer = sigv4.Signer(text_of(auth.access_key, known), text_of(auth.secret_key, known), _filled(auth.region, known), _filled(auth.service, known))
    added = signer.headers(fixed.method, fixed.url, _texts(fixed), fixed.body or b"", clock.now_ms())
    return replace(fixed, headers={**fixed.headers, **added})


def _filled(text: str, known: Known) -> str:
    return text_of(text[1:-1], known) if text.startswith("{") else text


def _as_bytes(request: Request) -> Request:
    """Return the request with its body as the bytes that are sent: they are what is signed."""
    if request.json is not None:
        content, kind = orjson.dumps(request.json), "application/json"
    elif request.form is not None:
        content, kind = urlencode(request.form).encode(), "application/x-www-form-urlencoded"
    else:
        return request
    return replace(request, json=None, form=None, body=content, headers={"Content-Type": kind, **request.headers})


def _texts(request: Request) -> list[tuple[str, str]]:
    return [(name, str(one)) for name, value in request.params.items() for one in (value if isinstance(value, tuple) else (value,))]
