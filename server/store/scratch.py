"""A table outside every database, for one piece of work: on disk when it grows, without a name, and gone with its owner."""

from __future__ import annotations

import sqlite3


class Scratch:
    """Texts by their keys; of one thread."""

    def __init__(self) -> None:
        """Open an empty one."""
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("CREATE TABLE scratch (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")

    def get(self, key: str) -> str | None:
        """Return what was put under a key, or None."""
        found = self._connection.execute("SELECT value FROM scratch WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def put(self, key: str, value: str) -> None:
        """Put a text under a key, over what was there."""
        self._connection.execute("INSERT OR REPLACE INTO scratch VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Give the disk space back."""
        self._connection.close()
