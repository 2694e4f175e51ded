"""Which events a webhook wants by what they say: the grammar of reading (`filters`), written as JSON and tried on a payload.

    {"record.stage": "won"}                                      the same as {"record.stage": {"eq": "won"}}
    {"record.value.amount": {"gte": 1000, "lt": 5000}}           numbers, and texts that are numbers, compare as numbers
    {"or": [{"record.tags": "vip"}, {"record.email": {"ilike": "%@example.com"}}]}
    {"not": {"changes.stage": {"null": true}}}                   the stage is among what changed

A path leads from the event's `data`; where it meets a list, one member that fulfils the condition is enough. What is not
there is null. Nothing here can fail on a payload, and the time it takes grows with payload and filter, never faster.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from server.domain.filters import DEEPEST, MOST_CONDITIONS, MOST_VALUES, OPERATORS, All, Any_, Condition, Node, Not
from server.domain.hints import near_miss

PATH_LEVELS: Final = 8
_PART: Final = re.compile(r"[^\s.\[\]]{1,100}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_LISTED: Final = frozenset({"in", "nin", "between"})
_WORDS: Final = frozenset({"and", "or", "not"})


def parse(given: Any) -> Node:
    """Return the tree of a filter. Raises ValueError in words that name what is wrong."""
    node = _group(given, 0)
    if sum(1 for _ in _conditions(node)) > MOST_CONDITIONS:
        message = f"has more than {MOST_CONDITIONS} conditions"
        raise ValueError(message)
    return node


def _conditions(node: Node) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Not):
        yield from _conditions(node.node)
    else:
        for child in node.nodes:
            yield from _conditions(child)


def _refuse(message: str) -> ValueError:
    return ValueError(message)


def _group(given: Any, depth: int) -> Node:
    if not isinstance(given, Mapping) or not given:
        raise _refuse("is an object of conditions, such as {'record.stage': 'won'}")
    if depth > DEEPEST:
        raise _refuse(f"nests more than {DEEPEST} levels deep")
    nodes: list[Node] = []
    for name, value in given.items():
        nodes += [_combined(name, value, depth)] if name in _WORDS else _field(name, value)
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def _combined(word: str, value: Any, depth: int) -> Node:
    if word == "not":
        return Not(_group(value, depth + 1))
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CONDITIONS:
        raise _refuse(f"has an '{word}' that is no list of conditions")
    return (Any_ if word == "or" else All)(tuple(_group(one, depth + 1) for one in value))


def _field(name: Any, value: Any) -> list[Node]:
    path = tuple(str(name).removeprefix("data.").split("."))
    if len(path) > PATH_LEVELS or not all(_PART.fullmatch(part) for part in path):
        raise _refuse(f"names '{str(name)[:80]}', which is no path of at most {PATH_LEVELS} names with full stops between them")
    tests = value if isinstance(value, Mapping) else {"eq": value}
    if not tests:
        raise _refuse(f"has no condition for '{name}'")
    return [_condition(path, str(test), wanted) for test, wanted in tests.items()]


def _condition(path: tuple[str, ...], test: str, wanted: Any) -> Condition:
    if test not in OPERATORS:
        raise _refuse(f"has no operator '{test[:40]}'.{near_miss(test, OPERATORS)}")
    if test == "null":
        if not isinstance(wanted, bool):
            raise _refuse("asks 'null' for something else than true or false")
        return Condition(path, test, wanted)
    if test in _LISTED:
        if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_VALUES or (test == "between" and len(wanted) != 2):
            raise _refuse(f"gives '{test}' no list of {'two' if test == 'between' else f'1 to {MOST_VALUES}'} values")
        return Condition(path, test, tuple(_scalar(one, test) for one in wanted))
    if wanted is None and test in {"eq", "ne"}:
        return Condition(path, "null", test == "eq")
    return Condition(path, test, _scalar(wanted, test))


def _scalar(value: Any, test: str) -> Any:
    if not isinstance(value, str | int | float | bool) or (isinstance(value, float) and not math.isfinite(value)) or len(str(value)) > 1000:
        raise _refuse(f"gives '{test}' a value that is no text, number, true or false")
    if test in {"like", "ilike"} and not isinstance(value, str):
        raise _refuse(f"gives '{test}' no text")
    return value


def holds(node: Node, payload: Any) -> bool:
    """Tell whether a payload fulfils a filter."""
    if isinstance(node, Condition):
        return _fulfils(node, payload)
    if isinstance(node, Not):
        return not holds(node.node, payload)
    return (any if isinstance(node, Any_) else all)(holds(child, payload) for child in node.nodes)


def _fulfils(condition: Condition, payload: Any) -> bool:
    found = [value for value in values_at(payload, condition.path) if value is not None]
    test, wanted = condition.operator, condition.value
    if test == "null":
        return (not found) is wanted
    if test in _REFUSING:
        return not any(_TESTS[_REFUSING[test]](value, wanted) for value in found)
    return any(_TESTS[test](value, wanted) for value in found)


def values_at(payload: Any, path: Sequence[str]) -> list[Any]:
    """Return what lies at the end of a path: nothing, one value, or one of every member of a list on the way."""
    found = [payload]
    for part in path:
        found = [one[part] for one in _flat(found) if isinstance(one, Mapping) and part in one]
    return _flat(found)


def _flat(values: list[Any]) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, list) else (value,))]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    left, right = _number(value), _number(wanted)
    return left is not None and left == right


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, wanted: Any) -> bool:
        left, right = _number(value), _number(wanted)
        if left is not None and right is not None:
            return compare(left, right)
        return isinstance(value, str) and isinstance(wanted, str) and compare(value, wanted)

    return test


def _like(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and _spans(value, _pattern(wanted))


def _spans(text: str, pieces: tuple[re.Pattern[str], ...]) -> bool:
    """Tell whether the pieces come in this order and fill the text from end to end; the leftmost place of each is always good enough."""
    if len(pieces) == 1:
        return pieces[0].fullmatch(text) is not None
    place = pieces[0].match(text)
    for piece in pieces[1:-1]:
        place = piece.search(text, place.end()) if place else None
    # The last piece has a fixed length, so it stands where it ends with the text.
    return place is not None and pieces[-1].fullmatch(text, max(place.end(), len(text) - _length(pieces[-1]))) is not None


def _length(piece: re.Pattern[str]) -> int:
    return len(re.sub(r"\\(.)", r"\1", piece.pattern, flags=re.DOTALL))


@lru_cache(maxsize=1024)
def _pattern(wanted: str) -> tuple[re.Pattern[str], ...]:
    """Return the pieces between the `%` of a pattern; `_` is any one character."""
    return tuple(re.compile("".join("." if letter == "_" else re.escape(letter) for letter in piece), re.DOTALL) for piece in wanted.split("%"))


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": _same,
    "in": lambda value, wanted: any(_same(value, one) for one in wanted),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "between": lambda value, wanted: _ordered(operator.ge)(value, wanted[0]) and _ordered(operator.le)(value, wanted[1]),
    "like": _like,
    "ilike": lambda value, wanted: isinstance(value, str) and _like(value.casefold(), wanted.casefold()),
}
_REFUSING: Final = {"ne": "eq", "nin": "in"}
