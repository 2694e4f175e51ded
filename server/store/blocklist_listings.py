"""How the addresses that mail leaves from stand with DNS blocklists, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = ("subject", "zone", "state", "detail", "changed_at", "checked_at")
Row = dict[str, Any]


def put(subject: str, zone: str, state: str, detail: str, now_ms: int) -> str | None:
    """Write how a subject stands now. Returns the state before, None when there was none."""
    before = database.row("SELECT state FROM blocklist_listings WHERE subject = ? AND zone = ?", (subject, zone))
    database.execute(
        "INSERT INTO blocklist_listings (subject, zone, state, detail, changed_at, checked_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (subject, zone) DO UPDATE SET detail = excluded.detail, checked_at = excluded.checked_at, state = excluded.state,"
        " changed_at = CASE WHEN blocklist_listings.state = excluded.state THEN blocklist_listings.changed_at ELSE excluded.changed_at END",
        (subject, zone, state, detail, now_ms, now_ms),
    )
    return before[0] if before else None


def list_all() -> list[Row]:
    """Return every standing."""
    return [
        dict(zip(COLUMNS, row, strict=True)) for row in database.rows(f"SELECT {', '.join(COLUMNS)} FROM blocklist_listings ORDER BY subject, zone")
    ]


def keep_only(subjects: Sequence[str]) -> None:
    """Forget what mail no longer leaves from."""
    marks = ", ".join("?" * len(subjects)) or "NULL"
    database.execute(
        f"DELETE FROM blocklist_listings WHERE subject NOT IN ({marks})" if subjects else "DELETE FROM blocklist_listings", tuple(subjects)
    )
