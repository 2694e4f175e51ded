"""Tokens that clients were given: access, refresh, and those that let a client register. Stored as keyed hashes.

A refresh token that was used stays until it expires, so that using it again is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = (
    "id", "tenant_id", "mode", "kind", "client_id", "authorization_id", "user_id", "digest", "scopes", "audience", "issuer", "bound_to",
    "created_at", "expires_at", "used_at", "revoked_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM tokens"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredAccess:
    """An access token as the door needs it; `bound_to` is the fingerprint of the certificate it is good with, None for any or none."""

    client_id: str
    tenant_id: str
    mode: str
    scopes: frozenset[str]
    user_id: str | None
    role: str
    tier: str
    tenant_status: str
    api_version: str
    expires_at: int
    bound_to: str | None


_FIND_ACCESS: Final = (
    "SELECT t.client_id, t.tenant_id, t.mode, t.scopes, t.user_id, u.role, u.status, n.tier, n.status, c.api_version, t.expires_at, t.bound_to"
    " FROM tokens t JOIN clients c ON c.id = t.client_id JOIN tenants n ON n.id = t.tenant_id LEFT JOIN users u ON u.id = t.user_id"
    " WHERE t.digest = ? AND t.kind = 'access' AND t.revoked_at IS NULL AND t.expires_at > ?"
)


def find_access(digest: str, now_ms: int) -> StoredAccess | None:
    """Return the live access token with this keyed hash, or None; one whose user is gone or disabled is none either."""
    found = database.row(_FIND_ACCESS, (digest, now_ms))
    if found is None:
        return None
    client_id, tenant_id, mode, scopes, user_id, role, user_status, tier, status, version, expires_at, bound_to = found
    if user_id is not None and user_status != "active":
        return None
    granted = frozenset(orjson.loads(scopes))
    return StoredAccess(client_id, tenant_id, mode, granted, user_id, role or "owner", tier or "unlimited", status, version, expires_at, bound_to)


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a token."""
    values = {**row, "tenant_id": tenant_id, "mode": mode} | {name: orjson.dumps(row[name]).decode() for name in ("scopes", "audience")}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO tokens ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def find_by_digest(digest: str) -> Row | None:
    """Return the token with this keyed hash, also one that has ended."""
    found = database.row(f"{_SELECT} WHERE digest = ?", (digest,))
    if found is None:
        return None
    row = dict(zip(COLUMNS, found, strict=True))
    return row | {name: orjson.loads(row[name]) for name in ("scopes", "audience")}


def use(token_id: str, now_ms: int) -> bool:
    """Use a refresh token up; False when it was used or revoked before."""
    return database.run("UPDATE tokens SET used_at = ? WHERE id = ? AND used_at IS NULL AND revoked_at IS NULL", (now_ms, token_id)) == 1


def revoke(token_id: str, now_ms: int) -> None:
    """End one token."""
    database.execute("UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now_ms, token_id))


def prune(expired_before_ms: int, limit: int) -> int:
    """Delete tokens that expired before a moment."""
    return database.run("DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE expires_at < ? LIMIT ?)", (expired_before_ms, limit))
