"""Whether the appliance can serve, in words an operator can act on."""

from __future__ import annotations

from server.domain.errors import JunctionError
from server.store import database


def reasons() -> list[str]:
    """Return why the appliance cannot serve; nothing when it can. A backlog is no reason."""
    try:
        database.row("SELECT 1")
    except JunctionError as error:
        return [error.stable_code]
    return []
