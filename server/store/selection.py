"""From a parsed query to SQL: conditions, order, and the place a cursor stands at.

Everything a caller names is looked up in the resource's declaration first; only declared names and fixed operators reach
the SQL text, values are always bound. Nulls sort as the smallest value in both databases. An order always ends in `id`,
so a walk by cursor neither loses nor repeats a row that existed throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from server.domain import money
from server.domain.errors import Fault, Invalid
from server.domain.filters import All, Condition, Not
from server.store import database, search_questions
from server.store.declaration import SYSTEM_FIELDS
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.domain.filters import Node, Sort
    from server.store.declaration import Resource
    from server.store.record_search import Driver

_COMPARE: Final = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_LIKE_PART: Final = re.compile(r"\\.|.", re.DOTALL)
_REQUIRED: Final = {"id", "created_at", "updated_at", "version"}
_NUMBERS: Final = {"integer", "decimal", "moment", "money", "boolean"}
_ENCRYPTED: Final = "encrypted"
_CUSTOM_KINDS: Final = {"number": "decimal", "boolean": "boolean", "date": "date", "text": "text", "choice": "text", _ENCRYPTED: _ENCRYPTED}


@dataclass(frozen=True, slots=True)
class Term:
    """A place a value can be compared with: its SQL, its kind, and whether it can be null."""

    sql: str
    kind: str
    nullable: bool = True


@dataclass(slots=True)
class Selection:
    """A WHERE clause in the making; `related` is every resource by noun, `custom` the type of each custom field by plural and name.

    `driver` is the one of the conditions that the index of words is asked about, where there is such a one.
    """

    resource: Resource
    related: Mapping[str, Resource]
    custom: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    driver: Driver | None = None
    values: list[Any] = field(default_factory=list)
    sees_deleted: bool = False

    def where(self, node: Node | None) -> str:
        """Return the condition of a filter; its values are appended to `values` in order."""
        if node is None:
            return ""
        if isinstance(node, Condition):
            return self._condition(self.resource, self.resource.table, node)
        if isinstance(node, Not):
            return f"(({self.where(node.node)}) IS NOT TRUE)"
        joined = (" AND " if isinstance(node, All) else " OR ").join(self.where(part) for part in node.nodes)
        return f"({joined})"

    def term(self, resource: Resource, table: str, path: Sequence[str], parameter: str) -> Term:
        """Return the SQL of a field path. Raises Invalid naming an unknown one and the nearest known."""
        name = path[0]
        if len(path) == 1:
            if name in SYSTEM_FIELDS:
                return Term(f"{table}.{name}", SYSTEM_FIELDS[name], name not in _REQUIRED)
            kind = resource.fields.get(name)
            if kind is not None:
                column = f"{name}_amount" if kind.name == "money" else name
                return Term(f"{table}.{column}", kind.name)
            if name in resource.in_custom:
                return _json_term(table, "custom", name, resource.in_custom[name].name)
        elif len(path) == 2:
            found = self._part(resource, table, name, path[1])
            if found is not None:
                return found
        raise _unknown(".".join(path), parameter, self._names(resource))

    def _part(self, resource: Resource, table: str, name: str, part: str) -> Term | None:
        declared = self.custom.get(resource.plural, {})
        if name == "custom" and part in declared:
            return _json_term(table, "custom", part, _CUSTOM_KINDS[declared[part]])
        if name == "external_ids" and part.replace("_", "").replace("-", "").isalnum():
            return _json_term(table, "external_ids", part, "text")
        kind = resource.fields.get(name)
        if kind is None:
            return None
        if kind.name == "money" and part in {"amount", "currency"}:
            return Term(f"{table}.{name}_{part}", "money" if part == "amount" else "text")
        if kind.name == "json" and name == "address" and part.replace("_", "").isalnum():
            return _json_term(table, name, part, "text")
        return None

    def _names(self, resource: Resource) -> list[str]:
        custom = (f"custom.{name}" for name in self.custom.get(resource.plural, ()))
        return [*resource.fields, *resource.in_custom, *SYSTEM_FIELDS, "deleted", search_questions.FIELD, *custom]

    def _condition(self, resource: Resource, table: str, node: Condition) -> str:
        if node.path == ("deleted",):
            self.sees_deleted = True
            return f"{table}.deleted_at IS {'NOT ' if _boolean(node) else ''}NULL"
        if self.driver is not None and node is self.driver.node:
            self.values += self.driver.values
            return f"{'' if self.driver.leads else '+'}{table}.id {self.driver.sql}"
        target = self._relation(resource, node.path)
        if target is not None:
            return self._related(table, target, node)
        return self._test(resource, table, node, node.path)

    def _test(self, resource: Resource, table: str, node: Condition, path: Sequence[str]) -> str:
        if tuple(path) == (search_questions.FIELD,):
            return self._words(table, node)
        term = self.term(resource, table, path, _parameter(node))
        if term.kind == "tags":
            return self._tags(table, node)
        if term.kind == _ENCRYPTED and node.operator != "null":
            raise _sealed(".".join(path), _parameter(node))
        if term.kind == "json" and node.operator != "null":
            raise _bad(node, "This holds several values; compare one of them, or use null.")
        return self._compare(term, node)

    def _relation(self, resource: Resource, path: Sequence[str]) -> Resource | None:
        kind = resource.fields.get(f"{path[0]}_id") if len(path) > 1 else None
        return self.related.get(kind.reference or "") if kind is not None else None

    def _related(self, table: str, target: Resource, node: Condition) -> str:
        alias = f"related_{node.path[0]}"
        condition = self._test(target, alias, node, node.path[1:])
        return (
            f"EXISTS (SELECT 1 FROM {target.table} AS {alias} WHERE {alias}.id = {table}.{node.path[0]}_id"
            f" AND {alias}.tenant_id = {table}.tenant_id AND {alias}.mode = {table}.mode AND {alias}.deleted_at IS NULL AND {condition})"
        )

    def _tags(self, table: str, node: Condition) -> str:
        if node.operator not in {"eq", "in", "ne", "nin"}:
            raise _bad(node, "Tags can be compared with eq, ne, in and nin only.")
        wanted = node.value if isinstance(node.value, tuple) else (node.value,)
        self.values += wanted
        each = "EXISTS (SELECT 1 FROM json_each({0}.tags) WHERE value = ?)" if database.is_sqlite() else "jsonb_exists({0}.tags::jsonb, ?)"
        found = " OR ".join([each.format(table)] * len(wanted))
        return f"NOT ({found})" if node.operator in {"ne", "nin"} else f"({found})"

    def _words(self, table: str, node: Condition) -> str:
        if node.operator != "eq":
            raise _bad(node, "Words are searched for with eq only.")
        sql, values = search_questions.entry_test(table, node.value)
        self.values += values
        return sql

    def _compare(self, term: Term, node: Condition) -> str:
        operator, value = node.operator, node.value
        if operator == "null":
            return f"{term.sql} IS {'' if _boolean(node) else 'NOT '}NULL"
        if operator in _COMPARE:
            self.values.append(_value(term, node, value))
            return f"({term.sql} <> ? OR {term.sql} IS NULL)" if operator == "ne" else f"{term.sql} {_COMPARE[operator]} ?"
        if operator in {"in", "nin"}:
            self.values += [_value(term, node, part) for part in value]
            listed = ", ".join("?" * len(value))
            return f"{term.sql} IN ({listed})" if operator == "in" else f"({term.sql} NOT IN ({listed}) OR {term.sql} IS NULL)"
        if operator == "between":
            self.values += [_value(term, node, part) for part in value]
            return f"{term.sql} BETWEEN ? AND ?"
        return self._like(term, node)

    def _like(self, term: Term, node: Condition) -> str:
        if term.kind in _NUMBERS:
            raise _bad(node, "Only text can be compared with like and ilike.")
        pattern = _closed(str(node.value))
        if not database.is_sqlite():
            self.values.append(pattern)
            return f"{term.sql} {'ILIKE' if node.operator == 'ilike' else 'LIKE'} ?"
        if node.operator == "ilike":
            self.values.append(pattern.lower())
            # SQLite folds the case of ASCII by itself, three times as fast as a list comes with a function of ours.
            return f"{term.sql if pattern.isascii() else f'unicode_lower({term.sql})'} LIKE ? ESCAPE '\\'"
        self.values.append(_glob(pattern))
        return f"{term.sql} GLOB ?"

    def order(self, sort: Sequence[Sort]) -> list[tuple[Term, bool]]:
        """Return the terms to order by, each with whether it descends; `id` is always last."""
        terms = [(self.term(self.resource, self.resource.table, one.path, "sort"), one.descending) for one in sort]
        for (term, _), one in zip(terms, sort, strict=True):
            if term.kind == _ENCRYPTED:
                raise _sealed(".".join(one.path), "sort")
            if term.kind in {"json", "tags"}:
                raise Invalid(
                    f"'{'.'.join(one.path)}' cannot be sorted by.",
                    code="unknown_sort",
                    faults=[Fault("sort", "not_sortable", "is not a single value")],
                )
        if any(one.path == ("id",) for one in sort):
            return terms
        return [*terms, (Term(f"{self.resource.table}.id", "text", nullable=False), terms[-1][1])]

    def after(self, order: Sequence[tuple[Term, bool]], place: Sequence[Any]) -> str:
        """Return the condition for rows behind a place in the order."""
        if len({descends for _, descends in order}) == 1 and not any(term.nullable for term, _ in order):
            self.values += place
            left, marks = ", ".join(term.sql for term, _ in order), ", ".join("?" * len(place))
            return f"({left}) {'<' if order[0][1] else '>'} ({marks})"
        (term, descends), at = order[0], place[0]
        beyond = self._beyond(term, at, descends=descends)
        if len(order) == 1:
            return beyond
        same = f"{term.sql} IS NULL"
        if at is not None:
            self.values.append(at)
            same = f"{term.sql} = ?"
        return f"({beyond} OR ({same} AND {self.after(order[1:], place[1:])}))"

    def _beyond(self, term: Term, at: Any, *, descends: bool) -> str:
        if at is None:
            return "FALSE" if descends else f"{term.sql} IS NOT NULL"
        self.values.append(at)
        if descends and term.nullable:
            return f"({term.sql} < ? OR {term.sql} IS NULL)"
        return f"{term.sql} {'<' if descends else '>'} ?"


def order_by(order: Sequence[tuple[Term, bool]]) -> str:
    """Return the ORDER BY list; PostgreSQL is told where nulls go, SQLite puts them there by itself."""
    parts = []
    for term, descends in order:
        nulls = "" if database.is_sqlite() or not term.nullable else (" NULLS LAST" if descends else " NULLS FIRST")
        parts.append(f"{term.sql} {'DESC' if descends else 'ASC'}{nulls}")
    return ", ".join(parts)


def _json_term(table: str, column: str, part: str, kind: str) -> Term:
    """Return the term of one member of a JSON column; on PostgreSQL a value of another type is null, since its cast would fail."""
    if database.is_sqlite():
        return Term(f"json_extract({table}.{column}, '$.\"{part}\"')", kind)
    member = f"({table}.{column}::jsonb -> '{part}')"
    text = f"({table}.{column}::jsonb ->> '{part}')"
    typed = {
        "decimal": f"(CASE WHEN jsonb_typeof({member}) = 'number' THEN {text}::double precision END)",
        "boolean": f"(CASE WHEN jsonb_typeof({member}) = 'boolean' THEN ({text}::boolean)::int END)",
    }
    return Term(typed.get(kind, text), kind)


def _value(term: Term, node: Condition, value: Any) -> Any:
    try:
        return _CONVERT.get(term.kind, str)(value)
    except ValueError as error:
        raise _bad(node, f"'{value}' cannot be compared with this field.") from error


def _truth(text: Any) -> int:
    if str(text).lower() not in {"true", "false"}:
        raise ValueError(text)
    return int(str(text).lower() == "true")


def _integer(text: Any) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


def _finite(text: Any) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


_CONVERT: Final[dict[str, Callable[[Any], Any]]] = {
    "integer": _integer,
    "decimal": _finite,
    "date": lambda text: date.fromisoformat(str(text)).isoformat(),
    "boolean": _truth,
    "moment": lambda text: clock.parse_rfc3339(str(text).replace(" ", "+")),
    "money": lambda text: money.to_units(str(text)),
}


def _boolean(node: Condition) -> bool:
    try:
        return bool(_truth(node.value))
    except ValueError as error:
        raise _bad(node, "This takes true or false.") from error


def _closed(pattern: str) -> str:
    """Return a pattern whose last backslash does not stand alone: PostgreSQL refuses such a one, here it means itself."""
    return pattern + "\\" if (len(pattern) - len(pattern.rstrip("\\"))) % 2 else pattern


def _glob(pattern: str) -> str:
    """Return SQLite's case-sensitive pattern for a LIKE pattern; a backslash takes the meaning of what follows it away."""
    return _LIKE_PART.sub(_glob_part, pattern)


def _glob_part(found: re.Match[str]) -> str:
    part = found.group()
    letter = part[-1]
    if len(part) == 1 and letter in "%_":
        return "*" if letter == "%" else "?"
    return f"[{letter}]" if letter in "*?[" else letter


def _parameter(node: Condition) -> str:
    return f"filter[{'.'.join(node.path)}]"


def _bad(node: Condition, detail: str) -> Invalid:
    return Invalid(f"{_parameter(node)}: {detail}", code="invalid_filter", faults=[Fault(_parameter(node), "invalid_filter_value", detail)])


def _unknown(name: str, parameter: str, known: Sequence[str]) -> Invalid:
    near = get_close_matches(name, known, 1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    code = "unknown_sort" if parameter == "sort" else "unknown_filter"
    return Invalid(f"There is no field '{name}'.{hint}", code=code, faults=[Fault(parameter, "unknown_field", f"There is no field '{name}'.{hint}")])


def _sealed(name: str, parameter: str) -> Invalid:
    detail = f"'{name}' is encrypted: nothing is sorted by it or compared with it; only `null` tells whether it has a value."
    return Invalid(detail, code="encrypted_field", faults=[Fault(parameter, "encrypted_field", detail)])
