"""Domain names in mail: their one spelling (lower case, ASCII, no trailing dot), and the names above them."""

from __future__ import annotations

import re
from typing import Final

from server.domain.errors import Unprocessable

LONGEST: Final = 253
_MOST_LABELS: Final = 32
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_HOST_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def ascii_name(text: str) -> str | None:
    """Return a domain name in its one spelling, or None for what is none. Labels may hold underscores, as policies' names do."""
    try:
        name = text.strip().removesuffix(".").encode("ascii" if text.isascii() else "idna").decode().lower()
    except UnicodeError:
        return None
    fits = 0 < len(name) <= LONGEST and all(_LABEL.fullmatch(label) for label in name.split("."))
    return name if fits else None


def sending_name(text: str) -> str:
    """Return a name that mail can be sent from, in its one spelling. Raises Unprocessable (`invalid_domain`)."""
    name = ascii_name(text) or ""
    labels = name.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise Unprocessable(f"'{text[:100]}' is not the name of a domain.", code="invalid_domain")
    return name


def ancestry(name: str) -> list[str]:
    """Return a name and those above it, the nearest first, without the top level; empty for what is no name."""
    labels = (ascii_name(name) or "").split(".")[-_MOST_LABELS:]
    return [".".join(labels[place:]) for place in range(len(labels) - 1)] or [name]


def is_within(name: str, parent: str) -> bool:
    """Tell whether a name is another, or lies below it."""
    return name == parent or name.endswith(f".{parent}")
