"""Filters as GraphQL input, and their way into the one grammar of reading.

    filter: {or: [{email: {ilike: "%@example.com"}}, {company: {name: {eq: "Acme"}}}], not: {tags: {in: ["cold"]}}}

becomes the parameters `filter[or][0][email][ilike]=...`, so every rule and limit of lists holds here by itself, and the
cursors of both are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
)

from server.domain.errors import Fault, Invalid
from server.domain.filters import parse_query
from server.store.declaration import SYSTEM_FIELDS
from server.store.records import by_noun
from server.store.search_questions import FIELD
from server.web.graphql.scalars import DATE, DATE_TIME, DECIMAL

if TYPE_CHECKING:
    from server.domain.filters import Query
    from server.store.declaration import Resource

    Pairs = list[tuple[str, str]]

FIRST: Final = 20
"""How many a page holds when nothing is said."""
_COMPARED: Final = ("eq", "ne", "lt", "lte", "gt", "gte")
_LISTED: Final = ("in", "nin", "between")
_GROUPS: Final = ("and", "or")


def _condition(name: str, of: Any, operators: tuple[str, ...]) -> GraphQLInputObjectType:
    """Return the operators on one kind of value; all that are given have to hold."""
    fields = {operator: GraphQLInputField(GraphQLList(GraphQLNonNull(of)) if operator in _LISTED else of) for operator in operators}
    fields["null"] = GraphQLInputField(GraphQLBoolean)
    return GraphQLInputObjectType(name, fields)


_ORDERED: Final = (*_COMPARED, *_LISTED)
_WORDS: Final = (*_ORDERED, "like", "ilike")
TEXT: Final = _condition("TextCondition", GraphQLString, _WORDS)
CONDITIONS: Final[Mapping[str, GraphQLInputObjectType]] = {
    "text": TEXT,
    "choice": TEXT,
    "reference": _condition("IdCondition", GraphQLID, _WORDS),
    "integer": (NUMBER := _condition("NumberCondition", GraphQLFloat, _ORDERED)),
    "decimal": NUMBER,
    "money": _condition("DecimalCondition", DECIMAL, _ORDERED),
    "boolean": _condition("BooleanCondition", GraphQLBoolean, ("eq", "ne")),
    "moment": _condition("DateTimeCondition", DATE_TIME, _ORDERED),
    "date": _condition("DateCondition", DATE, _ORDERED),
    "tags": GraphQLInputObjectType(
        "TagsCondition",
        {
            **{name: GraphQLInputField(GraphQLString) for name in ("eq", "ne")},
            **{name: GraphQLInputField(GraphQLList(GraphQLNonNull(GraphQLString))) for name in ("in", "nin")},
        },
    ),
}
CUSTOM: Final = GraphQLInputObjectType(
    "CustomFieldCondition",
    lambda: {"field": GraphQLInputField(GraphQLNonNull(GraphQLString)), **TEXT.fields},
    description="Conditions on a custom field, values given as text.",
)


_SEARCH: Final = GraphQLInputField(GraphQLString, description="Beginnings of words, in any text of a record, all of which have to be there.")


class Filters:
    """The filter types of one schema: one for each resource, and one for what can be asked through a reference."""

    def __init__(self) -> None:
        """Begin with none."""
        self._made: dict[str, GraphQLInputObjectType] = {}

    def of(self, resource: Resource, name: str) -> GraphQLInputObjectType:
        """Return the filter of a resource, whose type is called `name`."""
        return self._once(f"{name}Filter", lambda: self._whole(resource, name))

    def _whole(self, resource: Resource, name: str) -> dict[str, GraphQLInputField]:
        fields = {**self._plain(resource), "deleted": GraphQLInputField(GraphQLBoolean), FIELD: _SEARCH}
        for field, kind in resource.fields.items():
            if kind.reference:
                target = by_noun()[kind.reference]
                fields[field.removesuffix("_id")] = GraphQLInputField(self._beyond(target))
        own = self.of(resource, name)
        groups = {word: GraphQLInputField(GraphQLList(GraphQLNonNull(own))) for word in _GROUPS}
        return {**fields, "custom": GraphQLInputField(GraphQLList(GraphQLNonNull(CUSTOM))), **groups, "not": GraphQLInputField(own)}

    def _beyond(self, target: Resource) -> GraphQLInputObjectType:
        return self._once(f"{target.model.__name__}Conditions", lambda: {**self._plain(target), FIELD: _SEARCH})

    def _plain(self, resource: Resource) -> dict[str, GraphQLInputField]:
        kinds = {name: kind.name for name, kind in {**resource.fields, **resource.in_custom}.items()}
        kinds |= {**SYSTEM_FIELDS, "id": "reference", "owner_id": "reference"}
        return {name: GraphQLInputField(CONDITIONS[kind]) for name, kind in kinds.items() if kind in CONDITIONS}

    def _once(self, name: str, fields: Any) -> GraphQLInputObjectType:
        if name not in self._made:
            self._made[name] = GraphQLInputObjectType(name, fields)
        return self._made[name]


def query_of(arguments: Mapping[str, Any]) -> Query:
    """Return what the arguments of a list ask for. Raises Invalid as a list does."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise Invalid("Ask for the first or for the last of them, not for both.", code="malformed_limit")
    wanted = next((number for number in (first, last) if number is not None), FIRST)
    pairs: Pairs = [("limit", str(wanted))]
    pairs += [(name, arguments[given]) for given, name in (("after", "cursor"), ("sort", "sort")) if arguments.get(given)]
    pairs += _pairs("filter", arguments.get("filter") or {})
    return replace(parse_query(pairs), before=arguments.get("before") or None, backward=last is not None)


def _pairs(prefix: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        if value is None:
            raise _bad(f"{prefix}[{name}]", "Use `null: true` to ask for what is empty.")
        if name in _GROUPS:
            for index, part in enumerate(value):
                yield from _pairs(f"{prefix}[{name}][{index}]", part)
        elif name == "custom":
            for part in value:
                yield from _operators(f"{prefix}[custom.{part['field']}]", {word: one for word, one in part.items() if word != "field"})
        elif not isinstance(value, Mapping):
            yield f"{prefix}[{name}]", _text(value)
        elif name == "not":
            yield from _pairs(f"{prefix}[not]", value)
        else:
            yield from _field(prefix, name, value)


def _field(prefix: str, name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the conditions on a field, or on the fields behind a reference."""
    beyond = {word: part for word, part in value.items() if isinstance(part, Mapping) or word == FIELD}
    for word, part in beyond.items():
        yield from _operators(f"{prefix}[{name}.{word}]", part if isinstance(part, Mapping) else {"eq": part})
    yield from _operators(f"{prefix}[{name}]", {word: part for word, part in value.items() if word not in beyond})


def _operators(name: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for operator, value in given.items():
        if value is None or value == []:
            raise _bad(f"{name}[{operator}]", "This has to have a value; use `null: true` to ask for what is empty.")
        yield f"{name}[{operator}]", ",".join(map(_escaped, value)) if isinstance(value, list) else _text(value)


def _escaped(value: Any) -> str:
    return _text(value).replace("\\", "\\\\").replace(",", "\\,")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _bad(name: str, detail: str) -> Invalid:
    return Invalid(detail, code="malformed_filter", faults=[Fault(name, "malformed_filter", detail)])
