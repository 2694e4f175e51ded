"""Merging duplicates into one record, and undoing it.

What the survivor has it keeps; what it lacks comes from the duplicates in their order. Everything that refers to a
duplicate refers to the survivor from then on. All of it is one transaction, each changed record has its event, and a
journal holds what every record was, so that the merge can be undone as long as nobody has touched any of them. What vendors know a
duplicate as they know the survivor as from then on, so nothing is made a second time there and links go on leading to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain import patches
from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.permissions import permit
from server.services import events, pages, sealed_values
from server.store import database, external_records, merges, records
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.store.declaration import Resource
    from server.store.external_records import Moved
    from server.store.merges import Row
    from server.store.records import Document

_Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_ENVELOPE: Final = frozenset({"id", "object", "created_at", "updated_at", "deleted_at", "version"})


class Merge(BaseModel):
    """Which records to merge into the one in the path; `fields` says from which of all of them a field is taken."""

    model_config = ConfigDict(extra="forbid")

    duplicates: Annotated[list[_Id], Field(min_length=1, max_length=50)]
    fields: Annotated[dict[str, _Id], Field(max_length=200)] = {}


class Undo(BaseModel):
    """Which merge to undo; without an id it is the last one."""

    model_config = ConfigDict(extra="forbid")

    merge_id: _Id | None = None


class MergeView(BaseModel):
    """A merge: the ids that went into `record_id`, and of the records that then referred to it."""

    id: str
    object: Literal["merge"]
    record_id: str
    duplicates: list[str]
    moved: list[str]
    created_at: str
    undone_at: str | None


def shown(row: Row) -> dict[str, Any]:
    """Return a merge in its wire form."""
    journal = orjson.loads(row["journal"])
    return {
        "id": row["id"],
        "object": "merge",
        "record_id": row["record_id"],
        "duplicates": [document["id"] for document in journal["duplicates"]],
        "moved": [move["id"] for move in journal["moved"]],
        "created_at": clock.rfc3339(row["created_at"]),
        "undone_at": None if row["undone_at"] is None else clock.rfc3339(row["undone_at"]),
    }


def list_page(actor: Actor, resource: Resource, record_id: str, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return the merges into a record, newest first, and the cursor of the next page. Raises Missing."""
    permit(actor, f"{resource.scope}:read")
    _survivor(actor, resource, record_id, None)
    found, following = pages.page(
        pages.scope_of(actor, "merges", record_id),
        cursor,
        limit,
        lambda before, most: merges.page(actor.tenant_id, actor.mode, record_id, before, most),
    )
    return [shown(row) for row in found], following


