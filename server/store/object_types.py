"""Types of records that tenants define themselves: each is a resource made at run time.

All of them share the table `objects`: its column `type` tells them apart, and the fields of a type lie in the column
`custom`, while a document shows them like any resource's own fields. So everything that reads and writes resources does
so with these too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, StringConstraints, WithJsonSchema, create_model

from server.store import database
from server.store.declaration import Kind, Record, Resource
from server.store.fields import Boolean, Date
from server.store.tables import Row
from server.store.tenant_table import TenantRows

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Final = TenantRows(
    "object_types",
    ("id", "tenant_id", "mode", "name", "label", "description", "version", "created_at", "updated_at"),
    ("label", "description", "version", "updated_at"),
)
LONGEST_TEXT: Final = 10_000
ENCRYPTED_SCHEMA: Final = {
    "type": "string",
    "maxLength": LONGEST_TEXT,
    "format": "password",
    "description": "Encrypted: takes the value and shows its mask, such as `••••1234`. That mask, sent back, leaves the value as it is.",
}
Declared = tuple[str, str, bool, str | None]

_Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), Kind("text")]
_Encrypted = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), Kind("encrypted"), WithJsonSchema(ENCRYPTED_SCHEMA)]


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        message = "is not a number"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    return value


_Number = Annotated[Any, AfterValidator(_number), Kind("decimal"), WithJsonSchema({"type": "number"})]
_ANNOTATIONS: Final[dict[str, Any]] = {"text": _Text, "number": _Number, "boolean": Boolean, "date": Date, "encrypted": _Encrypted}
PLAIN_KINDS: Final = tuple(_ANNOTATIONS)
"""Every kind of field but choices, which differ by their options."""

RESERVED: Final = frozenset({
    "id", "object", "type", "custom", "external_ids", "tags", "owner", "owner_id", "created_at", "updated_at", "deleted_at", "deleted", "version",
    "tenant_id", "mode", "and", "or", "not", "search",
})  # fmt: skip
"""Names with a meaning on every record or in every filter."""


@dataclass(frozen=True, eq=False)
class ObjectType(Resource):
    """A resource whose fields, but for `type`, lie in the column `custom`."""

    def __post_init__(self) -> None:
        """Part the fields of the model from the one that has a column."""
        super().__post_init__()
        object.__setattr__(self, "in_custom", {name: kind for name, kind in self.fields.items() if name != "type"})
        object.__setattr__(self, "fields", {"type": self.fields["type"]})

    def custom_of(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values of the declared fields."""
        return {name: document[name] for name in self.in_custom if document.get(name) is not None}

    def document(self, row: tuple[Any, ...]) -> dict[str, Any]:
        """Return the document with the declared fields among its own."""
        plain = super().document(row)
        stored = plain["custom"]
        first = {name: plain.pop(name) for name in ("id", "object", "type")}
        return {**first, **{name: stored.get(name) for name in self.in_custom}, **plain, "custom": {}}


@lru_cache(maxsize=512)
def resource_of(name: str, fields: tuple[Declared, ...]) -> ObjectType:
    """Return the resource of a type with these declared fields; `name` is a checked snake_case word."""
    members: dict[str, Any] = {"type": (Literal[name], name)}
    for field_name, kind, required, options in fields:
        found = Literal[tuple(orjson.loads(options or "[]"))] if kind == "choice" else _ANNOTATIONS[kind]
        members[field_name] = (found, ...) if required else (found | None, None)
    model = create_model(model_name(name), __base__=Record, __doc__=f"A record of the type {name}.", **members)
    title = tuple(field_name for field_name, kind, _, _ in fields if kind == "text")[:1]
    return ObjectType(model, "object", f"objects/{name}", "obj", title, table="objects", scope="objects", only=f"objects.type = '{name}'")


def model_name(name: str) -> str:
    """Return what the model of a type is called."""
    return "".join(part.capitalize() for part in name.split("_"))


def is_reserved(name: str) -> bool:
    """Tell whether a field of a type may not have this name, for what it means elsewhere."""
    return name in RESERVED or hasattr(Record, name)


def find(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return a type, or None."""
    return _TYPES.first(tenant_id, mode, "name = ?", (name,))


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return types behind a name, in the order of their names."""
    return _TYPES.behind(tenant_id, mode, "name", after, limit)


def names(tenant_id: str, mode: str) -> list[str]:
    """Return the names of all types, in their order."""
    return [row[0] for row in database.rows("SELECT name FROM object_types WHERE tenant_id = ? AND mode = ? ORDER BY name", (tenant_id, mode))]


def count(tenant_id: str, mode: str) -> int:
    """Return how many types there are."""
    return _TYPES.count(tenant_id, mode)


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a type. Raises Conflict when the name is taken."""
    _TYPES.insert(tenant_id, mode, row)


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a type over a version; False when somebody else was faster."""
    return _TYPES.update(tenant_id, mode, row, version)


def remove(tenant_id: str, mode: str, type_id: str) -> None:
    """Remove a type's definition."""
    _TYPES.remove(tenant_id, mode, type_id)


def record_ids(tenant_id: str, mode: str, name: str, limit: int) -> list[str]:
    """Return ids of records of a type that are there."""
    sql = "SELECT id FROM objects WHERE tenant_id = ? AND mode = ? AND type = ? AND deleted_at IS NULL ORDER BY id LIMIT ?"
    return [row[0] for row in database.rows(sql, (tenant_id, mode, name, limit))]
