"""Addresses whose mailbox was full, how often and since when; a delivery that went through wipes the slate."""

from __future__ import annotations

from server.store import database


def strike(tenant_id: str, mode: str, address: str, now_ms: int) -> tuple[int, int]:
    """Count a failure of an address, and return how many there are and when the first was."""
    sql = (
        "INSERT INTO email_strikes (tenant_id, mode, address, count, first_at, last_at) VALUES (?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (tenant_id, mode, address) DO UPDATE SET count = email_strikes.count + 1, last_at = excluded.last_at"
        " RETURNING count, first_at"
    )
    count, first_at = database.rows(sql, (tenant_id, mode, address, now_ms, now_ms))[0]
    return int(count), int(first_at)


def clear(tenant_id: str, mode: str, address: str) -> None:
    """Forget the failures of an address."""
    database.execute("DELETE FROM email_strikes WHERE tenant_id = ? AND mode = ? AND address = ?", (tenant_id, mode, address))
