"""Custom fields: what tenants add to resources and to their own types, and the check of what is written into them.

A declaration needs writing of that resource and the role admin or owner. A field that is in use goes away only by force,
and then takes its values along, so no record ever holds what is not declared.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Denied, Fault, Missing, Stale, Unprocessable
from server.domain.permissions import EVERYTHING, NOTHING, ROLES, permit
from server.services import events, sealed_values
from server.store import custom_fields, database, object_types, records
from server.store import sealed_values as sealed
from server.store.object_types import LONGEST_TEXT
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.domain.actor import Actor
    from server.services.sealed_values import Secrets
    from server.store.custom_fields import Row
    from server.store.declaration import Resource

MOST: Final = 200
SNAKE_CASE: Final = r"^[a-z][a-z0-9_]{0,62}$"
Name = Annotated[str, StringConstraints(pattern=SNAKE_CASE), Field(examples=["plate"])]
Type = Literal["text", "number", "boolean", "date", "choice", "encrypted"]
Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Options = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(min_length=1, max_length=500)]


class NewField(BaseModel):
    """What declares a field; `options` belong to the type `choice` alone."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    type: Type
    label: Label | None = None
    required: bool = False
    options: Options | None = None


class FieldChange(BaseModel):
    """What may be changed about a field; `type` may be said again, and never changes."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    type: Type | None = None
    label: Label | None = None
    required: bool | None = None
    options: Options | None = None


class FieldView(BaseModel):
    """A declared field."""

    id: str
    object: Literal["field"]
    resource: str
    name: str
    type: str
    label: str | None
    required: bool
    options: list[str] | None
    version: int
    created_at: str
    updated_at: str


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(value)
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - the check of a value knows one kind of failure
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - as above
    return value


TYPES: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "text": (f"a text of at most {LONGEST_TEXT} characters", _text),
    "number": ("a number", _number),
    "boolean": ("true or false", _boolean),
    "date": ("a date such as 2026-11-20", lambda value: date.fromisoformat(_text(value)).isoformat()),
    "choice": ("one of its options", _text),
    "encrypted": (f"a text of at most {LONGEST_TEXT} characters", _text),
}
"""What a value of each type has to be, in words, and the function that returns it as it is stored or raises ValueError."""


def check(
    tenant_id: str, mode: str, resource: Resource, values: Mapping[str, Any], before: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Fault], Secrets]:
    """Return the values to store, nulls left out, what is wrong with them, and what is to be sealed of them.

    One that was there before holds as it is.
    """
    rows = [] if resource.only else custom_fields.declared(tenant_id, mode, resource.plural)
    declared = {name: (kind, options) for name, kind, _, options in rows}
    kept = {name: value for name, value in values.items() if value is not None}
    faults = [
        Fault(f"/custom/{name}", "undeclared_custom_field", f"'{name}' is not declared for {resource.plural}.")
        for name in values
        if name not in declared
    ]
    for name in kept.keys() & declared.keys():
        if name in before and before[name] == kept[name] and isinstance(before[name], bool) is isinstance(kept[name], bool):
            continue
        try:
            kept[name] = _fitting(kept[name], *declared[name])
        except ValueError:
            faults.append(Fault(f"/custom/{name}", "invalid_custom_field", f"This has to be {TYPES[declared[name][0]][0]}."))
    faults += [Fault(f"/custom/{name}", "missing", "This field is required.") for name, _, required, _ in rows if required and name not in kept]
    secrets, masked = sealed_values.take([name for name, kind, _, _ in rows if kind == sealed_values.TYPE], kept, before, "/custom")
    return kept, sorted([*faults, *masked], key=lambda fault: fault.pointer), secrets


def _fitting(value: Any, kind: str, options: str | None) -> Any:
    found = TYPES[kind][1](value)
    if kind == "choice" and found not in orjson.loads(options or "[]"):
        raise ValueError(value)
    return found


def types(tenant_id: str, mode: str) -> Mapping[str, Mapping[str, str]]:
    """Return the type of every custom field, by resource and name."""
    return custom_fields.types(tenant_id, mode)


def permit_declaring(actor: Actor, scope: str) -> None:
    """Raise Denied unless the actor may write a resource and, as admin or owner, say what it consists of."""
    permit(actor, scope)
    if ROLES.get(actor.role, NOTHING) != EVERYTHING:
        raise Denied(f"The role '{actor.role}' may not declare fields and types.", code="insufficient_role", scope=scope)


def _scope(plural: str) -> str:
    return "objects" if plural.startswith("objects/") else plural


def _resource(actor: Actor, plural: str) -> Resource:
    """Return the resource that fields can be declared on. Raises Missing."""
    found = records.by_plural().get(plural)
    if found is not None and found.noun != "object":
        return found
    kind, _, name = plural.partition("/")
    if kind == "objects" and name and object_types.find(actor.tenant_id, actor.mode, name):
        return object_types.resource_of(name, tuple(custom_fields.declared(actor.tenant_id, actor.mode, plural)))
    raise Missing(f"There is no resource '{plural[:100]}' that could have fields.")


def _known_scope(plural: str, action: str) -> str:
    """Return the scope for a resource's fields; Missing before Denied for what no tenant can have."""
    if plural not in records.by_plural() and not plural.startswith("objects/"):
        raise Missing(f"There is no resource '{plural[:100]}' that could have fields.")
    return f"{_scope(plural)}:{action}"


