"""Keys that id tokens and signed access tokens are signed with; the private half is sealed."""

from __future__ import annotations

from typing import Any, Final

from server.store import database

COLUMNS: Final = ("id", "algorithm", "private", "public", "created_at", "signs_from", "retires_at")
Row = dict[str, Any]


def insert(key_id: str, algorithm: str, private: bytes, public: str, now_ms: int, signs_from_ms: int) -> None:
    """Insert a key that signs from a moment on."""
    database.execute(
        "INSERT INTO signing_keys (id, algorithm, private, public, created_at, signs_from) VALUES (?, ?, ?, ?, ?, ?)",
        (key_id, algorithm, private, public, now_ms, signs_from_ms),
    )


def all_live(now_ms: int) -> list[Row]:
    """Return the keys that are not retired, the one that signs last first."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM signing_keys WHERE retires_at IS NULL OR retires_at > ? ORDER BY signs_from DESC, id DESC"
    found = [dict(zip(COLUMNS, row, strict=True)) for row in database.rows(sql, (now_ms,))]
    return [{**row, "private": bytes(row["private"])} for row in found]


def retire(successor_id: str, at_ms: int) -> None:
    """Let every key but one retire at a moment, unless it does already."""
    database.execute("UPDATE signing_keys SET retires_at = ? WHERE id <> ? AND retires_at IS NULL", (at_ms, successor_id))


def hold() -> None:
    """Keep other processes from making keys until the commit; SQLite has one writer anyway."""
    if not database.is_sqlite():
        database.execute("SELECT pg_advisory_xact_lock(7427)")
