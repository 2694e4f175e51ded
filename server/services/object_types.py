"""Custom object types: defined by a tenant, and from then on a resource like any other for that tenant and mode alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.hints import near_miss
from server.domain.permissions import NOTHING, ROLES, grants, permit
from server.services import custom_fields, events, pages, records
from server.services.custom_fields import MOST, FieldView, Label, Name, NewField
from server.store import custom_fields as declarations
from server.store import database, object_types
from server.store import records as declared
from server.system import clock, ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.declaration import Resource
    from server.store.tables import Row

MOST_TYPES: Final = 100
_STEP: Final = 500
Description = Annotated[str, StringConstraints(max_length=2000)]


class NewObjectType(BaseModel):
    """What defines a type; its name is a singular such as `vehicle`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    label: Label | None = None
    description: Description | None = None
    fields: Annotated[list[NewField], Field(max_length=MOST)] = []


class ObjectTypeChange(BaseModel):
    """What may be changed about a type; its fields are changed at `/fields/objects/{type}`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    label: Label | None = None
    description: Description | None = None


class ObjectTypeView(BaseModel):
    """A type with its fields."""

    id: str
    object: Literal["object_type"]
    name: str
    label: str | None
    description: str | None
    fields: list[FieldView]
    version: int
    created_at: str
    updated_at: str


def resource(actor: Actor, name: str, scope: str = "objects:read") -> Resource:
    """Return a type as a resource, for an act that needs this scope. Raises Missing."""
    permit(actor, scope)
    if object_types.find(actor.tenant_id, actor.mode, name) is None:
        raise _missing(name)
    return object_types.resource_of(name, tuple(declarations.declared(actor.tenant_id, actor.mode, f"objects/{name}")))


def resources(actor: Actor) -> dict[str, Resource]:
    """Return every type of the tenant as a resource, by its name; none for an actor who may not read records of them."""
    if not all(grants(granted, "objects:read") for granted in (actor.scopes, ROLES.get(actor.role, NOTHING))):
        return {}
    fields = declarations.declared_on_types(actor.tenant_id, actor.mode)
    return {name: object_types.resource_of(name, tuple(fields.get(name, ()))) for name in object_types.names(actor.tenant_id, actor.mode)}


def named(actor: Actor, name: str) -> Resource:
    """Return a resource by its plural, `objects/<type>` for a type. Raises Unprocessable with the near miss, Missing for no type."""
    kind, _, rest = name.partition("/")
    if kind == "objects" and rest:
        return resource(actor, rest)
    known = {one.plural: one for one in declared.resources() if one.noun != "object"}
    if name not in known:
        detail = f"There is no resource {name[:60]!r}.{near_miss(name, known)}"
        raise Unprocessable(detail, code="unknown_resource", faults=[Fault("/resource", "unknown_resource", detail)])
    return known[name]


def _missing(name: str) -> Missing:
    return Missing(f"There is no object type '{name[:100]}'.", code="unknown_object_type")


def _shown(actor: Actor, row: Row) -> dict[str, Any]:
    fields = declarations.all_of(actor.tenant_id, actor.mode, f"objects/{row['name']}")
    return {
        "id": row["id"],
        "object": "object_type",
        "name": row["name"],
        "label": row["label"],
        "description": row["description"],
        "fields": [custom_fields.shown(field) for field in fields],
        "version": row["version"],
        "created_at": clock.rfc3339(row["created_at"]),
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def _find(actor: Actor, name: str, version: int | None = None) -> Row:
    found = object_types.find(actor.tenant_id, actor.mode, name)
    if found is None:
        raise _missing(name)
    if version is not None and found["version"] != version:
        raise Stale(current=found["version"])
    return found


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return types in the order of their names, and the cursor of the next page."""
    permit(actor, "objects:read")
    found, following = pages.page(
        pages.scope_of(actor, "object_types"),
        cursor,
        limit,
        lambda after, most: object_types.page(actor.tenant_id, actor.mode, after, most),
        place="name",
    )
    return [_shown(actor, row) for row in found], following


def get(actor: Actor, name: str) -> dict[str, Any]:
    """Return a type. Raises Missing."""
    permit(actor, "objects:read")
    return _shown(actor, _find(actor, name))


def create(actor: Actor, body: NewObjectType) -> dict[str, Any]:
    """Define a type with its fields. Raises Conflict when the name is taken or the tenant has as many as it may."""
    custom_fields.permit_declaring(actor, "objects:write")
    _check_names(body)
    now = clock.now_ms()
    row: Row = {
        "id": ids.new_id("typ"),
        "name": body.name,
        "label": body.label,
        "description": body.description,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    with database.transaction():
        if object_types.find(actor.tenant_id, actor.mode, body.name):
            raise Conflict(f"There is an object type '{body.name}' already.", code="name_taken")
        if object_types.count(actor.tenant_id, actor.mode) >= MOST_TYPES:
            raise Conflict(f"A tenant may have {MOST_TYPES} object types.", code="too_many_object_types")
        object_types.insert(actor.tenant_id, actor.mode, row)
        for index, field in enumerate(body.fields):
            custom_fields.declare(actor, f"objects/{body.name}", field, f"/fields/{index}")
        events.record_audit(actor, "object_type.created", row["id"], {"name": [None, body.name]})
        return _shown(actor, row)


def _check_names(body: NewObjectType) -> None:
    names = [field.name for field in body.fields]
    faults = [
        Fault(f"/fields/{index}/name", "repeated_name", f"There is a field '{name}' already.")
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    if faults:
        raise Unprocessable("Fields of one type have different names.", faults=faults)


def update(actor: Actor, name: str, body: ObjectTypeChange, *, version: int | None = None) -> dict[str, Any]:
    """Change label or description. Raises Missing and Stale."""
    custom_fields.permit_declaring(actor, "objects:write")
    with database.transaction():
        before = _find(actor, name, version)
        row = {**before, **body.model_dump(exclude_unset=True), "version": before["version"] + 1, "updated_at": clock.now_ms()}
        if not object_types.update(actor.tenant_id, actor.mode, row, before["version"]):
            raise Stale
        changes = {key: [before[key], row[key]] for key in ("label", "description") if before[key] != row[key]}
        events.record_audit(actor, "object_type.updated", row["id"], changes)
        return _shown(actor, row)


def remove(actor: Actor, name: str, *, version: int | None = None, force: bool = False) -> None:
    """Take a type back. Raises Conflict while it has records; `force` deletes these one by one, each with its event."""
    custom_fields.permit_declaring(actor, "objects:write")
    with database.transaction():
        row, kind = _find(actor, name, version), resource(actor, name)
        while found := object_types.record_ids(actor.tenant_id, actor.mode, name, _STEP):
            if not force:
                raise Conflict(f"There are records of the type '{name}'; force=true deletes them.", code="object_type_in_use")
            for record_id in found:
                records.remove(actor, kind, record_id)
        declarations.remove(actor.tenant_id, actor.mode, f"objects/{name}")
        object_types.remove(actor.tenant_id, actor.mode, row["id"])
        events.record_audit(actor, "object_type.deleted", row["id"], {"name": [name, None]})
