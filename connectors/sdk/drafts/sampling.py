"""Makes a value that a schema of a path or a header takes, for the configuration of a draft's tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

FORMATS: Final[Mapping[str, str]] = {"uuid": "00000000-0000-4000-8000-000000000000", "date": "2026-11-20", "date-time": "2026-11-20T12:00:00Z"}
_CLASS: Final = re.compile(r"\[([^\]^-])[^\]]*\](?:\{(\d+)[^}]*\}|[+*?])?")


def sample(name: str, schema: Mapping[str, Any]) -> Any:
    """Return a value: of the choices, of the format, of a pattern as long as it is made of classes and letters; else one that says what it is."""
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") == "integer":
        return max(7, int(schema.get("minimum", 7)))
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    pattern = str(schema.get("pattern", ""))
    fitting = (made for one in alternatives(pattern) if (made := _CLASS.sub(lambda found: found[1] * int(found[2] or 1), one)))
    made = next((made for made in fitting if re.fullmatch(pattern, made)), "")
    return made or f"{name}-of-a-test"[: int(schema.get("maxLength", 100))]


def alternatives(pattern: str) -> list[str]:
    """Return a pattern without its ends, then what it may be instead of the whole; a digit as a class of one."""
    whole = pattern.strip("^$").replace(r"\d", "[7]")
    return [whole, *whole.strip("()").split("|")]
