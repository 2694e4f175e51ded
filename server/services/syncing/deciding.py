"""Conflicts as tenants see them, and what a person decides about one: the vendor's side holds, or ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from server.domain.errors import Missing
from server.domain.merging import EXISTENCE
from server.domain.permissions import permit
from server.services import events, installations, pages, records
from server.services.syncing import asking, connections
from server.services.syncing.applying import Applier
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields
from server.services.syncing.pushing import Push
from server.store import conflicts, database, external_records, sync_states
from server.store.sync_states import State
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.syncing.connections import Connection
    from server.store.external_records import Link
    from server.store.tables import Row


class Decision(BaseModel):
    """Whose side holds: `remote` is the vendor's, `local` is ours."""

    model_config = ConfigDict(extra="forbid")

    choice: Literal["remote", "local"]


class ConflictView(BaseModel):
    """What a person has to decide. A `record` was changed on both sides; a `listing` lacks so much that nothing was deleted unasked.

    `fields` are those that are in conflict, `*` the record itself; a side without values has deleted it.
    """

    id: str
    object: str
    installation_id: str
    kind: Literal["record", "listing"]
    resource: str
    external_id: str | None
    record_id: str | None
    fields: list[str]
    base: dict[str, Any]
    local: dict[str, Any] | None
    remote: dict[str, Any] | None
    created_at: str
    updated_at: str


def list_page(actor: Actor, installation_id: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return what has to be decided, the oldest first, and where to go on. Raises Missing."""
    permit(actor, "integrations:read")
    installations.find(actor, installation_id)
    scope = pages.scope_of(actor, "conflicts", installation_id)
    found, following = pages.page(scope, cursor, limit, lambda after, most: conflicts.page(actor.tenant_id, actor.mode, installation_id, after, most))
    return [_shown(row) for row in found], following


def _shown(row: Row) -> dict[str, Any]:
    listing = _is_listing(row)
    found: dict[str, Any] = {"id": row["id"], "object": "sync_conflict", "kind": "listing" if listing else "record"}
    found |= {name: row[name] for name in ("installation_id", "resource", "fields")}
    found |= {"external_id": None if listing else row["external_id"], "record_id": row["local_id"]}
    found |= {"base": row["base_values"], "local": row["local_values"], "remote": row["remote_values"]}
    return found | {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}


def _is_listing(row: Row) -> bool:
    return row["local_id"] is None and str(row["external_id"]).startswith(asking.LISTING)


def decide(actor: Actor, installation_id: str, conflict_id: str, body: Decision) -> dict[str, Any]:
    """Do what a person has chosen, and return the conflict, which is over. Raises Missing, or what the vendor refuses."""
    permit(actor, "integrations:write")
    row = conflicts.find(actor.tenant_id, actor.mode, installation_id, conflict_id)
    if row is None:
        raise Missing(f"There is no conflict '{conflict_id[:80]}' here.")
    with connections.asked(installations.find(actor, installation_id)) as connection:
        name, fields = row["resource"], Fields(connection.maps[row["resource"]])
        applier = Applier(connection, name, fields, connection.policy, Counts())
        with database.transaction():
            sent = _settle_listing(applier, row, body.choice) if _is_listing(row) else _settle_record(applier, row, body.choice)
            conflicts.settle(*connection.place, name, row["external_id"])
            events.record_audit(actor, "conflict.decided", conflict_id, {"choice": [None, body.choice]})
        if sent:
            state = sync_states.find(*connection.place, name) or State()
            Push(connection, name, fields, Counts(), state, lambda _total: None).send([sent])
    return _shown(row)


def _settle_listing(applier: Applier, row: Row, choice: str) -> str | None:
    """Believe a listing and delete what it lacks, or keep all of it until the next one; the vendor is told of neither."""
    place = (*applier.connection.place, applier.name)
    told = row["remote_values"]
    gone = external_records.unseen(*place, told["part"], told["generation"], told["gone"])
    if choice == "remote":
        replace(applier, policy="remote").remove(gone)
    else:
        external_records.seen(*place, [link.external_id for link in gone], told["generation"])
    return None


def _settle_record(applier: Applier, row: Row, choice: str) -> str | None:
    """Write what was chosen; returns our record when the vendor has to be told."""
    place = (*applier.connection.place, applier.name)
    link = external_records.find_many(*place, [row["external_id"]]).get(row["external_id"])
    if link is None:
        return None
    if EXISTENCE in row["fields"]:
        sent = _settle_existence(applier.connection, applier.fields, link, row, choice)
    else:
        remote = {path: (row["remote_values"] or {}).get(path) for path in row["fields"]}
        link.base |= remote
        sent = row["local_id"] if choice == "local" else None
        if choice == "remote" and row["local_id"]:
            records.update(applier.connection.actor, applier.fields.resource, row["local_id"], applier.fields.patch(remote))
    external_records.put(*place, [link], clock.now_ms())
    return sent


def _settle_existence(connection: Connection, fields: Fields, link: Link, row: Row, choice: str) -> str | None:
    """Delete or bring back, here or at the vendor."""
    local_id = str(row["local_id"])
    if row["local_values"] is None:
        if choice == "local":
            return local_id
        records.restore(connection.actor, fields.resource, local_id)
        records.update(connection.actor, fields.resource, local_id, fields.patch(row["remote_values"]))
        link.base = dict(row["remote_values"])
        return None
    link.deleted_at = clock.now_ms()
    if choice == "local":
        link.local_id = None
        return local_id
    records.remove(connection.actor, fields.resource, local_id)
    return None
