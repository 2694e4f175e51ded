"""The quarantine as tenants see it: what was set aside and why, and trying it again once the cause is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from server.domain.errors import Missing
from server.domain.permissions import permit
from server.domain.redaction import redact
from server.outbound.vendors.values import Missing as GoneThere
from server.outbound.vendors.values import Record
from server.services import events, installations, pages
from server.services.syncing import connections
from server.services.syncing.applying import Applier
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields
from server.services.syncing.pushing import Push
from server.services.syncing.setting_aside import IN
from server.store import database, external_records, quarantine, sync_states
from server.store.sync_states import State
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.syncing.connections import Connection
    from server.store.tables import Row


class QuarantineView(BaseModel):
    """A record that was set aside. `payload` is what came, or what was to be sent, secrets masked; `version` is the connector's."""

    id: str
    object: str
    installation_id: str
    resource: str
    direction: Literal["in", "out"]
    external_id: str | None
    record_id: str | None
    code: str
    reason: str
    payload: dict[str, Any]
    version: str
    attempts: int
    created_at: str
    updated_at: str


class Retried(BaseModel):
    """How another try went; what was not taken over waits with its new reason."""

    object: str
    retried: int
    released: int
    remaining: int


def list_page(actor: Actor, installation_id: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return what was set aside, the oldest first, and where to go on. Raises Missing."""
    permit(actor, "integrations:read")
    installations.find(actor, installation_id)
    scope = pages.scope_of(actor, "quarantine", installation_id)
    found, following = pages.page(
        scope, cursor, limit, lambda after, most: quarantine.page(actor.tenant_id, actor.mode, installation_id, after, most)
    )
    return [shown(row) for row in found], following


def shown(row: Row) -> dict[str, Any]:
    """Return a record that was set aside in its wire form."""
    found: dict[str, Any] = {"id": row["id"], "object": "quarantined_record"}
    found |= {name: row[name] for name in ("installation_id", "resource", "direction", "code", "reason", "version", "attempts")}
    found |= {
        "external_id": row["external_id"] if row["direction"] == IN else None,
        "record_id": None if row["direction"] == IN else row["external_id"],
    }
    found["payload"] = redact(row["payload"])
    return found | {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}


def retry(actor: Actor, installation_id: str, row_id: str) -> dict[str, Any]:
    """Try one record again. Raises Missing, or what the vendor refuses."""
    permit(actor, "integrations:write")
    row = quarantine.find(actor.tenant_id, actor.mode, installation_id, row_id)
    if row is None:
        raise Missing(f"There is no record '{row_id[:80]}' in quarantine here.")
    return _retried(actor, installation_id, [row])


def retry_all(actor: Actor, installation_id: str, limit: int) -> dict[str, Any]:
    """Try the oldest records again, at most `limit`. Raises Missing, or what the vendor refuses."""
    permit(actor, "integrations:write")
    return _retried(actor, installation_id, quarantine.page(actor.tenant_id, actor.mode, installation_id, "", limit))


def discard(actor: Actor, installation_id: str, row_id: str) -> None:
    """Forget a record that was set aside. Raises Missing."""
    permit(actor, "integrations:write")
    with database.transaction():
        row = quarantine.find(actor.tenant_id, actor.mode, installation_id, row_id)
        if row is None:
            raise Missing(f"There is no record '{row_id[:80]}' in quarantine here.")
        quarantine.release(actor.tenant_id, actor.mode, installation_id, row["resource"], row["direction"], [row["external_id"]])
        events.record_audit(actor, "quarantine.discarded", row_id, {"external_id": [row["external_id"], None]})


def _retried(actor: Actor, installation_id: str, rows: list[Row]) -> dict[str, Any]:
    row = installations.find(actor, installation_id)
    before = quarantine.count(actor.tenant_id, actor.mode, installation_id)
    with connections.asked(row) as connection:
        for one in rows:
            _try(connection, one)
    after = quarantine.count(actor.tenant_id, actor.mode, installation_id)
    return {"object": "quarantine_retry", "retried": len(rows), "released": before - after, "remaining": after}


def _try(connection: Connection, row: Row) -> None:
    maps = connection.maps.get(row["resource"])
    if maps is None:
        return
    name, fields = row["resource"], Fields(maps)
    state = sync_states.find(*connection.place, name) or State()
    if row["direction"] == IN:
        _take_over(connection, row, fields, state)
    else:
        Push(connection, name, fields, Counts(), state, lambda _total: None).send([row["external_id"]])


def _take_over(connection: Connection, row: Row, fields: Fields, state: State) -> None:
    """Take a row over as the vendor has it now, where it can be asked; one that is gone there needs nothing any more."""
    name = row["resource"]
    resource = connection.connector.resource(name)
    record: Record = resource.record(row["payload"])
    try:
        if resource.get and record.id:
            record = connection.driver.ask(connection.connector.get_record(name, record.id))
    except GoneThere:
        with database.transaction():
            quarantine.release(*connection.place, name, IN, [row["external_id"]])
        return
    known = external_records.find_many(*connection.place, name, [record.id]).get(record.id)
    with database.transaction():
        Applier(connection, name, fields, connection.policy, Counts()).apply([record], known.part if known else "", state.generation)