def list_recent(actor: Actor, resource: Resource, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return the merges into any record of a resource, newest first, and the cursor of the next page."""
    permit(actor, f"{resource.scope}:read")
    found, following = pages.page(
        pages.scope_of(actor, "merges", resource.plural),
        cursor,
        limit,
        lambda before, most: merges.recent(actor.tenant_id, actor.mode, resource.plural, before, most),
    )
    return [shown(row) for row in found], following


def merge(actor: Actor, resource: Resource, record_id: str, body: Merge, *, version: int | None = None) -> tuple[Document, dict[str, Any]]:
    """Merge duplicates into a record; returns it and the merge. Raises Missing, Stale, or Unprocessable for what cannot be merged."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        before = _survivor(actor, resource, record_id, version)
        others = _duplicates(actor, resource, record_id, body.duplicates)
        merged = _united(resource, before, others, body.fields)
        for other in others:
            _delete(actor, resource, other)
        document = _write(actor, resource, before, merged, f"{resource.noun}.merged")
        _carry(actor, resource, before, others)
        moved = [move for other in others for move in _move(actor, resource, other["id"], record_id)]
        followed = [one for other in others for one in external_records.follow(actor.tenant_id, actor.mode, other["id"], record_id)]
        _relink(actor, moved, followed, ("from", "to"))
        journal = {"before": before, "version": document["version"], "duplicates": others, "moved": moved, "followed": followed}
        row: Row = {
            "id": ids.new_id("mrg"),
            "resource": resource.plural,
            "record_id": record_id,
            "journal": orjson.dumps(journal).decode(),
            "created_at": clock.now_ms(),
            "undone_at": None,
        }
        merges.insert(actor.tenant_id, actor.mode, row)
        return document, shown(row)


def _survivor(actor: Actor, resource: Resource, record_id: str, version: int | None) -> Document:
    found = records.find(actor.tenant_id, actor.mode, resource, record_id, locked=database.in_transaction())
    if found is None:
        raise Missing(f"There is no {resource.noun} '{record_id}'.")
    if version is not None and found["version"] != version:
        raise Stale(current=found["version"])
    return found


def _duplicates(actor: Actor, resource: Resource, record_id: str, wanted: Sequence[str]) -> list[Document]:
    there = records.find_many(actor.tenant_id, actor.mode, resource, wanted)
    faults = []
    for index, one in enumerate(wanted):
        if one == record_id or one in wanted[:index]:
            faults.append(Fault(f"/duplicates/{index}", "repeated_id", f"'{one}' is named twice."))
        elif one not in there:
            faults.append(Fault(f"/duplicates/{index}", "unknown_reference", f"There is no {resource.noun} '{one}'."))
    if faults:
        raise Unprocessable("These records cannot be merged.", faults=faults)
    return [there[one] for one in wanted]


def _united(resource: Resource, before: Document, others: Sequence[Document], choices: Mapping[str, str]) -> Document:
    """Return what the survivor becomes. Raises Unprocessable for a choice that names no field or none of the records."""
    every = {document["id"]: document for document in (before, *others)}
    names = (*resource.fields, "owner_id")
    faults = [
        Fault(f"/fields/{name}", "unknown_field" if name not in names else "unknown_reference", "This names no field of one of these records.")
        for name, one in choices.items()
        if name not in names or one not in every
    ]
    if faults:
        raise Unprocessable("Some fields cannot be taken as said.", faults=faults)
    found = {name: next((document[name] for document in every.values() if document[name] not in _EMPTY), before[name]) for name in names}
    found |= {name: every[one][name] for name, one in choices.items()}
    for name in ("custom", "external_ids"):
        found[name] = {key: value for document in reversed(every.values()) for key, value in document[name].items()}
    found["tags"] = list(dict.fromkeys(tag for document in every.values() for tag in document["tags"]))
    return {**before, **found}


def _carry(actor: Actor, resource: Resource, before: Document, others: Sequence[Document]) -> None:
    """Give the survivor the values behind the masks that it got from duplicates."""
    missing = [name for name in sealed_values.names_of(actor, resource) if name not in before["custom"]]
    for other in others:
        sealed_values.carry(actor, resource, other["id"], before["id"], [name for name in missing if name in other["custom"]])
        missing = [name for name in missing if name not in other["custom"]]


def _give_back(actor: Actor, resource: Resource, before: Document) -> None:
    """Take the values from the survivor again that it got from duplicates."""
    gone = [name for name in sealed_values.names_of(actor, resource) if name not in before["custom"]]
    sealed_values.write(actor, resource, before["id"], dict.fromkeys(gone))


def _delete(actor: Actor, resource: Resource, before: Document) -> None:
    now = clock.now_ms()
    document = {**before, "version": before["version"] + 1, "updated_at": clock.rfc3339(now)}
    if not records.update(actor.tenant_id, actor.mode, resource, before, document, now, deleted_at=now):
        raise Stale
    records.unlink(actor.tenant_id, actor.mode, resource, before)
    events.emit(actor, f"{resource.noun}.deleted", before["id"], record=before)


def _write(actor: Actor, resource: Resource, before: Document, wanted: Document, event_type: str, *, restored: bool = False) -> Document:
    """Write a record as it is wanted, one version on, with its event."""
    now = clock.now_ms()
    document = {**wanted, "created_at": before["created_at"], "updated_at": clock.rfc3339(now), "version": before["version"] + 1}
    document.pop("deleted_at", None)
    present = {**before, "external_ids": {}} if restored else before
    if not records.update(actor.tenant_id, actor.mode, resource, present, document, now):
        raise Stale
    changes = {} if restored else patches.changes(_own(before), _own(document))
    events.emit(actor, event_type, document["id"], changes=changes, record=document)
    return document


def _own(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in _ENVELOPE}


def _move(actor: Actor, resource: Resource, old_id: str, new_id: str) -> list[dict[str, Any]]:
    """Make everything that refers to a record refer to another one; returns what was moved, as the journal keeps it."""
    return [
        _redirect(actor, other, one, name, new_id) | {"from": old_id}
        for other, name in records.referring(resource)
        for one in merges.referring(actor.tenant_id, actor.mode, other, name, old_id)
    ]


def _relink(actor: Actor, moved: Sequence[Mapping[str, Any]], followed: Sequence[Moved], way: tuple[str, str]) -> None:
    """Have vendors not be told of links that were moved: the record at their end is another one here, and to them the same."""
    for one in (one for one in followed if one["column"] == "local_id"):
        for field in {move["field"] for move in moved if move["from"] == one["from"]}:
            referring = [move["id"] for move in moved if (move["field"], move["from"]) == (field, one["from"])]
            external_records.relink(actor.tenant_id, actor.mode, one["of"][0], referring, field, one[way[0]], one[way[1]])


def _redirect(actor: Actor, resource: Resource, record_id: str, name: str, target: str) -> dict[str, Any]:
    before = _survivor(actor, resource, record_id, None)
    document = _write(actor, resource, before, {**before, name: target}, f"{resource.noun}.updated")
    return {"object": resource.noun, "id": record_id, "field": name, "version": document["version"]}


def undo(actor: Actor, resource: Resource, record_id: str, body: Undo, *, version: int | None = None) -> tuple[Document, dict[str, Any]]:
    """Undo a merge; returns the record as it was and the merge. Raises Missing, Stale, or Conflict naming what was changed since."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        survivor = _survivor(actor, resource, record_id, version)
        row = _journalled(actor, record_id, body.merge_id)
        journal = orjson.loads(row["journal"])
        _refuse_changed(actor, resource, survivor, journal)
        document = _write(actor, resource, survivor, journal["before"], f"{resource.noun}.updated")
        _give_back(actor, resource, journal["before"])
        for before in journal["duplicates"]:
            deleted = {**before, "version": before["version"] + 1}
            _write(actor, resource, deleted, before, f"{resource.noun}.restored", restored=True)
        for move in reversed(journal["moved"]):
            _redirect(actor, records.by_noun()[move["object"]], move["id"], move["field"], move["from"])
        external_records.take_back(actor.tenant_id, actor.mode, journal.get("followed", []))
        _relink(actor, journal["moved"], journal.get("followed", []), ("to", "from"))
        now = clock.now_ms()
        merges.mark_undone(actor.tenant_id, actor.mode, row["id"], now)
        return document, shown({**row, "undone_at": now})


def _journalled(actor: Actor, record_id: str, merge_id: str | None) -> Row:
    tenant_id, mode = actor.tenant_id, actor.mode
    row = merges.find(tenant_id, mode, record_id, merge_id) if merge_id else merges.latest(tenant_id, mode, record_id)
    if row is None:
        raise Conflict("There is no such merge into this record.", code="no_merge")
    if row["undone_at"] is not None:
        raise Conflict("This merge is undone already.", code="already_undone")
    return row


def _refuse_changed(actor: Actor, resource: Resource, survivor: Document, journal: Mapping[str, Any]) -> None:
    """Raise Conflict when any of the records is not what the merge made of it."""
    changed = [] if survivor["version"] == journal["version"] else [survivor["id"]]
    for before in journal["duplicates"]:
        now = records.find(actor.tenant_id, actor.mode, resource, before["id"], deleted=True)
        if now is None or "deleted_at" not in now or now["version"] != before["version"] + 1:
            changed.append(before["id"])
    versions = {move["id"]: (move["object"], move["version"]) for move in journal["moved"]}
    for noun in {noun for noun, _ in versions.values()}:
        wanted = [one for one, (kind, _) in versions.items() if kind == noun]
        there = records.find_many(actor.tenant_id, actor.mode, records.by_noun()[noun], wanted)
        changed += [one for one in wanted if one not in there or there[one]["version"] != versions[one][1]]
    if changed:
        raise Conflict(f"{len(changed)} records were changed since the merge.", code="changed_since_merge", changed=sorted(changed)[:100])