def shown(row: Row) -> dict[str, Any]:
    """Return a field in its wire form."""
    return {
        "id": row["id"],
        "object": "field",
        "resource": row["resource"],
        "name": row["name"],
        "type": row["type"],
        "label": row["label"],
        "required": bool(row["required"]),
        "options": None if row["options"] is None else orjson.loads(row["options"]),
        "version": row["version"],
        "created_at": clock.rfc3339(row["created_at"]),
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def list_all(actor: Actor, plural: str) -> list[dict[str, Any]]:
    """Return the fields of a resource in the order in which they were declared. Raises Missing."""
    permit(actor, _known_scope(plural, "read"))
    _resource(actor, plural)
    return [shown(row) for row in custom_fields.all_of(actor.tenant_id, actor.mode, plural)]


def get(actor: Actor, plural: str, name: str) -> dict[str, Any]:
    """Return one field. Raises Missing."""
    permit(actor, _known_scope(plural, "read"))
    return shown(_find(actor, plural, name))


def _find(actor: Actor, plural: str, name: str) -> Row:
    _resource(actor, plural)
    found = custom_fields.find(actor.tenant_id, actor.mode, plural, name)
    if found is None:
        raise Missing(f"There is no field '{name[:100]}' on {plural}.")
    return found


def create(actor: Actor, plural: str, body: NewField) -> dict[str, Any]:
    """Declare a field. Raises Conflict when the name is taken or the resource has as many as it may."""
    permit_declaring(actor, _known_scope(plural, "write"))
    with database.transaction():
        _resource(actor, plural)
        found = custom_fields.all_of(actor.tenant_id, actor.mode, plural)
        if any(row["name"] == body.name for row in found):
            raise Conflict(f"There is a field '{body.name}' on {plural} already.", code="name_taken")
        if len(found) >= MOST:
            raise Conflict(f"A resource may have {MOST} custom fields.", code="too_many_fields")
        return declare(actor, plural, body)


def declare(actor: Actor, plural: str, body: NewField, pointer: str = "") -> dict[str, Any]:
    """Write a declaration that repeats none; `pointer` says where it stands in the caller's body. Raises Unprocessable."""
    _check_declaration(plural, body, pointer)
    now = clock.now_ms()
    row = {
        **body.model_dump(),
        "id": ids.new_id("fld"),
        "resource": plural,
        "required": int(body.required),
        "options": None if body.options is None else orjson.dumps(list(dict.fromkeys(body.options))).decode(),
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    custom_fields.insert(actor.tenant_id, actor.mode, row)
    events.record_audit(actor, "field.created", row["id"], {plural: [None, body.name]})
    return shown(row)


def _check_declaration(plural: str, body: NewField, pointer: str) -> None:
    if (body.options is not None) is not (body.type == "choice"):
        detail = "A choice needs its options, and no other type has any."
        raise Unprocessable(detail, faults=[Fault(f"{pointer}/options", "invalid_options", detail)])
    if plural.startswith("objects/") and object_types.is_reserved(body.name):
        detail = f"'{body.name}' means something else on every record."
        raise Unprocessable(detail, faults=[Fault(f"{pointer}/name", "reserved_name", detail)])


def update(actor: Actor, plural: str, name: str, body: FieldChange, *, version: int | None = None) -> dict[str, Any]:
    """Change label, options or whether the field is required. Raises Conflict when a dropped option is in use."""
    permit_declaring(actor, _known_scope(plural, "write"))
    given = body.model_dump(exclude_unset=True)
    with database.transaction():
        before = _find(actor, plural, name)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        _check_type(before, given.pop("type", None))
        if "options" in given:
            given["options"] = _new_options(actor, before, given["options"])
        if "required" in given:
            given["required"] = int(bool(given["required"]))
        row = {**before, **given, "version": before["version"] + 1, "updated_at": clock.now_ms()}
        if not custom_fields.update(actor.tenant_id, actor.mode, row, before["version"]):
            raise Stale
        old, new = shown(before), shown(row)
        events.record_audit(actor, "field.updated", row["id"], {key: [old[key], new[key]] for key in given if old[key] != new[key]})
        return new


def _check_type(before: Row, wanted: str | None) -> None:
    """Raise Unprocessable for another type: what was written in the clear stays in events and the audit trail, so no field turns encrypted."""
    if wanted in {None, before["type"]}:
        return
    detail = f"'{before['name']}' keeps its type, {before['type']}. Declare another field, write the values into it, then take this one back."
    if wanted == sealed_values.TYPE:
        detail += " What was written in the clear stays in events, in the audit trail and in backups for as long as those are kept."
    raise Unprocessable(detail, code="field_type_fixed", faults=[Fault("/type", "field_type_fixed", detail)])


def _new_options(actor: Actor, before: Row, options: list[str] | None) -> str:
    if before["type"] != "choice" or not options:
        detail = "A choice needs its options, and no other type has any."
        raise Unprocessable(detail, faults=[Fault("/options", "invalid_options", detail)])
    resource = _resource(actor, before["resource"])
    for dropped in set(orjson.loads(before["options"])) - set(options):
        count = custom_fields.used(actor.tenant_id, actor.mode, resource, before["name"], dropped)
        if count:
            raise Conflict(f"The option '{dropped}' is the value of {count} records.", code="option_in_use")
    return orjson.dumps(list(dict.fromkeys(options))).decode()


def remove(actor: Actor, plural: str, name: str, *, force: bool = False) -> None:
    """Take a declaration back. Raises Conflict when records hold values; `force` drops them from the records."""
    permit_declaring(actor, _known_scope(plural, "write"))
    with database.transaction():
        row, resource = _find(actor, plural, name), _resource(actor, plural)
        count = custom_fields.used(actor.tenant_id, actor.mode, resource, name)
        if count and not force:
            raise Conflict(f"{count} records hold a value in '{name}'; force=true drops these values.", code="field_in_use", records=count)
        custom_fields.clear(actor.tenant_id, actor.mode, resource, name, clock.now_ms())
        sealed.remove_field(actor.tenant_id, actor.mode, plural, name)
        custom_fields.remove(actor.tenant_id, actor.mode, plural, name)
        events.record_audit(actor, "field.deleted", row["id"], {plural: [name, None], "records": [count, 0]})
