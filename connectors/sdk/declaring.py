"""From a table of TOML to a declared value: `kind` picks the class, the other members are its fields. Unknown members are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")


def build(kinds: Mapping[str, type[T]], table: Mapping[str, Any]) -> T:
    """Return the value that a table declares. Raises ValueError naming what is wrong."""
    kind = table.get("kind", "")
    if kind not in kinds:
        raise ValueError(f"`kind` is {kind!r}; it may be {', '.join(kinds)}")
    return fill(kinds[kind], {name: value for name, value in table.items() if name != "kind"})


def fill(target: type[T], members: Mapping[str, Any]) -> T:
    """Return a dataclass filled with members. Raises ValueError naming an unknown or lacking one."""
    known = [one.name for one in fields(target)]  # type: ignore[arg-type]  # the callers hand in dataclasses
    for name in members:
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise ValueError(f"{target.__name__} has no `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))
    try:
        return target(**{name: frozen(value) for name, value in members.items()})
    except TypeError as error:
        raise ValueError(f"{target.__name__}: {error}") from None


def frozen(value: Any) -> Any:
    """Return lists as tuples, so that declared values stay as they are."""
    return tuple(map(frozen, value)) if isinstance(value, list) else value
