"""Pausing an installation: its run is stopped, nothing is begun, and everything it knows stays until it is resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain.errors import Conflict
from server.domain.permissions import permit
from server.services import events, installations
from server.store import database, jobs, sync_runs
from server.store import installations as stored
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.system.settings import Settings


def pause(actor: Actor, installation_id: str, settings: Settings) -> dict[str, Any]:
    """Pause an installation and return it. Raises Missing, or Conflict when it cannot be paused."""
    found = _move(actor, installation_id, ("connected", "failed", "needs_user"), "paused", settings)
    with database.transaction():
        run = sync_runs.find_open(actor.tenant_id, actor.mode, installation_id)
        if run is not None:
            jobs.request_cancel(actor.tenant_id, actor.mode, run["id"], clock.now_ms())
    return found


def resume(actor: Actor, installation_id: str, settings: Settings) -> dict[str, Any]:
    """Resume a paused installation and return it. Raises Missing, or Conflict when it is not paused."""
    return _move(actor, installation_id, ("paused",), "connected", settings)


def _move(actor: Actor, installation_id: str, before: Sequence[str], after: str, settings: Settings) -> dict[str, Any]:
    permit(actor, "integrations:write")
    row = installations.find(actor, installation_id)
    change = {"status": after, "status_reason": None, "status_detail": None, "status_remedy": None, "updated_at": clock.now_ms()}
    with database.transaction():
        if not stored.move(actor.tenant_id, actor.mode, installation_id, before, change):
            raise Conflict(f"The installation is {row['status'].replace('_', ' ')}.", code="installation_not_connected")
        events.record_audit(actor, f"installation.{after}", installation_id, {"status": [row["status"], after]})
    return installations.get(actor, installation_id, settings)
