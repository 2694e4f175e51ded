"""Leases that a killed process left behind: its rows are made due at once, as they are when a lease ends.

The name of the lease stays in the row, since it says that an attempt had begun.
"""

from __future__ import annotations

from typing import Final

from server.store import database

_QUEUES: Final = {
    "deliveries": "webhook_id IN (SELECT id FROM webhooks) AND state = 'pending'",
    "email_recipients": "lane IN (SELECT name FROM email_lanes) AND finished_at IS NULL",
    "inbound_messages": "state = 'pending'",
    "jobs": "state IN ('pending', 'running')",
    "outbox": "state = 'pending'",
}
"""Every table that is a queue, with what the index of its due rows begins with."""


def end(process: str, now_ms: int, until_ms: int) -> int:
    """End each lease of a process, none of which lasts longer than until then; returns how many rows that were. Call in a transaction."""
    names = (f"{process}.", f"{process}/")  # what begins so lies between the two
    return sum(database.run(sql, (now_ms, now_ms, until_ms, *names)) for sql in statements())


def statements() -> list[str]:
    """Return the statement for each queue."""
    index = " INDEXED BY {}_due" if database.is_sqlite() else ""
    return [
        f"UPDATE {table}{index.format(table)} SET due_at = ? WHERE {waiting} AND due_at > ? AND due_at <= ? AND lease >= ? AND lease < ?"
        for table, waiting in _QUEUES.items()
    ]
