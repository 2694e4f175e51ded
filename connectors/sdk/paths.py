r"""Dotted paths into JSON: `properties.email`, `emails.0.value`; a name that holds a full stop is written `a\.b`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_SPLIT = re.compile(r"(?<!\\)\.")


@lru_cache(maxsize=1024)
def parts(path: str) -> tuple[str, ...]:
    """Return the names of a path; none for the empty one."""
    return tuple(part.replace("\\.", ".") for part in _SPLIT.split(path)) if path else ()


def at(document: Any, path: str, default: Any = None) -> Any:
    """Return what stands at a path, else the default; null counts as what stands there."""
    found = document
    for name in parts(path):
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return default
    return found


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set what stands at a path, making the objects and lists on the way; a list grows by one element at most."""
    names = parts(path)
    level: Any = document
    for name, following in zip(names, (*names[1:], None), strict=True):
        fresh: Any = value if following is None else [] if following.isdecimal() else {}
        level = _step(level, name, fresh, last=following is None)


def _step(level: Any, name: str, fresh: Any, *, last: bool) -> Any:
    if isinstance(level, list):
        place = min(int(name), len(level))
        if place == len(level):
            level.append(fresh)
        elif last:
            level[place] = fresh
        return level[place]
    if last or not isinstance(level.get(name), dict | list):
        level[name] = fresh
    return level[name]
