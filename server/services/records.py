"""Records: create, read, change, delete, restore and upsert, the same for every resource.

Each change is validated as the whole record it leads to, and commits with its event, audit entry and deliveries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from server.domain import cursors, patches
from server.domain.blanks import trimmed
from server.domain.errors import Conflict, Fault, Invalid, Missing, Stale, Unprocessable, pointer
from server.domain.events import milestones
from server.domain.filters import All, Condition, Node, Query, Sort, conditions
from server.domain.hints import near_miss
from server.domain.permissions import permit
from server.services import custom_fields, events, record_patches, sealed_values, vaults
from server.store import database, records, users
from server.store.records import Document
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from server.domain.actor import Actor
    from server.services.sealed_values import Secrets
    from server.store.declaration import Resource

READ_ONLY: Final = ("id", "object", "created_at", "updated_at", "deleted_at", "version")
NOTHING: Final[Mapping[str, Any]] = {}
DEFAULT_SORT: Final = (Sort(("created_at",), descending=True),)
_AT_ONCE: Final = 1000
_Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.\-]+$")]


class Envelope(BaseModel):
    """What a client may write on any record besides its own fields."""

    model_config = ConfigDict(str_strip_whitespace=True)

    custom: Annotated[dict[_Key, Any], Field(max_length=200)] = {}
    external_ids: Annotated[dict[_Key, Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=50)] = {}
    tags: Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=100)]], Field(max_length=100)] = []
    owner_id: Annotated[str, StringConstraints(max_length=40)] | None = None


@dataclass(frozen=True, slots=True)
class Edges:
    """A page of records, each with its place in the order, and whether there are more where it was read to: behind it, or before it."""

    found: Sequence[tuple[Document, Sequence[Any]]]
    more: bool
    scope: str

    def cursor(self, index: int) -> str:
        """Return the cursor of one of the records."""
        return cursors.encode(vaults.cursor_key(), self.scope, self.found[index][1])


@lru_cache(maxsize=1024)
def write_model(resource: Resource) -> type[BaseModel]:
    """Return the model of what a client writes: the resource's fields and the envelope's."""
    bases = (Envelope, resource.model)
    return cast("type[BaseModel]", create_model(f"{resource.model.__name__}Write", __base__=bases, __doc__=resource.model.__doc__))


def faults_of(error: ValidationError) -> list[Fault]:
    """Return every broken field of a failed validation."""
    found = []
    for one in error.errors(include_url=False, include_input=False):
        code = "unknown_field" if one["type"] == "extra_forbidden" else one["type"]
        message = one["msg"].removeprefix("Value error, ")
        found.append(Fault(pointer(*one["loc"]), code, message[:1].upper() + message[1:]))
    return found


def validate(resource: Resource, body: Mapping[str, Any]) -> Document:
    """Return the normalised fields, or raise Unprocessable naming every broken one."""
    try:
        found = write_model(resource).model_validate(body).model_dump()
    except ValidationError as error:
        raise Unprocessable(f"This is not a valid {resource.noun}.", faults=faults_of(error)) from error
    for name in resource.read_only:
        found[name] = None
    return found


def get(actor: Actor, resource: Resource, record_id: str) -> Document:
    """Return a record. Raises Missing."""
    permit(actor, f"{resource.scope}:read")
    found = records.find(actor.tenant_id, actor.mode, resource, record_id)
    if found is None:
        raise Missing(f"There is no {resource.noun} '{record_id}'.")
    return found


def get_many(actor: Actor, resource: Resource, record_ids: Sequence[str]) -> dict[str, Document]:
    """Return those of the records that exist, by id, in one query for each thousand."""
    permit(actor, f"{resource.scope}:read")
    found: dict[str, Document] = {}
    for start in range(0, len(record_ids), _AT_ONCE):
        found |= records.find_many(actor.tenant_id, actor.mode, resource, record_ids[start : start + _AT_ONCE])
    return found


def owners_of(actor: Actor, user_ids: Sequence[str]) -> dict[str, Document]:
    """Return who these users of the tenant are, by id, for showing beside a record."""
    return users.briefs(actor.tenant_id, user_ids)


def list_page(actor: Actor, resource: Resource, query: Query) -> tuple[list[Document], str | None]:
    """Return one page and the cursor of the next, None at the end."""
    declared, sort = judge(actor, resource, query), query.sort or DEFAULT_SORT
    key, scope = vaults.cursor_key(), _cursor_scope(resource, query.filter, query.sort)
    after = cursors.decode(key, scope, query.cursor) if query.cursor else None
    found, place = records.page(actor.tenant_id, actor.mode, resource, where=query.filter, sort=sort, limit=query.limit, after=after, custom=declared)
    if query.expand:
        expand(actor, resource, found, query.expand)
    if query.fields is not None:
        found = [select(document, query.fields, query.expand) for document in found]
    return found, cursors.encode(key, scope, place) if place else None


def list_edges(actor: Actor, resource: Resource, query: Query) -> Edges:
    """Return one page, each record with a cursor that a list of the same filter and order goes on from."""
    declared, sort = judge(actor, resource, query), query.sort or DEFAULT_SORT
    key, scope = vaults.cursor_key(), _cursor_scope(resource, query.filter, query.sort)
    after, before = (cursors.decode(key, scope, text) if text else None for text in (query.cursor, query.before))
    stretch = records.Stretch(after, before, backward=query.backward)
    found, more = records.page_with_places(
        actor.tenant_id, actor.mode, resource, where=query.filter, sort=sort, limit=query.limit, stretch=stretch, custom=declared
    )
    return Edges(found, more, scope)


def list_referring(actor: Actor, resource: Resource, reference: str, record_ids: Sequence[str], query: Query) -> dict[str, Edges]:
    """Return the first page of what refers to each of these records, in one query for each thousand; who has none is left out.

    Their cursors are those of a list that is filtered by the reference first.
    """
    declared, sort = judge(actor, resource, query), query.sort or DEFAULT_SORT
    edges: dict[str, Edges] = {}
    for start in range(0, len(record_ids), _AT_ONCE):
        referring = (reference, record_ids[start : start + _AT_ONCE])
        found = records.pages_of(actor.tenant_id, actor.mode, resource, referring, where=query.filter, sort=sort, limit=query.limit, custom=declared)
        edges |= {record_id: Edges(page, more, _of_one(resource, reference, record_id, query)) for record_id, (page, more) in found.items()}
    return edges


def _of_one(resource: Resource, reference: str, record_id: str, query: Query) -> str:
    """Return what cursors of the records that refer to one are bound to: a list with that condition before all others."""
    own = Condition((reference,), "eq", record_id)
    return _cursor_scope(resource, All((own, query.filter)) if query.filter else own, query.sort)


def judge(actor: Actor, resource: Resource, query: Query) -> Mapping[str, Mapping[str, str]]:
    """Return the types of custom fields that a question needs. Raises Denied for what may not be asked, Invalid for fields that are none."""
    permit(actor, f"{resource.scope}:read")
    check_fields(resource, query.fields or ())
    named = {condition.path[0] for condition in conditions(query.filter)} | {one.path[0] for one in query.sort or DEFAULT_SORT}
    _permit_relations(actor, resource, named)
    related = any(len(condition.path) > 2 for condition in conditions(query.filter))
    return custom_fields.types(actor.tenant_id, actor.mode) if related or "custom" in named else {}


def _permit_relations(actor: Actor, resource: Resource, named: Collection[str]) -> None:
    """Raise Denied for looking through a reference at what the actor may not read: a filter answers questions about it."""
    for name in named:
        kind = resource.fields.get(f"{name}_id")
        if kind is not None and kind.reference:
            permit(actor, f"{records.by_noun()[kind.reference].scope}:read")


@lru_cache(maxsize=1024)
def _cursor_scope(resource: Resource, where: Node | None, sort: tuple[Sort, ...]) -> str:
    """Return what a cursor is bound to: it is refused by any other list."""
    return resource.plural + hashlib.blake2b(repr((where, sort)).encode(), digest_size=12).hexdigest()


def check_fields(resource: Resource, names: Sequence[str]) -> None:
    """Raise Invalid for names that are not fields."""
    known = [*resource.fields, *resource.in_custom, "custom", "external_ids", "tags", "owner_id", *READ_ONLY]
    details = [f"There is no field '{name}'.{near_miss(name, known)}" for name in names if name not in known]
    if details:
        raise Invalid(details[0], code="unknown_field", faults=[Fault("fields", "unknown_field", detail) for detail in details])


def select(document: Document, names: Sequence[str], expanded: Sequence[Sequence[str]] = ()) -> Document:
    """Return only the named fields, `id` and `object` always among them."""
    wanted = {"id", "object", *names, *(path[0] for path in expanded)}
    return {name: value for name, value in document.items() if name in wanted}


def expand(actor: Actor, resource: Resource, documents: Sequence[Document], paths: Sequence[tuple[str, ...]]) -> None:
    """Put the records that references point to inside the documents; one query per path and level, whatever the number."""
    for first in dict.fromkeys(path[0] for path in paths):
        deeper = [path[1:] for path in paths if path[0] == first and len(path) > 1]
        if first == "owner":
            owners = users.briefs(actor.tenant_id, [document["owner_id"] for document in documents if document.get("owner_id")])
            _place(documents, first, owners)
            continue
        kind = resource.fields.get(f"{first}_id")
        target = records.by_noun().get(kind.reference or "") if kind else None
        if target is None:
            raise Invalid(
                f"'{first}' cannot be expanded.",
                code="unknown_expand",
                faults=[Fault("expand", "unknown_expand", f"There is no reference '{first}'.")],
            )
        permit(actor, f"{target.scope}:read")
        wanted = {document[f"{first}_id"] for document in documents if document.get(f"{first}_id")}
        found = records.find_many(actor.tenant_id, actor.mode, target, sorted(wanted))
        if deeper:
            expand(actor, target, list(found.values()), deeper)
        _place(documents, first, found)


def _place(documents: Sequence[Document], name: str, found: Mapping[str, Any]) -> None:
    for document in documents:
        document[name] = found.get(document.get(f"{name}_id") or "")


def create(
    actor: Actor, resource: Resource, body: Mapping[str, Any], managed: Mapping[str, Any] = NOTHING, *, entered_ms: int | None = None
) -> Document:
    """Create a record. Raises Unprocessable, or Conflict for an external id that is taken.

    `managed` are fields that clients only read; `entered_ms` is when it was first known of elsewhere, None for now.
    """
    permit(actor, f"{resource.scope}:write")
    fields = validate(resource, body)
    fields.update(managed)
    now = clock.now_ms()
    stamp = clock.rfc3339(now)
    created_ms, created = (now, stamp) if entered_ms is None else (entered_ms, clock.rfc3339(entered_ms))
    with database.transaction():
        secrets = _check_links(actor, resource, fields, {})
        document = {"id": ids.new_id(resource.prefix), "object": resource.noun, **fields, "created_at": created, "updated_at": stamp, "version": 1}
        records.insert(actor.tenant_id, actor.mode, resource, document, created_ms, now)
        if secrets:
            sealed_values.write(actor, resource, document["id"], secrets)
        changes = {name: [None, value] for name, value in fields.items() if value not in (None, {}, [])}
        _tell(actor, resource, "created", document, changes)
    return document


def _tell(actor: Actor, resource: Resource, action: str, document: Document, changes: Mapping[str, Any]) -> None:
    """Emit what became of a record, and what it has come to by that."""
    events.emit(actor, f"{resource.noun}.{action}", document["id"], changes=changes, record=document)
    for reached in milestones(resource.noun, action, changes, document):
        events.publish(actor, reached, document["id"], changes=changes, record=document)


def _check_links(actor: Actor, resource: Resource, fields: Document, before: Document) -> Secrets:
    """Bring the custom fields into their stored form and return what is to be sealed of them.

    Raises Unprocessable when one, or a reference or the owner, does not hold.
    """
    faults: list[Fault] = []
    secrets: Secrets = NOTHING
    for name, kind in resource.fields.items():
        value = fields.get(name)
        if kind.name == "reference" and value and value != before.get(name):
            target = records.by_noun()[kind.reference or ""]
            if not records.existing(actor.tenant_id, actor.mode, target, [value]):
                faults.append(Fault(f"/{name}", "unknown_reference", f"There is no {target.noun} '{value}'."))
    owner = fields["owner_id"]
    if owner and owner != before.get("owner_id") and not users.briefs(actor.tenant_id, [owner]):
        faults.append(Fault("/owner_id", "unknown_reference", f"There is no user '{owner}'."))
    # A new record is always checked: it may lack a field that is required.
    if not before or fields["custom"] != before["custom"]:
        fields["custom"], broken, secrets = custom_fields.check(actor.tenant_id, actor.mode, resource, fields["custom"], before.get("custom", {}))
        faults += broken
    if resource.encrypted:
        secrets, broken = sealed_values.take(resource.encrypted, fields, before)
        faults += broken
    if faults:
        raise Unprocessable(f"This is not a valid {resource.noun}.", faults=faults)
    return secrets


def update(actor: Actor, resource: Resource, record_id: str, patch: Mapping[str, Any], *, version: int | None = None) -> Document:
    """Merge a patch (RFC 7396) into a record; `version` is the one the caller saw. Raises Missing, Stale, Unprocessable."""
    return merge(actor, resource, record_id, patch, version=version)[1]


def merge(actor: Actor, resource: Resource, record_id: str, patch: Mapping[str, Any], *, version: int | None = None) -> tuple[Document, Document]:
    """Do as `update` and return the record before and after: the same object when nothing was different, for then nothing is written."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        before = _current(actor, resource, record_id)
        fields = validate(resource, record_patches.merge(write_model(resource), given(resource, before), given(resource, patch)))
        _check_conditions(resource, before, patch, version)
        return before, _write(actor, resource, before, fields)


