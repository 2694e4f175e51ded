"""How an installation fares, for dashboards: what it did lately, what went wrong, and whether its vendor still calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.permissions import permit
from server.services import inbound_sources, installation_hooks, installations, remote_subscriptions
from server.store import installation_faults, installation_usage
from server.store import remote_subscriptions as stored_subscriptions
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tables import Row
    from server.system.settings import Settings

DAYS: Final = 30
MOST_FAULTS: Final = 50
_DAY_MS: Final = 86_400_000


def status(actor: Actor, installation_id: str, settings: Settings) -> dict[str, Any]:
    """Return an installation with how it fares. Raises Missing."""
    permit(actor, "integrations:read")
    row = installations.find(actor, installation_id)
    place = (actor.tenant_id, actor.mode, installation_id)
    return {
        **installations.shown(row, settings),
        "usage": installation_usage.totals(*place, clock.rfc3339(clock.now_ms() - DAYS * _DAY_MS)[:10]),
        "errors": [_fault(one) for one in installation_faults.newest(*place, MOST_FAULTS)],
        "subscriptions": [remote_subscriptions.shown(one) for one in stored_subscriptions.of_installation(*place)],
        "hook": _hook(actor, installation_id),
    }


def errors(actor: Actor, installation_id: str) -> list[dict[str, Any]]:
    """Return what went wrong with an installation, the newest first. Raises Missing."""
    permit(actor, "integrations:read")
    installations.find(actor, installation_id)
    return [_fault(one) for one in installation_faults.newest(actor.tenant_id, actor.mode, installation_id, MOST_FAULTS)]


def _fault(row: Row) -> dict[str, Any]:
    plain = {name: row[name] for name in ("id", "code", "detail", "remedy", "occurrences")}
    return {**plain, "object": "installation_fault", "first_at": clock.rfc3339(row["first_at"]), "last_at": clock.rfc3339(row["last_at"])}


def _hook(actor: Actor, installation_id: str) -> dict[str, Any] | None:
    source = installation_hooks.find_source(actor.tenant_id, actor.mode, installation_id)
    if source is None:
        return None
    found = inbound_sources.shown(source)
    return {"source_id": found["id"], **{name: found[name] for name in ("health", "has_secret", "failures", "last_seen_at", "last_error")}}
