"""The grammar of reading: query parameters become a frozen tree that the store compiles.

    limit=50 & cursor=... & sort=-created_at,last_name & fields=id,email & expand=company.owner
    filter[email]=a@b.c                      the same as filter[email][eq]=a@b.c
    filter[company.name][ilike]=acme%        one hop away
    filter[or][0][stage][eq]=won & filter[or][1][value][gt]=100
    filter[not][tags][in]=cold,lost

Conditions side by side must all hold; `not` refuses what fulfils all of its conditions. Names of fields are *not* checked
here, since only the store knows them. Every fault is reported, not the first alone. Equal questions give equal trees in
whatever order their parameters stood, so a tree's `shape` can name its compiled SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from server.domain.errors import Fault, Invalid
from server.domain.hints import near_miss

OPERATORS: Final = ("eq", "ne", "lt", "lte", "gt", "gte", "in", "nin", "between", "like", "ilike", "null")
PARAMETERS: Final = ("limit", "cursor", "filter", "sort", "fields", "expand")
DEFAULT_LIMIT: Final = 50
LARGEST_LIMIT: Final = 200
DEEPEST: Final = 5
MOST_CONDITIONS: Final = 50
MOST_VALUES: Final = 200
MOST_SORTS: Final = 5
MOST_FIELDS: Final = 100
MOST_EXPANDS: Final = 10
EXPAND_LEVELS: Final = 2
PATH_LEVELS: Final = 3
LONGEST_CURSOR: Final = 2048

_SEGMENTS = re.compile(r"filter((?:\[[^\[\]]*\])+)")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_INDEX = re.compile(r"[0-9]{1,3}")
_LIMIT = re.compile(r"[0-9]{1,6}")
_LISTED = re.compile(r"(?:\\[\\,]|[^,])*")
_ESCAPED = re.compile(r"\\([\\,])")
# No database stores these as text, and PostgreSQL answers them with an error.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one field: `value` is text, a tuple of texts for in, nin and between, a bool for null."""

    path: tuple[str, ...]
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every node does."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 - `Any` is taken
    """Holds when at least one node does."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when the node does not."""

    node: Node


Node = Condition | All | Any_ | Not


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order."""

    path: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a caller wants to read; `fields` None means all of them.

    The page lies behind `cursor` and `before` that one, and is the first of what does; the last when `backward`.
    """

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    filter: Node | None = None
    sort: tuple[Sort, ...] = ()
    fields: tuple[str, ...] | None = None
    expand: tuple[tuple[str, ...], ...] = ()
    before: str | None = None
    backward: bool = False


def conditions(node: Node | None) -> Iterator[Condition]:
    """Yield the conditions of a tree in the order in which `shape` and `values` see them."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Not):
        yield from conditions(node.node)
    elif node is not None:
        for child in node.nodes:
            yield from conditions(child)


def shape(query: Query) -> tuple[Any, ...]:
    """Return everything about the query but its values: what decides the SQL. The limit is a value; that a cursor is there is not.

    How many values a list has, and what `null` asks for, belong to the shape, since they change the SQL.
    """
    return (_shape(query.filter), query.sort, query.fields, query.expand, query.cursor is not None)


def _shape(node: Node | None) -> Any:
    if isinstance(node, Condition):
        scalar = isinstance(node.value, str)
        return (node.path, node.operator, None if scalar else node.value if node.operator == "null" else len(node.value))
    if isinstance(node, Not):
        return ("not", _shape(node.node))
    return node and (type(node).__name__, tuple(_shape(child) for child in node.nodes))


def values(query: Query) -> list[str]:
    """Return the values of the filter, flat, in the order in which the tree is walked; `null` has none."""
    found: list[str] = []
    for condition in conditions(query.filter):
        if isinstance(condition.value, str):
            found.append(condition.value)
        elif condition.operator != "null":
            found.extend(condition.value)
    return found


class _Wrong(Exception):
    """What is wrong with the one parameter that is being read."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(slots=True)
class _Group:
    """Conditions and groups that must all hold, while they are collected."""

    conditions: dict[tuple[tuple[str, ...], str], Condition] = field(default_factory=dict)
    listed: dict[str, dict[int, _Group]] = field(default_factory=dict)
    refused: _Group | None = None

    def node(self) -> Node:
        nodes: list[Node] = [self.conditions[key] for key in sorted(self.conditions)]
        for word, kind in (("and", All), ("or", Any_)):
            if groups := self.listed.get(word):
                children = tuple(groups[index].node() for index in sorted(groups))
                nodes.append(children[0] if len(children) == 1 else kind(children))
        if self.refused:
            nodes.append(Not(self.refused.node()))
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def parse_query(pairs: Sequence[tuple[str, str]], *, also: Collection[str] = ()) -> Query:
    """Return what the parameters ask for, or raise Invalid with a fault for each parameter that is wrong.

    `also` names parameters that the route reads itself.
    """
    read: dict[str, Any] = {}
    root, faults, count = _Group(), [], 0
    for name, value in pairs:
        if name in also:
            continue
        try:
            if name.startswith("filter"):
                count += 1
                _read_filter(root, name, value, count)
            else:
                _read_parameter(read, name, value, also)
        except _Wrong as wrong:
            faults.append(Fault(name, wrong.code, wrong.detail))
    if faults:
        raise Invalid(faults[0].detail, code=faults[0].code, faults=faults)
    return Query(filter=root.node() if count else None, **read)


