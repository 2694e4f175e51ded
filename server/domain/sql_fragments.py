"""The SQL fragments that clients of old CRM interfaces send as filter and order: read into a tree of `filters`, never executed.

    contacts.last_name LIKE 'A%' AND (contacts.title IS NULL OR contacts.id IN ('…', '…'))
    contacts.id IN (SELECT eabr.bean_id FROM email_addr_bean_rel eabr JOIN email_addresses ea ON ea.id = eabr.email_address_id
                    WHERE ea.email_address = 'a@b.c' AND eabr.deleted = 0)

A leaf's path is `(table, column)`, both in lower case, the table empty when none is named; whether they exist is *not* checked
here. Negations are driven down to the leaves, so what a leaf says is what has to hold; `nlike` and `nbetween` exist only here.
Everything else that SQL knows is refused: functions, comments, several statements, variables, other sub-queries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NoReturn

from server.domain.errors import Denied
from server.domain.filters import All, Any_, Condition, Not, Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from server.domain.filters import Node

LONGEST: Final = 20_000
DEEPEST: Final = 20
MOST_CONDITIONS: Final = 100
MOST_VALUES: Final = 1000
MOST_SORTS: Final = 5
EMAIL_ADDRESS: Final = ("email_addr_bean_rel", "email_address")
"""The path of the leaf that the sub-query over e-mail addresses becomes."""
EMAIL_MODULE: Final = ("email_addr_bean_rel", "bean_module")

_TOKEN: Final = re.compile(
    r"""[ \t\r\n]*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |`(?P<quoted>[A-Za-z_][A-Za-z0-9_]*)`
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?)(?![A-Za-z_0-9])
    |(?P<text>'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*")
    |(?P<sign><>|!=|<=|>=|[=<>(),.]))""",
    re.VERBOSE | re.DOTALL,
)
_SPACE: Final = " \t\r\n"
_COMPARE: Final = {"=": "eq", "<>": "ne", "!=": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_OPPOSITE: Final = {
    "eq": "ne", "ne": "eq", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt", "in": "nin", "nin": "in", "like": "nlike", "nlike": "like",
    "between": "nbetween", "nbetween": "between",
}  # fmt: skip
_ESCAPED: Final = re.compile(r"\\(.)|''|\"\"", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a", "0": "\0", "%": "\\%", "_": "\\_"}
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_RELATION, _ADDRESSES = "email_addr_bean_rel", "email_addresses"
_SAME: Final = "same"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind == "name" else ""


_END: Final = _Token("end", "")
_CALLED: Final = {"name": "name", "quoted": "quoted name", "text": "text", "number": "number", "sign": "comparison"}


def parse_condition(text: str) -> Node | None:
    """Return the tree of a WHERE fragment, None for an empty one. Raises Denied (`query_refused`) for whatever is not understood."""
    reader = _Reader(_tokens(text))
    if reader.done:
        return None
    found = reader.either()
    reader.end()
    return _affirmed(found, negated=False)


def parse_order(text: str) -> tuple[Sort, ...]:
    """Return the keys of an ORDER BY fragment, each with a path of table and column. Raises Denied as `parse_condition`."""
    reader = _Reader(_tokens(text))
    if reader.done:
        return ()
    found = [reader.key()]
    while reader.sign(","):
        found.append(reader.key())
    reader.end()
    if len(found) > MOST_SORTS:
        _refuse(f"at most {MOST_SORTS} columns can be ordered by")
    return tuple(found)


def _refuse(detail: str) -> NoReturn:
    raise Denied(f"This fragment of SQL is not accepted: {detail}.", code="query_refused")


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        _refuse(f"it is longer than {LONGEST} characters")
    text, found, place = text.strip(_SPACE), list[_Token](), 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            _refuse("it holds something else than names, values and comparisons")
        found.append(_Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def _unquoted(text: str) -> str:
    value = _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]) if found[1] else found[0][0], text[1:-1])
    if _UNSTORABLE.search(value):
        _refuse("a value holds a character that no text can hold")
    return value


@dataclass(slots=True)
class _Reader:
    """Descends through a fragment; what is read once is not looked at again, so it ends after as many steps as there are tokens."""

    tokens: Sequence[_Token]
    place: int = 0
    depth: int = 0
    conditions: int = 0
    inside: bool = False
    values: int = field(default=0)

    @property
    def done(self) -> bool:
        return self.place >= len(self.tokens)

    @property
    def next(self) -> _Token:
        return _END if self.done else self.tokens[self.place]

    def end(self) -> None:
        if not self.done:
            _refuse("something follows where it should end")

    def take(self, *kinds: str) -> _Token:
        token = self.next
        if token.kind not in kinds:
            _refuse(f"a {' or '.join(_CALLED[kind] for kind in kinds)} is missing")
        self.place += 1
        return token

    def word(self, *words: str) -> str:
        """Take one of these words if it comes next, and return it; the empty text otherwise."""
        found = self.next.word
        if found not in words:
            return ""
        self.place += 1
        return found

    def sign(self, sign: str) -> bool:
        if self.next != _Token("sign", sign):
            return False
        self.place += 1
        return True

    def expect(self, text: str) -> None:
        if not (self.sign(text) or self.word(text)):
            _refuse(f"'{text}' is missing")

    def either(self) -> Node:
        found = [self.both()]
        while self.word("or"):
            found.append(self.both())
        return found[0] if len(found) == 1 else Any_(tuple(found))

    def both(self) -> Node:
        found = [self.one()]
        while self.word("and"):
            found.append(self.one())
        return found[0] if len(found) == 1 else All(tuple(found))

    def one(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            _refuse(f"it is nested deeper than {DEEPEST} levels")
        found = self.inner()
        self.depth -= 1
        return found

    def inner(self) -> Node:
        if self.word("not"):
            return Not(self.one())
        if self.sign("("):
            found = self.either()
            self.expect(")")
            return found
        return self.predicate()

    def predicate(self) -> Node:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            _refuse(f"it has more than {MOST_CONDITIONS} conditions")
        path = self.column()
        if self.next.kind == "sign" and self.next.text in _COMPARE:
            return self.comparison(path, _COMPARE[self.take("sign").text])
        if self.word("is"):
            empty = not self.word("not")
            self.expect("null")
            return Condition(path, "null", value=empty)
        negated = bool(self.word("not"))
        reader = _PREDICATES.get(self.word(*_PREDICATES))
        if reader is None:
            _refuse("a comparison is missing")
        found = reader(self, path)
        return Not(found) if negated else found

    def comparison(self, path: tuple[str, str], operator: str) -> Node:
        if self.inside and operator == "eq" and self.next.kind in {"name", "quoted"}:
            return Condition(path, _SAME, self.column())
        return Condition(path, operator, self.value())

    def column(self) -> tuple[str, str]:
        first = self.take("name", "quoted").text.lower()
        return (first, self.take("name", "quoted").text.lower()) if self.sign(".") else ("", first)

    def value(self) -> str:
        self.values += 1
        if self.values > MOST_VALUES:
            _refuse(f"it has more than {MOST_VALUES} values")
        token = self.take("text", "number")
        return _unquoted(token.text) if token.kind == "text" else token.text

    def like(self, path: tuple[str, str]) -> Node:
        return Condition(path, "like", _unquoted(self.take("text").text))

    def between(self, path: tuple[str, str]) -> Node:
        low = self.value()
        self.expect("and")
        return Condition(path, "between", (low, self.value()))

    def among(self, path: tuple[str, str]) -> Node:
        self.expect("(")
        if self.next.word == "select":
            found = self.by_email(path)
        else:
            values = [self.value()]
            while self.sign(","):
                values.append(self.value())
            found = Condition(path, "in", tuple(values))
        self.expect(")")
        return found

    def by_email(self, path: tuple[str, str]) -> Node:
        """Read the one sub-query that is known: the records that have an e-mail address."""
        if self.inside or path[1] != "id":
            _refuse("this sub-query is not one over e-mail addresses")
        self.inside = True
        self.expect("select")
        self.word("distinct")
        selected = self.column()
        self.expect("from")
        tables = dict([self.table()])
        conditions: list[Node] = []
        while joined := self.joined():
            name, table, condition = joined
            tables[name] = table
            conditions += [condition] if condition else []
        self.expect("where")
        conditions.append(self.both())
        self.inside = False
        return _email_condition(tables, selected, list(_flat(conditions)))

    def table(self) -> tuple[str, str]:
        """Return the name by which a table is called, and the table."""
        table = self.take("name", "quoted").text.lower()
        self.word("as")
        alias = self.next.kind == "quoted" or (self.next.kind == "name" and self.next.word not in _AFTER_TABLE)
        return (self.take("name", "quoted").text.lower() if alias else table), table

    def joined(self) -> tuple[str, str, Node | None] | None:
        if self.sign(","):
            return (*self.table(), None)
        kind = self.word("inner", "left")
        if not self.word("join"):
            return _refuse("a join is missing") if kind else None
        name, table = self.table()
        self.expect("on")
        return name, table, self.one()

    def key(self) -> Sort:
        path = self.column()
        return Sort(path, descending=self.word("asc", "desc") == "desc")


_AFTER_TABLE: Final = frozenset({"where", "join", "inner", "left", "on", "as"})
_PREDICATES: Final[dict[str, Callable[[_Reader, tuple[str, str]], Node]]] = {
    "like": _Reader.like,
    "in": _Reader.among,
    "between": _Reader.between,
}


def _flat(nodes: Sequence[Node]) -> Iterator[Condition]:
    """Yield the conditions that all have to hold; anything but conditions side by side is refused."""
    for node in nodes:
        if isinstance(node, All):
            yield from _flat(node.nodes)
        elif isinstance(node, Condition):
            yield node
        else:
            _refuse("a sub-query over e-mail addresses holds conditions joined by AND only")


# What such a sub-query may say beside the address it looks for.
_GIVEN: Final = {(_RELATION, "deleted"): "0", (_ADDRESSES, "deleted"): "0", (_RELATION, "primary_address"): "1"}
_OWNER: Final = {"bean_id": _RELATION, "bean_module": _RELATION, "email_address_id": _RELATION, "primary_address": _RELATION}


def _email_condition(tables: dict[str, str], selected: tuple[str, str], conditions: list[Condition]) -> Node:
    """Return what a sub-query over e-mail addresses asks for. Raises Denied unless every part of it is understood."""

    def real(path: tuple[str, ...]) -> tuple[str, str]:
        return tables.get(path[0], "") if path[0] else _OWNER.get(path[1], _ADDRESSES), path[1]

    if sorted(tables.values()) != [_RELATION, _ADDRESSES] or real(selected) != (_RELATION, "bean_id"):
        _refuse("this sub-query is not one over e-mail addresses")
    wanted: list[Node] = []
    joined = False
    for one in conditions:
        path = real(one.path)
        if one.operator == _SAME:
            joined = {path, real(one.value)} == {(_RELATION, "email_address_id"), (_ADDRESSES, "id")}
        elif path in {(_ADDRESSES, "email_address"), (_ADDRESSES, "email_address_caps")} and one.operator in {"eq", "like", "in"}:
            wanted.append(replace(one, path=EMAIL_ADDRESS))
        elif path == EMAIL_MODULE and one.operator == "eq":
            wanted.append(replace(one, path=EMAIL_MODULE))
        elif one.operator != "eq" or _GIVEN.get(path) != one.value:
            _refuse("this sub-query asks for more than an e-mail address")
    if not joined or not any(isinstance(one, Condition) and one.path == EMAIL_ADDRESS for one in wanted):
        _refuse("this sub-query does not join the addresses, or looks for none")
    return All(tuple(wanted))


def _affirmed(node: Node, *, negated: bool) -> Node:
    """Return a tree without Not that holds exactly where SQL's three-valued logic finds the node, or its negation, true."""
    if isinstance(node, Not):
        return _affirmed(node.node, negated=not negated)
    if isinstance(node, Condition):
        if not negated:
            return node
        if node.operator == "null":
            return replace(node, value=not node.value)
        return replace(node, operator=_OPPOSITE[node.operator])
    kind = All if isinstance(node, All) is not negated else Any_
    return kind(tuple(_affirmed(part, negated=negated) for part in node.nodes))
