"""Inbound sources: the addresses that vendors send to, with their sealed secrets, and how each has fared.

`health` is what was last told of a source: ok, failing or silent. `failures` counts refused and quarantined messages since the
last good one, `missed_at` is when a change was found first that no message had told of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "name", "provider", "description", "status", "secrets", "options", "account", "installation_id", "health",
    "failures", "refused", "last_error", "last_seen_at", "last_refused_at", "missed_at", "version", "created_at", "updated_at", "deleted_at",
)  # fmt: skip
_WRITTEN: Final = (
    "name", "description", "status", "secrets", "options", "account", "installation_id", "health", "failures", "version", "updated_at", "deleted_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM inbound_sources"
_MOST_OF_PROVIDER: Final = 50
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    found = dict(zip(COLUMNS, values, strict=True))
    found["secrets"] = bytes(found["secrets"])
    return found


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a source."""
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO inbound_sources ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def find(tenant_id: str, mode: str, source_id: str) -> Row | None:
    """Return a source, or None."""
    found = database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id = ? AND deleted_at IS NULL", (tenant_id, mode, source_id))
    return _row(found) if found else None


def find_by_address(address: str) -> Row | None:
    """Return the source that answers at `/hooks/{address}`: its own id, or that of the installation that owns it."""
    found = database.row(f"{_SELECT} WHERE id = ? AND deleted_at IS NULL", (address,))
    if found is None:
        found = database.row(f"{_SELECT} WHERE installation_id = ? AND deleted_at IS NULL", (address,))
    return _row(found) if found else None


def of_provider(provider: str, account: str | None) -> list[Row]:
    """Return the active sources that share a provider's one address: those of an account, or some of all when None."""
    sql = f"{_SELECT} WHERE provider = ? AND account IS NOT NULL AND deleted_at IS NULL AND status = 'active'"
    if account is not None:
        return [_row(row) for row in database.rows(f"{sql} AND account = ? ORDER BY id LIMIT ?", (provider, account, _MOST_OF_PROVIDER))]
    return [_row(row) for row in database.rows(f"{sql} ORDER BY id LIMIT ?", (provider, _MOST_OF_PROVIDER))]


def installed(source_ids: Sequence[str]) -> set[str]:
    """Return those of the sources that an installation owns."""
    marks = ", ".join("?" * len(source_ids))
    sql = f"SELECT id FROM inbound_sources WHERE installation_id IS NOT NULL AND id IN ({marks})"
    return {row[0] for row in database.rows(sql, source_ids)} if source_ids else set()


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return sources behind an id, in the order of their ids."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?"
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, after, limit))]


def count(tenant_id: str, mode: str) -> int:
    """Return how many sources a tenant has."""
    found = database.row("SELECT COUNT(*) FROM inbound_sources WHERE tenant_id = ? AND mode = ? AND deleted_at IS NULL", (tenant_id, mode))
    return int(found[0]) if found else 0


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a source over a version; False when somebody else was faster. What arrivals count is left alone."""
    assignments = ", ".join(f"{name} = ?" for name in _WRITTEN)
    sql = f"UPDATE inbound_sources SET {assignments} WHERE tenant_id = ? AND mode = ? AND id = ? AND version = ?"
    return database.run(sql, [*(row[name] for name in _WRITTEN), tenant_id, mode, row["id"], version]) == 1


def seen(tenant_id: str, mode: str, source_id: str, now_ms: int, spacing_ms: int) -> None:
    """Note that a good message came; at most once per `spacing_ms`, so that a busy source is no place to queue at."""
    sql = "UPDATE inbound_sources SET last_seen_at = ? WHERE tenant_id = ? AND mode = ? AND id = ? AND (last_seen_at IS NULL OR last_seen_at <= ?)"
    database.execute(sql, (now_ms, tenant_id, mode, source_id, now_ms - spacing_ms))


def note_failures(tenant_id: str, mode: str, source_id: str, refused: int, failures: int, error: str, now_ms: int) -> None:
    """Add what failed since the last note."""
    database.execute(
        "UPDATE inbound_sources SET refused = refused + ?, failures = failures + ?, last_error = ?,"
        " last_refused_at = CASE WHEN ? > 0 THEN ? ELSE last_refused_at END WHERE tenant_id = ? AND mode = ? AND id = ?",
        (refused, failures, error, refused, now_ms, tenant_id, mode, source_id),
    )


def note_success(tenant_id: str, mode: str, source_id: str) -> None:
    """Begin to count failures anew."""
    database.execute(
        "UPDATE inbound_sources SET failures = 0 WHERE tenant_id = ? AND mode = ? AND id = ? AND failures > 0", (tenant_id, mode, source_id)
    )


def note_missed(tenant_id: str, mode: str, installation_id: str, now_ms: int, heard_since_ms: int) -> None:
    """Note that an installation's vendor did not tell of a change, unless it has told something lately; the first such moment stays."""
    sql = (
        "UPDATE inbound_sources SET missed_at = ? WHERE tenant_id = ? AND mode = ? AND installation_id = ? AND deleted_at IS NULL"
        " AND COALESCE(last_seen_at, 0) < ? AND COALESCE(missed_at, 0) <= COALESCE(last_seen_at, 0)"
    )
    database.execute(sql, (now_ms, tenant_id, mode, installation_id, heard_since_ms))


def watched() -> list[Row]:
    """Return the active sources of all tenants that may have to change their health: failing, missing or expecting something, or not ok."""
    missing = "missed_at > COALESCE(last_seen_at, 0)"
    expecting = "options LIKE '%\"expected_every_seconds\":_%'"
    sql = f"{_SELECT} WHERE deleted_at IS NULL AND (failures > 0 OR health <> 'ok' OR {missing} OR {expecting})"
    return [_row(row) for row in database.rows(sql)]


def change_health(tenant_id: str, mode: str, source_id: str, before: str, after: str) -> bool:
    """Write the health of a source; False when it was no longer `before`, so that of several watchers one tells."""
    sql = "UPDATE inbound_sources SET health = ? WHERE tenant_id = ? AND mode = ? AND id = ? AND health = ? AND deleted_at IS NULL"
    return database.run(sql, (after, tenant_id, mode, source_id, before)) == 1


def troubled() -> dict[str, int]:
    """Return how many active sources of all tenants are in each health but ok."""
    sql = "SELECT health, COUNT(*) FROM inbound_sources WHERE health <> 'ok' AND deleted_at IS NULL AND status = 'active' GROUP BY health"
    return dict(database.rows(sql))
