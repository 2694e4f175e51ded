"""How vendors name things, and what that becomes here: resources, configuration fields, titles."""

from __future__ import annotations

import re
from typing import Final

_SPLIT: Final = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")
_VERSION: Final = re.compile(r"v?\d+(_\d+)*")
LISTING: Final = frozenset({"list", "search", "all", "index", "query"})
"""Ends of paths that say what is done, not of what."""
ENDINGS: Final = (".json", ".xml", ".php")
TAKEN: Final = frozenset({"address", "user", "password", "token", "apikey"})
"""Configuration fields that a draft may have already."""


def camel(name: str) -> str:
    """Return a name as configuration fields are written."""
    first, *rest = [part for part in _SPLIT.split(name) if part] or ["value"]
    made = first.lower() + "".join(part[:1].upper() + part[1:].lower() for part in rest)
    return f"{made}Value" if made.lower() in TAKEN else made


def words(name: str) -> str:
    """Return a name in words."""
    return " ".join(part for part in _SPLIT.split(name) if part).capitalize()


def snake(name: str) -> str:
    """Return a name as resources are written."""
    return "_".join(part.lower() for part in _SPLIT.split(name) if part)


def bare(path: str) -> str:
    """Return a path without what says its format."""
    return next((path.removesuffix(ending) for ending in ENDINGS if path.endswith(ending)), path)


def steps(path: str) -> list[str]:
    """Return the names in a path that are fixed, without what a listing is called by its verb."""
    parts = bare(path).strip("/").split("/")
    found = [snake(one) for part in parts if "{" not in part for one in (part.split(".") if len(parts) == 1 else [part]) if one]
    while len(found) > 1 and (found[-1] in LISTING or _VERSION.fullmatch(found[-1])):
        found.pop()
    return found


def singular(noun: str) -> str:
    """Return one of many, as English makes it mostly."""
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun.removesuffix("s") if not noun.endswith("ss") else noun
