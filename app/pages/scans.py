"""What the virus scanner made of a content, how that is called, and what it means for whoever wants to read it."""

from __future__ import annotations

from typing import Final

from app.client.api import Row
from app.models.columns import Column

SCANS: Final = {
    "unscanned": "not scanned",
    "pending": "being scanned",
    "clean": "clean",
    "infected": "infected",
    "failed": "cannot be scanned",
}
TONES: Final = {"clean": "ok", "unscanned": "calm", "infected": "danger", "failed": "warning"}
SCAN: Final = Column("content.scan", "Scan", 130, "badge", words=SCANS, tones=TONES)
UNSCANNED: Final = "unscanned"


def readable(row: Row) -> bool:
    """Tell whether the content of a record is handed out: nothing is that waits for its scan, or was found to be infected."""
    return (row.get("content") or {}).get("scan") in {"clean", UNSCANNED}


def scan_of_mail(row: Row) -> str:
    """Return what the virus scanner made of a mail that arrived; it looks at a mail as a whole."""
    if row["state"] == "done":
        return UNSCANNED if row["reason"] == UNSCANNED else "clean"
    reason = str(row["reason"] or "")
    return next((scan for words, scan in (("infected", "infected"), ("cannot be scanned", "failed")) if reason.startswith(words)), "pending")