def _read_parameter(read: dict[str, Any], name: str, value: str, also: Collection[str]) -> None:
    reader = _READERS.get(name)
    if reader is None:
        raise _Wrong("unknown_parameter", f"There is no parameter '{name}'.{near_miss(name, (*PARAMETERS, *also))}")
    if name in read:
        raise _Wrong("repeated_parameter", f"The parameter '{name}' is there twice.")
    read[name] = reader(value)


def _read_filter(root: _Group, name: str, value: str, count: int) -> None:
    if count > MOST_CONDITIONS:
        raise _Wrong("filter_too_large", f"A filter has at most {MOST_CONDITIONS} conditions.")
    found = _SEGMENTS.fullmatch(name)
    if not found:
        raise _Wrong("malformed_filter", "A filter is written filter[field][operator]=value.")
    group, rest = _descend(root, found[1][1:-1].split("]["))
    if not 1 <= len(rest) <= 2:
        raise _Wrong("malformed_filter", "After the field comes one operator, and then nothing more.")
    path = _path(rest[0], PATH_LEVELS)
    operator = rest[1] if len(rest) == 2 else "eq"
    if operator not in OPERATORS:
        raise _Wrong("unknown_operator", f"There is no operator '{operator}'.{near_miss(operator, OPERATORS)}")
    if (path, operator) in group.conditions:
        raise _Wrong("repeated_parameter", f"The condition '{name}' is there twice.")
    group.conditions[path, operator] = Condition(path, operator, _value(operator, value))


def _descend(group: _Group, segments: list[str]) -> tuple[_Group, list[str]]:
    """Return the group that the leading and, or and not lead to, and the segments that are left."""
    depth = 0
    while segments and segments[0] in {"and", "or", "not"}:
        depth += 1
        if depth > DEEPEST:
            raise _Wrong("filter_too_deep", f"A filter nests at most {DEEPEST} levels deep.")
        word, *segments = segments
        if word == "not":
            group.refused = group = group.refused or _Group()
            continue
        if not segments or not _INDEX.fullmatch(segments[0]):
            raise _Wrong("malformed_filter", f"After [{word}] comes a number, as in filter[{word}][0][field][eq]=value.")
        index, *segments = segments
        group = group.listed.setdefault(word, {}).setdefault(int(index), _Group())
    return group, segments


def _path(text: str, levels: int) -> tuple[str, ...]:
    path = tuple(text.split("."))
    if len(path) > levels or not all(_NAME.fullmatch(part) for part in path):
        raise _Wrong("malformed_name", f"'{text[:80]}' is not the name of a field with at most {levels} parts.")
    return path


def _value(operator: str, value: str) -> Any:
    _check_storable(value)
    if operator == "null":
        if value not in {"true", "false"}:
            raise _Wrong("malformed_value", "The operator 'null' takes true or false.")
        return value == "true"
    if operator not in {"in", "nin", "between"}:
        return value
    listed = tuple(split_values(value))
    if operator == "between" and len(listed) != 2:
        raise _Wrong("malformed_value", "The operator 'between' takes two values, separated by a comma.")
    if len(listed) > MOST_VALUES:
        raise _Wrong("malformed_value", f"A list has at most {MOST_VALUES} values.")
    return listed


def _check_storable(value: str) -> None:
    if _UNSTORABLE.search(value):
        raise _Wrong("malformed_value", "The value holds a character that no text can hold.")


def split_values(text: str) -> list[str]:
    """Return the values of a comma-separated list; a backslash before a comma or a backslash takes its meaning away."""
    listed, place = [], 0
    while found := _LISTED.match(text, place):
        listed.append(_ESCAPED.sub(r"\1", found.group()))
        place = found.end() + 1
        if place > len(text):
            break
    return listed


def _names(value: str, most: int, what: str) -> list[str]:
    names = value.split(",")
    if len(names) > most:
        raise _Wrong("too_many", f"At most {most} {what} can be named.")
    return names


def _read_limit(value: str) -> int:
    if not _LIMIT.fullmatch(value) or not 1 <= int(value) <= LARGEST_LIMIT:
        raise _Wrong("malformed_limit", f"The limit is a whole number from 1 to {LARGEST_LIMIT}.")
    return int(value)


def _read_cursor(value: str) -> str | None:
    if len(value) > LONGEST_CURSOR:
        raise _Wrong("invalid_cursor", "The cursor is not one that was given out here.")
    return value or None


def _read_sort(value: str) -> tuple[Sort, ...]:
    keys: dict[tuple[str, ...], Sort] = {}
    for name in _names(value, MOST_SORTS, "sort keys"):
        path = _path(name.removeprefix("-"), PATH_LEVELS)
        # Rows that are equal by a key are equal by its second mention too.
        keys.setdefault(path, Sort(path, name.startswith("-")))
    return tuple(keys.values())


def _read_fields(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(".".join(_path(name, PATH_LEVELS)) for name in _names(value, MOST_FIELDS, "fields")))


def _read_expand(value: str) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(_path(name, EXPAND_LEVELS) for name in _names(value, MOST_EXPANDS, "relations")))


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "limit": _read_limit,
    "cursor": _read_cursor,
    "sort": _read_sort,
    "fields": _read_fields,
    "expand": _read_expand,
}
