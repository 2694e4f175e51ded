"""Marks: single values of the appliance that have no table of their own, by name; a text each."""

from __future__ import annotations

from server.store import database


def find(name: str) -> str | None:
    """Return a mark, or None."""
    found = database.row("SELECT value FROM marks WHERE name = ?", (name,))
    return found[0] if found else None


def put(name: str, value: str) -> bool:
    """Write a mark; False when it had this value already. Of several writers at once, one is told True."""
    sql = "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE marks.value <> excluded.value"
    return database.run(sql, (name, value)) == 1


def swap(name: str, before: str, after: str) -> bool:
    """Write a mark that has the value `before`; False when it has not. Of several writers at once, one is told True."""
    return database.run("UPDATE marks SET value = ? WHERE name = ? AND value = ?", (after, name, before)) == 1


def beginning(prefix: str) -> dict[str, str]:
    """Return every mark whose name begins so; `prefix` holds neither `%` nor `_`."""
    return dict(database.rows("SELECT name, value FROM marks WHERE name LIKE ? ORDER BY name", (f"{prefix}%",)))


def remove(name: str) -> None:
    """Remove a mark, if there is one."""
    database.execute("DELETE FROM marks WHERE name = ?", (name,))