def replace(actor: Actor, resource: Resource, record_id: str, body: Mapping[str, Any], *, version: int | None = None) -> Document:
    """Replace all a client may write; what is not given falls back to its default. Raises as `update`."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        before = _current(actor, resource, record_id)
        fields = validate(resource, given(resource, body))
        _check_conditions(resource, before, body, version)
        return _write(actor, resource, before, fields)


def amend(actor: Actor, resource: Resource, record_id: str, managed: Mapping[str, Any], *, version: int | None = None) -> Document:
    """Write fields that clients only read, and others with them. Raises Missing, Stale."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        before = _current(actor, resource, record_id)
        _check_version(before, version)
        return _write(actor, resource, before, {**_writable(before), **managed}, managed)


def _current(actor: Actor, resource: Resource, record_id: str, *, deleted: bool = False) -> Document:
    before = records.find(actor.tenant_id, actor.mode, resource, record_id, deleted=deleted, locked=True)
    if before is None:
        raise Missing(f"There is no {resource.noun} '{record_id}'.")
    return before


def _writable(document: Mapping[str, Any]) -> Document:
    return {name: value for name, value in document.items() if name not in READ_ONLY}


def given(resource: Resource, document: Mapping[str, Any]) -> Document:
    """Return of a record what a client gives, without what the appliance sets: replacing it by that makes it what it was."""
    return {name: value for name, value in document.items() if name not in READ_ONLY and name not in resource.read_only}


