"""Tokens: made opaque or signed (RFC 9068), kept only as keyed hashes, and found again by them.

Also a signed one is known by its hash here, so revoking it works at once; others verify it by the published keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from server.domain import keys
from server.services import signing_keys, vaults
from server.store import tokens
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Mode
    from server.services.oauth.client_model import Client
    from server.services.oauth.issuers import Issuer
    from server.store.tokens import Row

ACCESS_SECONDS: Final = 3600
REFRESH_MS: Final = 30 * 86_400_000
KEPT_MS: Final = 3_600_000
PRUNED_AT_ONCE: Final = 20
PURPOSES: Final = {"access": "access-token", "refresh": "refresh-token", "initial": "initial-access-token"}


def mint_access(client: Client, issuer: Issuer, subject: str, scope: str, audience: Sequence[str], bound_to: str | None = None) -> str:
    """Return a new access token in the form that the client is to get; what it is `bound_to` stands in a signed one (RFC 8705 section 3.1)."""
    if client.row["token_format"] != "jwt":
        return keys.mint(cast("Mode", client.row["mode"]), "oat")
    now = clock.now_ms() // 1000
    claims: dict[str, Any] = {
        "iss": issuer.url,
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "sub": subject,
        "client_id": client.id,
        "iat": now,
        "exp": now + ACCESS_SECONDS,
        "jti": ids.new_id("jti"),
        "scope": scope,
    }
    return signed(claims | confirmation(bound_to), "at+jwt")


def confirmation(bound_to: str | None) -> dict[str, Any]:
    """Return the claim that says what certificate a token is bound to (RFC 8705 sections 3.1 and 3.2), none for a mere bearer token."""
    return {"cnf": {"x5t#S256": bound_to}} if bound_to else {}


def mint_refresh(client: Client) -> str:
    """Return a new refresh token."""
    return keys.mint(cast("Mode", client.row["mode"]), "ort")


def signed(claims: dict[str, Any], kind: str) -> str:
    """Return claims as a signed token of a type."""
    from joserfc import jwt

    key = signing_keys.current()
    return jwt.encode({"alg": signing_keys.ALGORITHM, "kid": key.kid, "typ": kind}, claims, key)


def keep(text: str, kind: str, tenant_id: str, mode: str, row: dict[str, Any]) -> str:
    """Store a token and return its id; `row` says whose it is and what for."""
    now = clock.now_ms()
    lasts = ACCESS_SECONDS * 1000 if kind == "access" else REFRESH_MS
    digest = vaults.vault().digest(text, PURPOSES[kind])
    tokens.prune(now - KEPT_MS, PRUNED_AT_ONCE)
    token_id = ids.new_id("tok")
    tokens.insert(tenant_id, mode, {"id": token_id, "kind": kind, "digest": digest, "created_at": now, "expires_at": now + lasts, **row})
    return token_id


def find(text: str, kind: str) -> Row | None:
    """Return a token by its text, also one that has ended."""
    found = tokens.find_by_digest(vaults.vault().digest(text, PURPOSES[kind]))
    return found if found and found["kind"] == kind else None


def find_any(text: str) -> Row | None:
    """Return an access or refresh token by its text, also one that has ended."""
    return find(text, "access") or find(text, "refresh")


def is_live(row: Row) -> bool:
    """Tell whether a token is good now."""
    return row["revoked_at"] is None and row["used_at"] is None and row["expires_at"] > clock.now_ms()
