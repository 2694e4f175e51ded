"""How a resource is declared: a pydantic model of its fields, from which table, codec, filters and document follow.

    class Product(Record):
        name: Text
        price: Money | None = None

    PRODUCT = Resource(Product, noun="product", plural="products", prefix="prd")

A document is the wire form of a record: JSON values only, times as RFC 3339, money as `{amount, currency}`. A field's
kind, taken from its annotation, says which columns hold it and how they turn into JSON and back.
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict

from server.domain import money
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENVELOPE: Final = (
    ("id", "TEXT PRIMARY KEY"),
    ("tenant_id", "TEXT NOT NULL"),
    ("mode", "TEXT NOT NULL"),
    ("version", "BIGINT NOT NULL"),
    ("owner_id", "TEXT"),
    ("created_at", "BIGINT NOT NULL"),
    ("updated_at", "BIGINT NOT NULL"),
    ("deleted_at", "BIGINT"),
    ("custom", "TEXT NOT NULL"),
    ("external_ids", "TEXT NOT NULL"),
    ("tags", "TEXT NOT NULL"),
)
STAMPS: Final = ("created_at", "updated_at")
"""The columns of the envelope that lists are ordered by most."""
SYSTEM_FIELDS: Final = {
    "id": "text",
    "owner_id": "text",
    "created_at": "moment",
    "updated_at": "moment",
    "deleted_at": "moment",
    "version": "integer",
    "tags": "tags",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field holds; put on an annotation as metadata."""

    name: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a resource table: its name, SQL type, and the field path whose value it holds."""

    name: str
    sql: str
    path: tuple[str, ...]
    kind: str


class Record(BaseModel):
    """The fields of a resource as a client writes them; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, validate_default=False)


_SQL: Final = {
    "text": "TEXT",
    "reference": "TEXT",
    "choice": "TEXT",
    "date": "TEXT",
    "json": "TEXT",
    "integer": "BIGINT",
    "moment": "BIGINT",
    "boolean": "SMALLINT",
    "decimal": "DOUBLE PRECISION",
}
_TO_ROW: Final[dict[str, Callable[[Any], Any]]] = {
    "moment": clock.parse_rfc3339,
    "boolean": int,
    "json": lambda value: orjson.dumps(value).decode(),
}
_TO_JSON: Final[dict[str, Callable[[Any], Any]]] = {"moment": clock.rfc3339, "boolean": bool, "json": orjson.loads}