def _check_conditions(resource: Resource, before: Document, body: Mapping[str, Any], version: int | None) -> None:
    """Raise Stale for another version than the caller saw, or Unprocessable for read-only members that say what is not the case.

    What was read can be sent back as it was. The version comes after the validation (RFC 9110, section 13.2.1) and before these
    members, since something stale differs in them.
    """
    _check_version(before, version)
    faults = [
        Fault(f"/{name}", "read_only", "This is set by the appliance.")
        for name in (*READ_ONLY, *resource.read_only)
        if name in body and body[name] != before.get(name)
    ]
    if faults:
        raise Unprocessable("Some of these members cannot be written.", faults=faults)


def _check_version(before: Document, version: int | None) -> None:
    if version is not None and before["version"] != version:
        raise Stale(current=before["version"])


def _write(actor: Actor, resource: Resource, before: Document, fields: Document, managed: Mapping[str, Any] = NOTHING) -> Document:
    for name in resource.read_only:
        fields[name] = managed.get(name, before[name])
    secrets = _check_links(actor, resource, fields, before)
    changes = patches.changes(_writable(before), fields)
    if secrets:
        changes |= sealed_values.changes(resource, secrets, before, fields)
    if not changes:
        return before
    now = clock.now_ms()
    document = {
        "id": before["id"],
        "object": resource.noun,
        **fields,
        "created_at": before["created_at"],
        "updated_at": clock.rfc3339(now),
        "version": before["version"] + 1,
    }
    if not records.update(actor.tenant_id, actor.mode, resource, before, document, now):
        raise Stale
    if secrets:
        sealed_values.write(actor, resource, document["id"], secrets)
    _tell(actor, resource, "updated", document, changes)
    return document


