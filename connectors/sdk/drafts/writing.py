"""Writes the files of a draft: tables as TOML, an icon of a letter, the module of its tests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final

WIDEST: Final = 120
TEST: Final = '''"""{title}: the suite, and what only {title} does."""

from __future__ import annotations

from pathlib import Path

from tests.connectors.conformance import Conformance


class Test{name}(Conformance, key="{key}"):
    description = Path(__file__).with_name("description.json")
    config = {config}  # noqa: RUF012 - values of a test
'''


def toml(members: Mapping[str, Any]) -> str:
    """Return members as lines of TOML; empty texts, lists and tables are left out."""
    return "".join(f"{bare(name)} = {literal(value)}\n" for name, value in members.items() if value not in ("", [], {}, None))


def literal(value: Any) -> str:
    """Return a value as TOML writes it. JSON's strings and numbers are TOML's too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{bare(name)} = {literal(one)}" for name, one in value.items() if one != "") + " }"
    if isinstance(value, list):
        made = [literal(one) for one in value]
        return "[" + ", ".join(made) + "]" if sum(map(len, made)) < WIDEST else "[\n" + "".join(f"    {one},\n" for one in made) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def bare(name: str) -> str:
    """Return a name as a key of TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quoted(name)


def quoted(text: str) -> str:
    """Return a text in quotes: JSON's are TOML's, but for surrogates, and for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def icon(title: str) -> str:
    """Return a picture with the first letter, in a colour that the title makes."""
    hue = sum(map(ord, title)) * 47 % 360
    letter = escape(next(iter(title.upper()), "?"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{escape(title)}">'
        f'<rect width="64" height="64" rx="12" fill="hsl({hue} 55% 32%)"/><text x="32" y="42" text-anchor="middle" '
        f'font-family="sans-serif" font-size="28" font-weight="600" fill="#fff">{letter}</text></svg>\n'
    )


def plain(text: str) -> str:
    """Return a title as it can stand in a docstring."""
    return re.sub(r"[\\\"\s]+", " ", text).strip().rstrip(".")
