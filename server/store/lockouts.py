"""Lockouts: how often signing in failed for an account or an address, and until when it is refused unheard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence


def locked_until(subjects: Sequence[str]) -> int:
    """Return the latest moment until which any of the subjects is locked, 0 when none ever was."""
    marks = ", ".join("?" * len(subjects))
    found = database.row(f"SELECT MAX(locked_until) FROM lockouts WHERE subject IN ({marks})", tuple(subjects))
    return int(found[0] or 0) if found else 0


def count_failure(subject: str, now_ms: int, forgotten_before_ms: int) -> int:
    """Count one failure more and return how many there are; those before the last moment of forgetting do not count."""
    sql = (
        "INSERT INTO lockouts (subject, failures, last_at, locked_until) VALUES (?, 1, ?, 0) ON CONFLICT (subject) DO UPDATE SET"
        " failures = CASE WHEN lockouts.last_at < ? THEN 1 ELSE lockouts.failures + 1 END, last_at = excluded.last_at RETURNING failures"
    )
    found = database.row(sql, (subject, now_ms, forgotten_before_ms))
    return int(found[0]) if found else 0


def lock(subject: str, until_ms: int) -> None:
    """Refuse a subject until a moment."""
    database.execute("UPDATE lockouts SET locked_until = ? WHERE subject = ?", (until_ms, subject))


def clear(subject: str) -> None:
    """Forget the failures of a subject."""
    database.execute("DELETE FROM lockouts WHERE subject = ?", (subject,))


def prune(before_ms: int) -> None:
    """Delete what has not failed since a moment."""
    database.execute("DELETE FROM lockouts WHERE last_at < ? AND locked_until < ?", (before_ms, before_ms))
