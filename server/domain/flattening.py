"""A payload without nesting: one name per value, for receivers that know no objects.

    flat     {"data": {"tags": ["a"]}}  ->  data.tags.0 = a
    form     {"data": {"tags": ["a"]}}  ->  data[tags][0]=a

Empty lists and objects keep their name, so a receiver can tell what is empty from what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode


def flat(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return every value under the names that lead to it, with full stops between them; what is empty is null."""
    return {".".join(path): value for path, value in _leaves(payload, ())}


def form(payload: Mapping[str, Any]) -> str:
    """Return every value as `application/x-www-form-urlencoded`, nested names in brackets as PHP and Rails read them."""
    return urlencode([(path[0] + "".join(f"[{part}]" for part in path[1:]), _text(value)) for path, value in _leaves(payload, ())])


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _leaves(part, (*path, str(name)))
    elif isinstance(value, list) and value:
        for number, part in enumerate(value):
            yield from _leaves(part, (*path, str(number)))
    elif path:
        yield path, None if isinstance(value, Mapping | list) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
