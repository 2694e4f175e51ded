"""How an installation stands, as far as the engine learns it: a person is needed, the vendor works again, something went wrong.

A change of status is told once: of several workers who meet the same trouble, one moves the row and emits the event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.actor import system_actor
from server.services import events
from server.store import database, installation_faults, installation_usage, installations
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.outbound.vendors.values import ConnectorError
    from server.store.tables import Row

WORKING: Final = ("connected", "failed", "pending_authorization")


def give_up(row: Row, error: ConnectorError) -> None:
    """Say that a person is needed before an installation can go on: once, with its event."""
    with database.transaction():
        note_fault(row, error)
        change = {"status": "needs_user", "status_reason": error.stable_code, "status_detail": error.detail, "updated_at": clock.now_ms()}
        if installations.move(row["tenant_id"], row["mode"], row["id"], WORKING, change):
            record = {"object": "installation", "id": row["id"], "integration": row["integration"], "name": row["name"], "status": "needs_user"}
            record |= {"code": error.stable_code, "detail": error.detail, "remedy": error.remedy}
            events.emit(system_actor(row["tenant_id"], row["mode"]), "integration.failed", row["id"], record=record)


def note_fault(row: Row, error: ConnectorError) -> None:
    """Write what went wrong into the installation's error log."""
    place = (row["tenant_id"], row["mode"], row["id"])
    with database.transaction():
        installation_faults.note(*place, ids.new_id("flt"), error.stable_code, error.detail[:500], error.remedy or None, clock.now_ms())


def note_use(row: Row, counts: Mapping[str, int]) -> None:
    """Add to the installation's figures of today."""
    installation_usage.add(row["tenant_id"], row["mode"], row["id"], clock.rfc3339(clock.now_ms())[:10], counts)


def recover(row: Row, change: Mapping[str, Any]) -> None:
    """Say that an installation works (again)."""
    good = {"status": "connected", "status_reason": None, "status_detail": None}
    with database.transaction():
        installations.move(row["tenant_id"], row["mode"], row["id"], ("failed", "needs_user"), good)
        installations.note(row["tenant_id"], row["mode"], row["id"], change)
