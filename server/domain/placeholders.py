"""Questions with gaps: `{name}` inside a value of a filter is filled by a parameter; a condition whose parameter is not given is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_GAP: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Value = str | list[str]


def gaps(value: Any) -> Iterator[str]:
    """Yield the names of the gaps in a filter."""
    if isinstance(value, str):
        yield from _GAP.findall(value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from gaps(part)
    elif isinstance(value, list):
        for part in value:
            yield from gaps(part)


def filled(value: Any, given: Mapping[str, Value]) -> Any:
    """Return a filter with its gaps filled; None for one of which nothing is left. A gap that is a whole value may take a list."""
    if isinstance(value, Mapping):
        parts = {name: part for name, inner in value.items() if (part := filled(inner, given)) is not None or inner is None}
        return parts or None
    if isinstance(value, list):
        listed = [part for inner in value if (part := filled(inner, given)) is not None]
        return listed or None
    return _filled_text(value, given) if isinstance(value, str) else value


def _filled_text(text: str, given: Mapping[str, Value]) -> Value | None:
    names = _GAP.findall(text)
    if any(name not in given for name in names):
        return None
    if len(names) == 1 and text == f"{{{names[0]}}}":
        return given[names[0]]
    return _GAP.sub(lambda found: _single(given[found[1]]), text)


def _single(value: Value) -> str:
    return value if isinstance(value, str) else ",".join(value)
