"""How many calls a vendor is answering at once: one row per place that it has, held until its call is over or the holder's time is.

A holder that was killed gives nothing back, so each place is held until a moment and no longer.
"""

from __future__ import annotations

from server.store import database


def take(key: str, most: int, holder: str, now_ms: int, until_ms: int) -> bool:
    """Take one of `most` places; False when all are held. Needs an open transaction."""
    if _known(key, most) < most:
        for number in range(most):
            database.execute("INSERT INTO vendor_slots (key, number, until_at) VALUES (?, ?, 0) ON CONFLICT (key, number) DO NOTHING", (key, number))
    skip = "" if database.is_sqlite() else " FOR UPDATE SKIP LOCKED"
    free = f"SELECT number FROM vendor_slots WHERE key = ? AND number < ? AND until_at <= ? ORDER BY number LIMIT 1{skip}"
    sql = f"UPDATE vendor_slots SET holder = ?, until_at = ? WHERE key = ? AND number = ({free})"
    return database.run(sql, (holder, until_ms, key, key, most, now_ms)) == 1


def _known(key: str, most: int) -> int:
    found = database.row("SELECT COUNT(*) FROM vendor_slots WHERE key = ? AND number < ?", (key, most))
    return int(found[0]) if found else 0


def give_back(key: str, holder: str, now_ms: int) -> None:
    """Let a place go; one whose time was over may be somebody else's by now, and stays his."""
    database.execute("UPDATE vendor_slots SET holder = NULL, until_at = ? WHERE key = ? AND holder = ?", (now_ms, key, holder))


def prune(before_ms: int) -> None:
    """Forget places that nobody has held since a moment."""
    database.execute("DELETE FROM vendor_slots WHERE until_at < ?", (before_ms,))
