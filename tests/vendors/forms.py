"""Queries and forms whose names carry brackets, `items[0][price]=x`, read as the tree they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def fields_of(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form in their order."""
    return parse_qsl(body.decode(), keep_blank_values=True)


def tree(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return fields as nested objects; a list stands under its numbers, or under the empty name."""
    found: dict[str, Any] = {}
    for name, value in fields:
        match = NAME.fullmatch(name)
        place(found, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else [name], value)
    return found


def place(into: dict[str, Any], keys: Sequence[str], value: str) -> None:
    """Put one value at the end of its keys; one that comes again makes a list."""
    for key in keys[:-1]:
        into = into.setdefault(key, {})
    last = keys[-1]
    if not last:
        into.setdefault(last, []).append(value)
    elif last in into:
        before = into[last]
        into[last] = [*(before if isinstance(before, list) else [before]), value]
    else:
        into[last] = value


def listed(value: Any) -> list[Any]:
    """Return the list that a tree holds at a place."""
    if isinstance(value, dict):
        return [part for name in value for part in (value[name] if isinstance(value[name], list) else [value[name]])]
    return value if isinstance(value, list) else [value]
