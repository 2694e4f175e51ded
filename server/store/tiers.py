"""Tiers of rate limits, edited while serving."""

from __future__ import annotations

from server.store import database


def find(name: str) -> str | None:
    """Return a tier's limits as JSON, or None."""
    found = database.row("SELECT limits FROM tiers WHERE name = ?", (name,))
    return found[0] if found else None
