"""How an installation fares, and telling its tenant so: one event for each transition, however many runs meet the same trouble.

pending_authorization -> connected <-> needs_user | failed        paused keeps still until a person resumes it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from server.domain.actor import system_actor
from server.outbound import catalogue
from server.services import events
from server.store import database, installation_faults, installations
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor, Mode
    from server.store.tables import Row

Place = tuple[str, str, str]
"""Tenant, mode and installation."""
_ACTIVE: Final = ("pending_authorization", "connected", "needs_user", "failed")


def record_of(row: Row) -> dict[str, Any]:
    """Return an installation as events tell of it."""
    table = catalogue.manifests()[row["integration"]].tables if row["integration"] in catalogue.manifests() else {}
    plain = {name: row[name] for name in ("id", "name", "integration", "status", "connector_version", "version")}
    return {**plain, "object": "integration", "category": table.get("category"), "account": {"id": row["account_id"], "name": row["account_name"]}}


def connected(place: Place, *, actor: Actor | None = None) -> bool:
    """Say that an installation works; False when that was known, or it is paused or gone."""
    with database.transaction():
        return _move(place, "connected", {"status_reason": None, "status_detail": None, "status_remedy": None}, "integration.connected", actor)


def failed(place: Place, code: str, detail: str, remedy: str | None, *, needs_user: bool) -> bool:
    """Say that an installation does not work, and log why; False when that was known, or it is paused or gone."""
    status = "needs_user" if needs_user else "failed"
    why = {"status_reason": code, "status_detail": detail[:500], "status_remedy": remedy}
    with database.transaction():
        installation_faults.note(*place, ids.new_id("flt"), code, detail[:500], remedy, clock.now_ms())
        if _move(place, status, why, "integration.failed", None):
            return True
        installations.note_while(*place, status, why)
        return False


def _move(place: Place, status: str, why: dict[str, Any], event_type: str, actor: Actor | None) -> bool:
    before = tuple(one for one in _ACTIVE if one != status)
    found = installations.find(*place)
    if found is None or not installations.move(*place, before, {**why, "status": status, "updated_at": clock.now_ms()}):
        return False
    after = {**found, **why, "status": status}
    acting = actor or system_actor(place[0], cast("Mode", place[1]))
    record = record_of(after) | ({"error": {"code": why["status_reason"], "detail": why["status_detail"]}} if why["status_reason"] else {})
    events.emit(acting, event_type, place[2], changes={"status": [found["status"], status]}, record=record)
    return True