def remove(actor: Actor, resource: Resource, record_id: str, *, version: int | None = None) -> None:
    """Delete a record softly: it can be restored until retention removes it. Its external ids become free."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        before = _current(actor, resource, record_id)
        _check_version(before, version)
        now = clock.now_ms()
        document = {**before, "version": before["version"] + 1, "updated_at": clock.rfc3339(now)}
        if not records.update(actor.tenant_id, actor.mode, resource, before, document, now, deleted_at=now):
            raise Stale
        records.unlink(actor.tenant_id, actor.mode, resource, before)
        events.emit(actor, f"{resource.noun}.deleted", record_id, record=before)


def restore(actor: Actor, resource: Resource, record_id: str) -> Document:
    """Bring a deleted record back. Raises Missing, or Conflict when it is not deleted or an external id is taken meanwhile."""
    permit(actor, f"{resource.scope}:write")
    with database.transaction():
        before = _current(actor, resource, record_id, deleted=True)
        if "deleted_at" not in before:
            raise Conflict(f"This {resource.noun} is not deleted.", code="not_deleted")
        now = clock.now_ms()
        document = {**before, "version": before["version"] + 1, "updated_at": clock.rfc3339(now)}
        del document["deleted_at"]
        if not records.update(actor.tenant_id, actor.mode, resource, {**before, "external_ids": {}}, document, now):
            raise Stale
        events.emit(actor, f"{resource.noun}.restored", record_id, record=document)
    return document


def upsert(
    actor: Actor, resource: Resource, system: str, external_id: str, body: Mapping[str, Any], *, version: int | None = None
) -> tuple[Document, bool]:
    """Create or merge into the record that another system knows by this id; the flag says whether it was created.

    A part is enough where there is one. Raises as `update`, and Unprocessable (`incomplete_record`) when a part is too little to create it.
    """
    permit(actor, f"{resource.scope}:write")
    external_id = trimmed(external_id)
    given = body.get("external_ids")
    # What is no object stays as it is: the validation says so.
    linked = {**body, "external_ids": {**(given or {}), system: external_id}} if isinstance(given, dict | None) else body
    with database.transaction(), _telling_what_it_lacks(resource):
        record_id = records.find_by_external_id(actor.tenant_id, actor.mode, resource, system, external_id)
        if record_id is None:
            whole = record_patches.merge(write_model(resource), {}, linked)
            if version is not None:
                validate(resource, whole)
                raise Stale
            try:
                with database.savepoint():
                    return create(actor, resource, whole), True
            except Conflict:
                # Somebody else was faster by a moment; what they made is what is merged into.
                record_id = records.find_by_external_id(actor.tenant_id, actor.mode, resource, system, external_id)
                if record_id is None:
                    raise
        return update(actor, resource, record_id, linked, version=version), False


@contextmanager
def _telling_what_it_lacks(resource: Resource) -> Iterator[None]:
    """Raise Unprocessable in words of its own for what a part lacks that only a whole record has (`incomplete_record`)."""
    try:
        yield
    except Unprocessable as error:
        faults = [Fault(fault.pointer, "incomplete_record", fault.detail) if fault.code == "missing" else fault for fault in error.faults]
        if {fault.code for fault in faults} != {"incomplete_record"}:
            raise Unprocessable(error.detail, code=error.stable_code, faults=faults) from error
        detail = f"With what there is of this {resource.noun}, if anything, this does not make a whole one."
        raise Unprocessable(detail, code="incomplete_record", faults=faults) from error


def shaped(actor: Actor, resource: Resource, document: Document, query: Query) -> Document:
    """Return one record with what `fields` and `expand` ask for."""
    check_fields(resource, query.fields or ())
    expand(actor, resource, [document], query.expand)
    return document if query.fields is None else select(document, query.fields, query.expand)
