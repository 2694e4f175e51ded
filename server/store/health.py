"""What the rows say about the appliance as a whole: how much is owed, for how long, and whether the database itself is sound."""

from __future__ import annotations

import sqlite3
from typing import Final

import peewee

from server.store import database

STATES: Final = ("delivered", "pending", "held", "dead", "cancelled")


def accepted() -> tuple[int, dict[str, int]]:
    """Return how many deliveries there are, and how many in each state that is found, from one reading of the table."""
    counts = {state: int(number) for state, number in database.rows("SELECT state, COUNT(*) FROM deliveries GROUP BY state")}
    return sum(counts.values()), counts


def undelivered_events() -> int:
    """Return how many deliveries lack their event, so that they can never be posted."""
    sql = "SELECT COUNT(*) FROM deliveries d WHERE d.state IN ('pending', 'held') AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = d.event_id)"
    found = database.row(sql)
    return int(found[0]) if found else 0


def integrity() -> str:
    """Return `ok`, or what SQLite finds broken in its file; PostgreSQL watches its own pages."""
    if not database.is_sqlite():
        found = database.row("SELECT 1")
        return "ok" if found else "no answer"
    try:
        found = database.row("PRAGMA quick_check(1)")
    except (sqlite3.DatabaseError, peewee.DatabaseError) as error:
        return str(error)
    return str(found[0]) if found else "no answer"


def durability() -> dict[str, str]:
    """Return the settings that durability hangs on, as the database itself reports them."""
    if not database.is_sqlite():
        return {name: str((database.row(f"SHOW {name}") or ("?",))[0]) for name in ("fsync", "synchronous_commit", "full_page_writes")}
    journal, synchronous = database.row("PRAGMA journal_mode"), database.row("PRAGMA synchronous")
    levels = {0: "off", 1: "normal", 2: "full", 3: "extra"}
    return {"journal_mode": str((journal or ("?",))[0]), "synchronous": levels.get((synchronous or (-1,))[0], "?")}


def database_clock_ms() -> int:
    """Return the database server's own time; SQLite has this machine's."""
    sql = (
        "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
        if database.is_sqlite()
        else "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
    )
    found = database.row(sql)
    return int(found[0]) if found else 0


def newest_event_at() -> int | None:
    """Return when the newest event was written."""
    found = database.row("SELECT created_at FROM events ORDER BY position DESC LIMIT 1")
    return found[0] if found else None
