"""OpenID Connect: the id token that tells a client who signed in, and what it may further ask about that person."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Denied, Unauthenticated
from server.services.credentials import check_binding
from server.services.oauth import tokens
from server.store import users
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Collection

    from server.services.oauth.issuers import Issuer
    from server.store.authorizations import Row

CLAIMS: Final = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "email", "email_verified", "updated_at")
ID_TOKEN_SECONDS: Final = 3600


def add_id_token(token: dict[str, Any], authorization: Row, user: dict[str, Any], issuer: Issuer) -> None:
    """Put an id token beside the access token when the scope holds `openid`."""
    if "openid" not in authorization["scopes"]:
        return
    now = clock.now_ms() // 1000
    claims: dict[str, Any] = {
        "iss": issuer.url,
        "aud": authorization["client_id"],
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "auth_time": authorization["auth_time"] // 1000,
        "at_hash": _half_hash(token["access_token"]),
        **about(user, authorization["scopes"]),
    }
    if authorization["nonce"]:
        claims["nonce"] = authorization["nonce"]
    token["id_token"] = tokens.signed(claims, "JWT")


def about(user: dict[str, Any], scopes: Collection[str]) -> dict[str, Any]:
    """Return what the scopes tell about a person. Whoever administers a tenant can enter any address, so none counts as verified."""
    found: dict[str, Any] = {"sub": user["id"]}
    if "profile" in scopes:
        found |= {"name": user["name"] or user["email"], "updated_at": user["updated_at"] // 1000}
    if "email" in scopes:
        found |= {"email": user["email"], "email_verified": False}
    return found


def userinfo(text: str | None, fingerprint: str | None = None) -> dict[str, Any]:
    """Return what an access token lets its client know about the person. Raises Unauthenticated, Denied without `openid`."""
    if not text:
        raise Unauthenticated
    row = tokens.find(text, "access")
    user = users.find(row["tenant_id"], row["user_id"]) if row and row["user_id"] and tokens.is_live(row) else None
    if row is None or user is None or user["status"] != "active":
        raise Unauthenticated("This access token is unknown, expired or revoked.", code="invalid_token")
    check_binding(row["bound_to"], fingerprint)
    if "openid" not in row["scopes"]:
        raise Denied("This access token lacks the scope 'openid'.", code="insufficient_scope", scope="openid")
    return about(user, row["scopes"])


def _half_hash(access_token: str) -> str:
    """Return at_hash (OpenID Connect Core section 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()
