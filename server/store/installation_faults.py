"""The error log of installations: one row per installation and code, with how often and when it was met last."""

from __future__ import annotations

from typing import Final

from server.store import database
from server.store.tables import Row, Table

TABLE: Final = Table(
    "installation_faults", ("id", "tenant_id", "mode", "installation_id", "code", "detail", "remedy", "occurrences", "first_at", "last_at")
)


def note(tenant_id: str, mode: str, installation_id: str, fault_id: str, code: str, detail: str, remedy: str | None, now_ms: int) -> None:
    """Write that something went wrong, once more when it did so before."""
    database.execute(
        "INSERT INTO installation_faults (id, tenant_id, mode, installation_id, code, detail, remedy, occurrences, first_at, last_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (installation_id, code) DO UPDATE SET detail = excluded.detail,"
        " remedy = excluded.remedy, occurrences = installation_faults.occurrences + 1, last_at = excluded.last_at",
        (fault_id, tenant_id, mode, installation_id, code, detail, remedy, now_ms, now_ms),
    )


def newest(tenant_id: str, mode: str, installation_id: str, limit: int) -> list[Row]:
    """Return what went wrong, the newest first."""
    condition = "tenant_id = ? AND mode = ? AND installation_id = ? ORDER BY last_at DESC, id LIMIT ?"
    return TABLE.rows(condition, (tenant_id, mode, installation_id, limit))
