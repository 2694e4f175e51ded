"""Circuit breakers: one row per installation whose vendor failed lately; a good answer deletes it.

`open_until` is when the next probe may be made; of several who come then, one moves it on and makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE: Final = Table("breakers", ("installation_id", "tenant_id", "mode", "failures", "opened", "open_until", "reason", "updated_at"))
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def find(tenant_id: str, mode: str, installation_id: str) -> Row | None:
    """Return the breaker of an installation, None when its vendor answers."""
    return TABLE.find(_OWN, (tenant_id, mode, installation_id))


def fail(tenant_id: str, mode: str, installation_id: str, reason: str, now_ms: int, threshold: int, until_ms: int) -> bool:
    """Count a failure in a row, and open at the threshold; tells whether this failure opened it."""
    values: Sequence[object] = (installation_id, tenant_id, mode, reason, now_ms, threshold, until_ms, threshold)
    found = database.row(
        "INSERT INTO breakers (installation_id, tenant_id, mode, failures, opened, open_until, reason, updated_at) VALUES (?, ?, ?, 1, 0, 0, ?, ?)"
        " ON CONFLICT (installation_id) DO UPDATE SET failures = breakers.failures + 1, reason = excluded.reason, updated_at = excluded.updated_at,"
        " open_until = CASE WHEN breakers.failures + 1 >= ? THEN ? ELSE breakers.open_until END,"
        " opened = CASE WHEN breakers.failures + 1 >= ? THEN breakers.opened + 1 ELSE breakers.opened END RETURNING opened",
        values,
    )
    return bool(found and found[0] == 1)


def take_probe(tenant_id: str, mode: str, installation_id: str, seen_ms: int, until_ms: int) -> bool:
    """Take the one probe that is due; False when somebody else was faster."""
    sql = f"UPDATE breakers SET open_until = ? WHERE {_OWN} AND open_until = ?"
    return database.run(sql, (until_ms, tenant_id, mode, installation_id, seen_ms)) == 1


def close(tenant_id: str, mode: str, installation_id: str) -> bool:
    """Close a breaker; False when it was closed."""
    return database.run(f"DELETE FROM breakers WHERE {_OWN}", (tenant_id, mode, installation_id)) == 1
