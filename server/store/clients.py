"""OAuth clients: programs that get tokens, of a tenant or, when they registered themselves at the appliance, of none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "name", "origin", "secret_digest", "old_secret_digest", "old_secret_ends_at", "auth_method", "token_format",
    "grant_types", "redirect_uris", "scopes", "metadata", "registration_digest", "user_id", "api_version", "created_by", "last_used_at", "version",
    "created_at", "updated_at",
)  # fmt: skip
JSON: Final = frozenset({"grant_types", "redirect_uris", "scopes", "metadata"})
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM clients"
_WITH_TENANT: Final = (
    f"SELECT {', '.join(f'c.{name}' for name in COLUMNS)}, t.tier, t.status FROM clients c LEFT JOIN tenants t ON t.id = c.tenant_id WHERE c.id = ?"
)
Row = dict[str, Any]


def _row(values: Sequence[Any] | None) -> Row | None:
    if values is None:
        return None
    found = dict(zip(COLUMNS, values, strict=True))
    return found | {name: orjson.loads(found[name]) for name in JSON}


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: orjson.dumps(value).decode() if name in JSON else value for name, value in values.items()}


def find_anywhere(client_id: str) -> Row | None:
    """Return a client of whatever tenant with the tenant's `tenant_tier` and `tenant_status`, None both for one of no tenant."""
    found = database.row(_WITH_TENANT, (client_id,))
    client = _row(found[:-2]) if found else None
    return None if client is None or found is None else {**client, "tenant_tier": found[-2], "tenant_status": found[-1]}


def insert(tenant_id: str | None, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a client; `tenant_id` is None for one that registered itself at the appliance."""
    values = _stored({**row, "tenant_id": tenant_id, "mode": mode})
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO clients ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def find(tenant_id: str, mode: str, client_id: str) -> Row | None:
    """Return a client, or None."""
    return _row(database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, client_id)))


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return clients behind an id, in the order of their ids."""
    found = database.rows(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id > ? ORDER BY id LIMIT ?", (tenant_id, mode, after, limit))
    return [row for row in map(_row, found) if row]


def update(tenant_id: str | None, client_id: str, change: Mapping[str, Any], version: int) -> bool:
    """Write columns over a version; False when somebody else was faster."""
    owned, values = ("tenant_id IS NULL", ()) if tenant_id is None else ("tenant_id = ?", (tenant_id,))
    assignments = ", ".join(f"{name} = ?" for name in change)
    sql = f"UPDATE clients SET {assignments}, version = version + 1 WHERE {owned} AND id = ? AND version = ?"
    return database.run(sql, (*_stored(change).values(), *values, client_id, version)) == 1


def touch(client_id: str, now_ms: int, older_than_ms: int) -> None:
    """Write that a client was used now, unless that was written recently."""
    sql = "UPDATE clients SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)"
    database.execute(sql, (now_ms, client_id, older_than_ms))


def delete(client_id: str) -> None:
    """Delete a client with everything it was given."""
    for table, column in (("tokens", "client_id"), ("authorizations", "client_id"), ("clients", "id")):
        database.execute(f"DELETE FROM {table} WHERE {column} = ?", (client_id,))


def count_registered(tenant_id: str | None) -> int:
    """Return how many clients registered themselves, with a tenant or, when it is None, at the appliance."""
    owned, values = ("tenant_id IS NULL", ()) if tenant_id is None else ("tenant_id = ?", (tenant_id,))
    found = database.row(f"SELECT COUNT(*) FROM clients WHERE {owned} AND origin = 'registered'", values)
    return int(found[0]) if found else 0


def unused(never_since_ms: int, not_since_ms: int, limit: int) -> list[str]:
    """Return ids of self-registered clients that were made before one moment and never used, or last used before the other."""
    sql = (
        "SELECT id FROM clients WHERE origin = 'registered' AND ((last_used_at IS NULL AND created_at < ?)"
        " OR (last_used_at IS NOT NULL AND last_used_at < ?)) LIMIT ?"
    )
    return [row[0] for row in database.rows(sql, (never_since_ms, not_since_ms, limit))]


def registration_is_open(tenant_id: str | None) -> bool:
    """Tell whether a tenant lets clients register themselves without a token; for None, whether any tenant does."""
    if tenant_id is None:
        return database.row("SELECT 1 FROM client_registrations WHERE is_open = 1 LIMIT 1") is not None
    return database.row("SELECT 1 FROM client_registrations WHERE tenant_id = ? AND is_open = 1", (tenant_id,)) is not None


def put_registration(tenant_id: str, *, is_open: bool) -> None:
    """Write whether clients may register themselves with a tenant."""
    sql = "INSERT INTO client_registrations (tenant_id, is_open) VALUES (?, ?) ON CONFLICT (tenant_id) DO UPDATE SET is_open = excluded.is_open"
    database.execute(sql, (tenant_id, int(is_open)))
