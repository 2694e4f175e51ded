"""Authorizations: what a person allowed a client, and the code that the client fetches its first tokens with.

Revoking one revokes every token that came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Mode

COLUMNS: Final = (
    "id", "tenant_id", "mode", "client_id", "user_id", "scopes", "resources", "issuer", "code_digest", "code_expires_at", "code_used_at",
    "redirect_uri", "challenge", "nonce", "auth_time", "created_at", "revoked_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM authorizations"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """One authorization as the person sees it who gave it."""

    id: str
    mode: Mode
    client_id: str
    client_name: str
    scopes: tuple[str, ...]
    created_at: int


def _row(values: Any) -> Row | None:
    if values is None:
        return None
    found = dict(zip(COLUMNS, values, strict=True))
    return found | {name: orjson.loads(found[name]) for name in ("scopes", "resources")}


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert what a person allowed."""
    values = {**row, "tenant_id": tenant_id, "mode": mode} | {name: orjson.dumps(row[name]).decode() for name in ("scopes", "resources")}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO authorizations ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def find_by_code(digest: str) -> Row | None:
    """Return what a code stands for, also one that was used or has expired."""
    return _row(database.row(f"{_SELECT} WHERE code_digest = ?", (digest,)))


def find_live(authorization_id: str) -> Row | None:
    """Return an authorization that was not revoked, or None."""
    return _row(database.row(f"{_SELECT} WHERE id = ? AND revoked_at IS NULL", (authorization_id,)))


def use_code(authorization_id: str, now_ms: int) -> bool:
    """Use the code up; False when it was used before, or revoked."""
    sql = "UPDATE authorizations SET code_used_at = ? WHERE id = ? AND code_used_at IS NULL AND revoked_at IS NULL"
    return database.run(sql, (now_ms, authorization_id)) == 1


def revoke(authorization_id: str, now_ms: int) -> None:
    """Revoke an authorization and every token of it."""
    database.execute("UPDATE authorizations SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now_ms, authorization_id))
    database.execute("UPDATE tokens SET revoked_at = ? WHERE authorization_id = ? AND revoked_at IS NULL", (now_ms, authorization_id))


def allowed_scopes(tenant_id: str, mode: str, user_id: str, client_id: str) -> frozenset[str]:
    """Return every scope that a person has allowed a client and not taken back."""
    sql = "SELECT scopes FROM authorizations WHERE tenant_id = ? AND mode = ? AND user_id = ? AND client_id = ? AND revoked_at IS NULL"
    found = database.rows(sql, (tenant_id, mode, user_id, client_id))
    return frozenset(scope for row in found for scope in orjson.loads(row[0]))


def given_by(tenant_id: str, user_id: str) -> list[Given]:
    """Return what a person has allowed and not taken back, in either mode, the newest first."""
    sql = (
        "SELECT a.id, a.mode, a.client_id, c.name, a.scopes, a.created_at FROM authorizations a JOIN clients c ON c.id = a.client_id"
        " WHERE a.tenant_id = ? AND a.user_id = ? AND a.revoked_at IS NULL AND a.code_used_at IS NOT NULL ORDER BY a.created_at DESC, a.id DESC"
    )
    found = database.rows(sql, (tenant_id, user_id))
    return [Given(key, mode, client, name, tuple(orjson.loads(scopes)), created_at) for key, mode, client, name, scopes, created_at in found]


def prune(before_ms: int, limit: int) -> int:
    """Delete authorizations from before a moment of which no token is left."""
    sql = (
        "DELETE FROM authorizations WHERE id IN (SELECT a.id FROM authorizations a WHERE a.created_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.authorization_id = a.id) LIMIT ?)"
    )
    return database.run(sql, (before_ms, limit))