def kind_of(annotation: Any) -> Kind:
    """Return the kind found in an annotation such as `Text | None`; a nested model or list is `json`."""
    if typing.get_origin(annotation) is typing.Annotated:
        for mark in annotation.__metadata__:
            if isinstance(mark, Kind):
                return mark
        return kind_of(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        return kind_of(next(part for part in typing.get_args(annotation) if part is not type(None)))
    if typing.get_origin(annotation) is typing.Literal:
        return Kind("choice")
    return {str: Kind("text"), int: Kind("integer"), float: Kind("decimal"), bool: Kind("boolean")}.get(annotation, Kind("json"))


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of record. `indexed` names fields that are looked up often; `title` the fields that make its display name.

    A resource may share its table with others: `only` is the SQL condition that tells its rows from theirs. Its fields in
    `in_custom` have no column of their own; those of `managed` are set by the appliance and only read by clients.
    """

    model: type[Record]
    noun: str
    plural: str
    prefix: str
    title: tuple[str, ...] = ("name",)
    indexed: tuple[str, ...] = ()
    table: str = ""
    scope: str = ""
    identity: tuple[str, ...] = ()
    only: str = ""
    in_custom: Mapping[str, Kind] = field(default_factory=dict)
    managed: type[BaseModel] | None = None
    fields: Mapping[str, Kind] = field(init=False)
    read_only: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Read the fields off the model."""
        object.__setattr__(self, "table", self.table or self.plural)
        object.__setattr__(self, "scope", self.scope or self.plural)
        object.__setattr__(self, "read_only", tuple(self.managed.model_fields) if self.managed else ())
        kinds: dict[str, Kind] = {}
        for model in (self.model, self.managed):
            hints = typing.get_type_hints(model, include_extras=True) if model else {}
            kinds |= {name: kind_of(hints[name]) for name in (model.model_fields if model else ())}
        object.__setattr__(self, "fields", kinds)

    @cached_property
    def encrypted(self) -> tuple[str, ...]:
        """Its fields of which a record holds only masks."""
        return tuple(name for name, kind in self.in_custom.items() if kind.name == "encrypted")

    @property
    def has_content(self) -> bool:
        """Whether a file can be its records' content."""
        return "content" in self.read_only

    @cached_property
    def own_columns(self) -> tuple[Column, ...]:
        """The columns of the declared fields; money takes two."""
        found: list[Column] = []
        for name, kind in self.fields.items():
            if kind.name == "money":
                found += [
                    Column(f"{name}_amount", "BIGINT", (name, "amount"), "money"),
                    Column(f"{name}_currency", "TEXT", (name, "currency"), "text"),
                ]
            else:
                found.append(Column(name, _SQL[kind.name], (name,), kind.name))
        return tuple(found)

    def columns(self) -> list[tuple[str, str]]:
        """Return every column with its SQL type, the envelope's first."""
        return [*ENVELOPE, *((column.name, column.sql) for column in self.own_columns)]

    def create_table(self) -> str:
        """Return the statement that makes the table."""
        return f"CREATE TABLE {self.table} ({', '.join(f'{name} {kind}' for name, kind in self.columns())})"

    def create_indexes(self) -> list[str]:
        """Return the statements that make the indexes which are not there yet."""
        return [f"CREATE INDEX IF NOT EXISTS {self.table}_{key} ON {self.table} (tenant_id, mode, {key}, id)" for key in (*STAMPS, *self.indexed)] + [
            f"CREATE INDEX IF NOT EXISTS {self.table}_deleted ON {self.table} (deleted_at) WHERE deleted_at IS NOT NULL"
        ]

    @cached_property
    def _layout(self) -> tuple[tuple[str, str], ...]:
        """Every member of a document in its order, with the SQL that reads it; a currency follows its amount."""
        own = [
            (f"{name}.currency" if column.path[-1] == "currency" else name, column.name)
            for name in self.fields
            for column in self.own_columns
            if column.path[0] == name
        ]
        rest = ("custom", "external_ids", "tags", "owner_id", "created_at", "updated_at", "version", "deleted_at")
        return (("id", "id"), *own, *((name, name) for name in rest))

    @cached_property
    def select_list(self) -> str:
        """The columns of a whole record, in the order `document` expects."""
        first, *others = (f"{self.table}.{column}" for _, column in self._layout)
        return ", ".join((first, f"'{self.noun}'", *others))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        (first, _), *others = self._layout
        return (first, "object", *(name for name, _ in others))

    @cached_property
    def insert_statement(self) -> str:
        """The statement that inserts what `row` returns."""
        names = [name for name, _ in self.columns()]
        return f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"

    @cached_property
    def update_statement(self) -> str:
        """The statement that writes a record back; the last four values are tenant, mode, id and the version it replaces."""
        names = [name for name, _ in self.columns() if name not in {"id", "tenant_id", "mode", "created_at"}]
        assignments = ", ".join(f"{name} = ?" for name in names)
        return f"UPDATE {self.table} SET {assignments} WHERE tenant_id = ? AND mode = ? AND id = ? AND version = ?"

    def custom_of(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the `custom` column holds for a document."""
        found: Mapping[str, Any] = document["custom"]
        return found

    def encode(self, document: Mapping[str, Any]) -> list[Any]:
        """Return the values of the declared fields' columns for a document."""
        return [encode(column, document) for column in self.own_columns]

    def document(self, row: tuple[Any, ...]) -> dict[str, Any]:
        """Return the document of a row that begins with what `select_list` selects."""
        found: dict[str, Any] = dict(zip(self._names, row, strict=False))
        for name, decode in self._decoders:
            value = found[name]
            if value is not None:
                found[name] = decode(value)
        for name in self._monies:
            currency = found.pop(f"{name}.currency")
            if found[name] is not None:
                found[name] = {"amount": money.from_units(found[name]), "currency": currency}
        if found["deleted_at"] is None:
            del found["deleted_at"]
        return found

    @cached_property
    def _monies(self) -> tuple[str, ...]:
        return tuple(name for name, kind in self.fields.items() if kind.name == "money")

    @cached_property
    def _decoders(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        own = [(name, _TO_JSON[kind.name]) for name, kind in self.fields.items() if kind.name in _TO_JSON]
        stored = [(name, orjson.loads) for name in ("custom", "external_ids", "tags")]
        times = [(name, clock.rfc3339) for name in ("created_at", "updated_at", "deleted_at")]
        return (*own, *stored, *times)


def encode(column: Column, document: Mapping[str, Any]) -> Any:
    """Return what a column stores for a document."""
    value: Any = document.get(column.path[0])
    if value is None:
        return None
    if column.kind == "money":
        return money.to_units(value["amount"])
    if len(column.path) > 1:
        return value[column.path[1]]
    turn = _TO_ROW.get(column.kind)
    return turn(value) if turn else value
