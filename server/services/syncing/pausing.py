"""Pausing an installation: its run is stopped and nothing is begun until it is resumed; what its vendor tells meanwhile is kept for then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain.errors import Conflict
from server.domain.permissions import permit
from server.services import events, inbound_sources, installation_hooks, installations
from server.services.inbound_sources import InboundSourceChange
from server.services.syncing import endings
from server.store import database
from server.store import installations as stored
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.system.settings import Settings


def pause(actor: Actor, installation_id: str, settings: Settings) -> dict[str, Any]:
    """Pause an installation and return it. Raises Missing, or Conflict when it cannot be paused."""
    with database.transaction():
        _move(actor, installation_id, ("connected", "failed", "needs_user"), "paused")
        endings.stop((actor.tenant_id, actor.mode, installation_id))
        _listen(actor, installation_id, active=False)
    return installations.get(actor, installation_id, settings)


def resume(actor: Actor, installation_id: str, settings: Settings) -> dict[str, Any]:
    """Resume a paused installation and return it. Raises Missing, or Conflict when it is not paused."""
    with database.transaction():
        _move(actor, installation_id, ("paused",), "connected")
        _listen(actor, installation_id, active=True)
    return installations.get(actor, installation_id, settings)


def _move(actor: Actor, installation_id: str, before: Sequence[str], after: str) -> None:
    permit(actor, "integrations:write")
    row = installations.find(actor, installation_id)
    change = {"status": after, "status_reason": None, "status_detail": None, "status_remedy": None, "updated_at": clock.now_ms()}
    if not stored.move(actor.tenant_id, actor.mode, installation_id, before, change):
        raise Conflict(f"The installation is {row['status'].replace('_', ' ')}.", code="installation_not_connected")
    events.record_audit(actor, f"installation.{after}", installation_id, {"status": [row["status"], after]})


def _listen(actor: Actor, installation_id: str, *, active: bool) -> None:
    """Hold what the vendor sends, or process it."""
    source = installation_hooks.find_source(actor.tenant_id, actor.mode, installation_id)
    if source is not None:
        inbound_sources.update(actor, source["id"], InboundSourceChange(active=active))
