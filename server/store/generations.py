"""Counters that say when what processes remember has changed: a change bumps its counter in its own transaction."""

from __future__ import annotations

from server.store import database


def bump(name: str) -> None:
    """Say that something of this kind has changed."""
    database.execute("INSERT INTO generations (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = generations.value + 1", (name,))


def current() -> dict[str, int]:
    """Return every counter."""
    return dict(database.rows("SELECT name, value FROM generations"))
