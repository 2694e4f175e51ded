"""Questions written as JSON, turned into the pairs of a query string, so that there is one grammar of reading.

{"filter": {"stage": {"eq": "won"}, "or": [{"value": {"gt": 100}}, {"tags": ["hot", "new"]}]}, "sort": ["-created_at", "name"]}
filter[stage][eq]=won & filter[or][0][value][gt]=100 & filter[or][1][tags][in]=hot,new & sort=-created_at,name
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from server.domain.errors import Fault, Invalid

DEEPEST: Final = 12


def pairs_of(question: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs that ask what `filter`, `sort`, `fields`, `expand` and `limit` of an object ask; what is null is left out.

    Raises Invalid for a value that no query string can hold; names are judged by whoever reads the pairs.
    """
    found: list[tuple[str, str]] = []
    for name, value in question.items():
        if isinstance(value, Mapping):
            found += _descend(name, value, 0)
        elif value is not None:
            found.append((name, ",".join(value) if isinstance(value, list | tuple) else str(value)))
    return found


def _descend(name: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        raise Invalid("The filter nests too deep.", code="filter_too_deep", faults=[Fault("filter", "filter_too_deep", "It nests too deep.")])
    if isinstance(value, Mapping):
        for part, inner in value.items():
            yield from _descend(f"{name}[{part}]", inner, depth + 1)
    elif isinstance(value, list | tuple) and name.endswith(("[and]", "[or]")):
        for place, inner in enumerate(value):
            yield from _descend(f"{name}[{place}]", inner, depth + 1)
    elif isinstance(value, list | tuple):
        listed = name if name.endswith(("[in]", "[nin]", "[between]")) else f"{name}[in]"
        yield listed, ",".join(escaped(_text(name, each)) for each in value)
    elif value is None:
        yield f"{name}[null]", "true"
    else:
        yield name, _text(name, value)


def escaped(text: str) -> str:
    """Return a value as one of a comma-separated list."""
    return text.replace("\\", "\\\\").replace(",", "\\,")


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    detail = "A condition compares with a text, a number, true, false, or a list of these."
    raise Invalid(f"{name}: {detail}", code="malformed_filter", faults=[Fault(name, "malformed_filter", detail)])


def question_of(pairs: Sequence[tuple[str, str]]) -> str:
    """Return pairs as people read them, without the encoding of an address."""
    return "&".join(f"{name}={value}" for name, value in pairs)
