"""As much of Salesforce's query language as a connector speaks: fields, one object, conditions, an order and a limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Condition = Callable[[Row], bool]
SHAPE = re.compile(
    r"\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<object>\w+)(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s+BY\s+(?P<order>.+?))?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
TOKEN = re.compile(r"\s*(\(|\)|'(?:[^'\\]|\\.)*'|[<>!]=|[<>=]|,|[\w.:+-]+)")
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    ">": lambda have, want: have is not None and have > want,
    ">=": lambda have, want: have is not None and have >= want,
    "<": lambda have, want: have is not None and have < want,
    "<=": lambda have, want: have is not None and have <= want,
}


class Malformed(ValueError):
    """A query that cannot be read."""


@dataclass(frozen=True)
class Query:
    """One query: `order` are field names, each with whether it descends."""

    fields: tuple[str, ...]
    object: str
    holds: Condition
    order: tuple[tuple[str, bool], ...]
    limit: int | None


def read(text: str) -> Query:
    """Read a query. Raises Malformed."""
    match = SHAPE.fullmatch(text)
    if match is None:
        raise Malformed("unexpected token")
    order = tuple(
        (part.split()[0], part.split()[1:2] == ["DESC"] or part.split()[1:2] == ["desc"])
        for part in (match["order"] or "").split(",")
        if part.strip()
    )
    fields = tuple(field.strip() for field in match["fields"].split(","))
    holds = Conditions(match["where"]).whole() if match["where"] else lambda _: True
    return Query(fields, match["object"], holds, order, int(match["limit"]) if match["limit"] else None)


def tokens(text: str) -> list[str]:
    """Return the words, signs and literals of conditions. Raises Malformed at what is none of them."""
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise Malformed(f"unexpected token: {text[place : place + 20]}")
        found.append(match[1])
        place = match.end()
    return found


class Conditions:
    """What stands behind WHERE: comparisons joined by AND and OR, with parentheses."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0

    def next(self) -> str:
        if self.place >= len(self.tokens):
            raise Malformed("unexpected end of the query")
        self.place += 1
        return self.tokens[self.place - 1]

    def ahead(self, word: str) -> bool:
        found = self.place < len(self.tokens) and self.tokens[self.place].upper() == word
        self.place += found
        return found

    def whole(self) -> Condition:
        found = self.any()
        if self.place < len(self.tokens):
            raise Malformed(f"unexpected token: {self.tokens[self.place]}")
        return found

    def any(self) -> Condition:
        parts = [self.all()]
        while self.ahead("OR"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def all(self) -> Condition:
        parts = [self.one()]
        while self.ahead("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def one(self) -> Condition:
        if self.ahead("("):
            inner = self.any()
            if not self.ahead(")"):
                raise Malformed("missing )")
            return inner
        name, operator = self.next(), self.next()
        if operator.upper() == "IN":
            wanted = self.values()
            return lambda row: row.get(name) in wanted
        if operator not in COMPARED:
            raise Malformed(f"unexpected token: {operator}")
        want, compare = value(self.next()), COMPARED[operator]
        return lambda row: compare(row.get(name), want)

    def values(self) -> set[Any]:
        found = set()
        if not self.ahead("("):
            raise Malformed("missing (")
        while not self.ahead(")"):
            found.add(value(self.next()))
            self.ahead(",")
        return found


def value(text: str) -> Any:
    """Return what a literal stands for; a time stays text, which compares as it should in one form."""
    if text.startswith("'"):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return moment(text)
    return {"true": True, "false": False, "null": None}.get(text.lower(), text)


def moment(text: str) -> str:
    """Return a time as Salesforce writes it, `2026-11-20T12:00:00.000+0000`."""
    whole, fraction = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?", text).groups()  # type: ignore[union-attr]
    return f"{whole}.{(fraction or '').ljust(3, '0')[:3]}+0000"
