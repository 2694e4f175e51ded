"""Checks a configuration against the JSON-Schema subset that manifests use; forms are made from the same schema, so both agree.

Known words: type (string, integer, number, boolean, array, object), title, description, default, enum, pattern, format (uri, email,
password, hostname), minLength, maxLength, minimum, maximum, items, required, writeOnly (a secret), `x-options` (choices that lie
at the vendor, and are listed once it is connected), and `x-choose` (one of them has to be chosen by then, before it works).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.sdk.values import Problem

WORDS: Final = frozenset(
    {
        "type",
        "title",
        "description",
        "default",
        "enum",
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "items",
        "writeOnly",
        "x-options",
        "x-choose",
    }
)
_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
}
_FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "uri": lambda text: urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).hostname),
    "email": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None,
    "hostname": lambda text: re.fullmatch(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", text, re.IGNORECASE) is not None,
    "password": bool,
}


def check(schema: Mapping[str, Any], config: Mapping[str, Any]) -> list[Problem]:
    """Return everything that is wrong, in the schema's order."""
    declared: Mapping[str, Any] = schema.get("properties", {})
    unknown = [Problem(name, "unknown_field", f"There is no field {name}.", "Leave it out.") for name in config if name not in declared]
    lacking = [name for name in schema.get("required", ()) if config.get(name) in (None, "")]
    missing = [Problem(name, "required", f"{title(declared, name)} is needed.", f"Enter {title(declared, name)}.") for name in lacking]
    broken = [problem for name, rules in declared.items() if name in config and name not in lacking for problem in _field(name, rules, config[name])]
    return [*missing, *broken, *unknown]


def title(declared: Mapping[str, Any], name: str) -> str:
    """Return what a field is called on a form."""
    return str(declared.get(name, {}).get("title", name))


def _field(name: str, rules: Mapping[str, Any], value: Any) -> Iterator[Problem]:
    words, remedy = rules.get("title", name), rules.get("description", "")
    if not _TYPES[rules.get("type", "string")](value):
        yield Problem(name, "wrong_type", f"{words} has to be {rules.get('type', 'string')}.", remedy)
        return
    for code, holds, sentence in _RULES:
        if not holds(rules, value):
            yield Problem(name, code, sentence.format(words, format=rules.get("format", "")), remedy)


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | list) else None


def _fits(rules: Mapping[str, Any], value: Any) -> bool:
    size = _length(value)
    return size is None or rules.get("minLength", 0) <= size <= rules.get("maxLength", 100_000)


def _within(rules: Mapping[str, Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return bool(rules.get("minimum", value) <= value <= rules.get("maximum", value))


def _matches(rules: Mapping[str, Any], value: Any) -> bool:
    return not isinstance(value, str) or "pattern" not in rules or re.fullmatch(rules["pattern"], value) is not None


def _formed(rules: Mapping[str, Any], value: Any) -> bool:
    form = _FORMATS.get(rules.get("format", ""))
    return form is None or not isinstance(value, str) or form(value)


_RULES: Final[tuple[tuple[str, Callable[[Mapping[str, Any], Any], bool], str], ...]] = (
    ("not_a_choice", lambda rules, value: "enum" not in rules or value in rules["enum"], "{0} is none of the choices."),
    ("wrong_form", _matches, "{0} does not have the right form."),
    ("wrong_format", _formed, "{0} is not a valid {format}."),
    ("wrong_length", _fits, "{0} is too short or too long."),
    ("out_of_range", _within, "{0} is out of range."),
)  # fmt: skip
