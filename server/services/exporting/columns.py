"""What a table shows: its columns, and how a document becomes one cell for each.

A column's name is the one by which the import takes it: what is written here can be read there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from pydantic import BaseModel

from server.services.exchange.fields import bare

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from server.store.declaration import Resource

Kind = Literal["text", "number", "boolean", "date", "moment", "list", "object"]
Cell = str | int | float | Decimal | bool | None

KINDS: Final[dict[str, Kind]] = {
    "integer": "number",
    "decimal": "number",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "moment": "moment",
    "json": "object",
}
_PLAIN_ITEM: Final = re.compile(r"[^\[;,|\n\r]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, where its value lies in a document, and what that is."""

    name: str
    path: tuple[str, ...]
    kind: Kind = "text"

    def value(self, document: Mapping[str, Any]) -> Any:
        """Return the value in a document, None when there is none."""
        first, *rest = self.path
        found: Any = document.get(first)
        for part in rest:
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def cell(self, document: Mapping[str, Any]) -> Cell:
        """Return the value as one text, number or truth."""
        found = self.value(document)
        if found is None or found.__class__ is str:
            return found
        if isinstance(found, list):
            return listed(found)
        if isinstance(found, dict):
            return orjson.dumps(found).decode() if found else None
        return found  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Table:
    """What is written: the columns, and what the whole and each row are called. `fields` are the members that whole documents keep."""

    plural: str
    noun: str
    columns: tuple[Column, ...]
    fields: frozenset[str] | None = None

    def whole(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is kept of a document where a format holds documents."""
        return document if self.fields is None else {name: value for name, value in document.items() if name in self.fields}


def listed(values: Sequence[Any]) -> str | None:
    """Return a list as people write it where that is clear, as JSON otherwise; None for an empty one."""
    if not values:
        return None
    plain = all(isinstance(each, str) and each == each.strip() and _PLAIN_ITEM.fullmatch(each) for each in values)
    return ", ".join(values) if plain and len(set(values)) == len(values) else orjson.dumps(values, default=str).decode()


def table_of(resource: Resource, custom: Iterable[tuple[str, str]], fields: Collection[str] | None, *, deleted: bool = False) -> Table:
    """Return the table of a resource; `custom` are its declared fields with their types, `fields` those wanted, None for all."""
    rest = [*_custom(custom), *_ENVELOPE, *([Column("deleted_at", ("deleted_at",), "moment")] if deleted else [])]
    columns = [Column("id", ("id",)), *(column for name in (*resource.fields, *resource.in_custom) for column in _declared(resource, name)), *rest]
    if fields is None:
        return Table(resource.plural, resource.noun, tuple(columns))
    order = list(dict.fromkeys(fields))
    wanted = sorted((column for column in columns if column.path[0] in order), key=lambda column: order.index(column.path[0]))
    return Table(resource.plural, resource.noun, tuple(wanted), frozenset(order))


_ENVELOPE: Final = (
    Column("external_ids", ("external_ids",), "object"),
    Column("tags", ("tags",), "list"),
    Column("owner_id", ("owner_id",)),
    Column("created_at", ("created_at",), "moment"),
    Column("updated_at", ("updated_at",), "moment"),
    Column("version", ("version",), "number"),
)


def _custom(declared: Iterable[tuple[str, str]]) -> Iterator[Column]:
    return (Column(f"custom.{name}", ("custom", name), KINDS.get(kind, "text")) for name, kind in declared)


def _declared(resource: Resource, name: str) -> Iterator[Column]:
    kind = (resource.fields.get(name) or resource.in_custom[name]).name
    declared = resource.managed.model_fields if resource.managed and name in resource.read_only else resource.model.model_fields
    annotation = bare(declared[name].annotation)
    if kind == "money":
        yield Column(f"{name}.amount", (name, "amount"), "number")
        yield Column(f"{name}.currency", (name, "currency"))
    elif kind == "json" and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from (Column(f"{name}.{part}", (name, part)) for part in annotation.model_fields)
    else:
        yield Column(name, (name,), KINDS.get(kind, "text"))
