"""How far folders have been read: their validity, and the last place; a folder whose validity changed is read anew."""

from __future__ import annotations

from typing import Final

from server.store import database

NOWHERE: Final = ("", 0)


def place(tenant_id: str, mode: str, account_id: str, folder: str) -> tuple[str, int]:
    """Return the validity and the last place of a folder, NOWHERE when it has not been read."""
    sql = "SELECT validity, place FROM email_mailboxes WHERE tenant_id = ? AND mode = ? AND account_id = ? AND folder = ?"
    found = database.row(sql, (tenant_id, mode, account_id, folder))
    return (found[0], found[1]) if found else NOWHERE


def move(tenant_id: str, mode: str, account_id: str, folder: str, validity: str, to: int, now_ms: int) -> None:
    """Write how far a folder has been read."""
    sql = (
        "INSERT INTO email_mailboxes (account_id, tenant_id, mode, folder, validity, place, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, folder) DO UPDATE SET validity = excluded.validity, place = excluded.place, updated_at = excluded.updated_at"
    )
    database.execute(sql, (account_id, tenant_id, mode, folder, validity, to, now_ms))
