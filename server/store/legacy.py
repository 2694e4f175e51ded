"""Legacy access: which tenants let SuiteCRM's clients in, the application passwords of their users, and the tokens of these clients.

Those tokens lie among the others, under kinds of their own, so that they open nothing but SuiteCRM's addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = ("id", "tenant_id", "user_id", "digest", "scopes", "created_by", "created_at", "last_used_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM legacy_passwords"
ACCESS: Final = "legacy_access"
REFRESH: Final = "legacy_refresh"
SESSION: Final = "legacy_session"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A live token as the door needs it; `family` joins those that came of one sign-in."""

    id: str
    kind: str
    client_id: str
    tenant_id: str
    mode: str
    user_id: str | None
    family: str
    role: str
    scopes: frozenset[str]
    tier: str
    used: bool
    expires_at: int


_FIND: Final = (
    "SELECT t.id, t.kind, t.client_id, t.tenant_id, t.mode, t.user_id, t.authorization_id, u.role, u.status, t.scopes, n.tier, t.used_at,"
    " t.expires_at"
    " FROM tokens t JOIN tenants n ON n.id = t.tenant_id JOIN legacy_access a ON a.tenant_id = t.tenant_id"
    " LEFT JOIN users u ON u.id = t.user_id"
    " WHERE t.digest = ? AND t.kind = ? AND t.revoked_at IS NULL AND t.expires_at > ? AND n.status = 'active' AND a.enabled = 1"
)


def find_token(digest: str, kind: str, now_ms: int) -> StoredToken | None:
    """Return the live token with this keyed hash; None also when its tenant lets nobody in so, or its user is gone or disabled."""
    found = database.row(_FIND, (digest, kind, now_ms))
    if found is None:
        return None
    token_id, kind, client_id, tenant_id, mode, user_id, family, role, status, scopes, tier, used_at, expires_at = found
    if user_id is not None and status != "active":
        return None
    allowed, used = frozenset(orjson.loads(scopes)), used_at is not None
    return StoredToken(token_id, kind, client_id, tenant_id, mode, user_id, family, role or "owner", allowed, tier, used, expires_at)


def is_enabled(tenant_id: str) -> bool:
    """Tell whether a tenant lets SuiteCRM's clients in."""
    return database.row("SELECT 1 FROM legacy_access WHERE tenant_id = ? AND enabled = 1", (tenant_id,)) is not None


def is_open(tenant_id: str) -> bool:
    """Tell whether a tenant lets SuiteCRM's clients in and is let in itself."""
    sql = "SELECT 1 FROM legacy_access a JOIN tenants t ON t.id = a.tenant_id WHERE a.tenant_id = ? AND a.enabled = 1 AND t.status = 'active'"
    return database.row(sql, (tenant_id,)) is not None


def put_access(tenant_id: str, *, enabled: bool, now_ms: int) -> None:
    """Write whether a tenant lets SuiteCRM's clients in."""
    database.execute(
        "INSERT INTO legacy_access (tenant_id, enabled, updated_at) VALUES (?, ?, ?)"
        " ON CONFLICT (tenant_id) DO UPDATE SET enabled = excluded.enabled, updated_at = excluded.updated_at",
        (tenant_id, int(enabled), now_ms),
    )


def replace_password(tenant_id: str, row: Mapping[str, Any]) -> None:
    """Write a user's application password over the one that was."""
    database.execute("DELETE FROM legacy_passwords WHERE tenant_id = ? AND user_id = ?", (tenant_id, row["user_id"]))
    values = {**row, "tenant_id": tenant_id, "scopes": orjson.dumps(row["scopes"]).decode()}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO legacy_passwords ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def _row(values: tuple[Any, ...] | None) -> Row | None:
    if values is None:
        return None
    found = dict(zip(COLUMNS, values, strict=True))
    return found | {"scopes": orjson.loads(found["scopes"])}


def find_password(tenant_id: str, password_id: str) -> Row | None:
    """Return an application password, or None."""
    return _row(database.row(f"{_SELECT} WHERE tenant_id = ? AND id = ?", (tenant_id, password_id)))


def find_password_of(tenant_id: str, user_id: str) -> Row | None:
    """Return a user's application password, or None."""
    return _row(database.row(f"{_SELECT} WHERE tenant_id = ? AND user_id = ?", (tenant_id, user_id)))


def passwords(tenant_id: str) -> list[Row]:
    """Return every application password of a tenant, the newest first."""
    found = database.rows(f"{_SELECT} WHERE tenant_id = ? ORDER BY id DESC", (tenant_id,))
    return [row for row in map(_row, found) if row]


def delete_password(tenant_id: str, password_id: str) -> None:
    """Delete an application password."""
    database.execute("DELETE FROM legacy_passwords WHERE tenant_id = ? AND id = ?", (tenant_id, password_id))


def touch_password(tenant_id: str, password_id: str, now_ms: int) -> None:
    """Write that an application password was used now."""
    database.execute("UPDATE legacy_passwords SET last_used_at = ? WHERE tenant_id = ? AND id = ?", (now_ms, tenant_id, password_id))


def prolong(tenant_id: str, token_id: str, until_ms: int) -> None:
    """Let a live token last longer."""
    database.execute("UPDATE tokens SET expires_at = ? WHERE tenant_id = ? AND id = ? AND revoked_at IS NULL", (until_ms, tenant_id, token_id))


def revoke_family(tenant_id: str, family: str, now_ms: int) -> None:
    """End every token that came of one sign-in."""
    database.execute(
        "UPDATE tokens SET revoked_at = ? WHERE tenant_id = ? AND authorization_id = ? AND revoked_at IS NULL", (now_ms, tenant_id, family)
    )


def revoke_of_user(tenant_id: str, user_id: str, now_ms: int) -> None:
    """End every legacy token that stands for a user's application password."""
    database.execute(
        "UPDATE tokens SET revoked_at = ? WHERE tenant_id = ? AND user_id = ? AND kind LIKE 'legacy_%' AND revoked_at IS NULL",
        (now_ms, tenant_id, user_id),
    )
