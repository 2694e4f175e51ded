"""Field maps: pure functions between a vendor's row and ours, declared in mapping.toml and widened by the user's own entries.

A map that is its own inverse loses nothing: `to_local(to_remote(x)) == x` for every field that goes both ways. What cannot be
converted raises MappingProblem, and the record is quarantined with that reason. A field that `refers` holds the vendor's ids of
other rows, here as there: whose records those are is not known to a map.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from connectors.sdk.converting import CONVERTERS, Converter
from connectors.sdk.declaring import fill
from connectors.sdk.paths import at, put

_NOTHING: Final = object()


class MappingProblem(ValueError):
    """A value cannot be mapped; `field` is our name of it."""

    def __init__(self, name: str, words: str) -> None:
        self.field = name
        super().__init__(f"{name}: {words}")


@dataclass(frozen=True)
class FieldMap:
    """One field: our path, the vendor's, how it is converted and which way it goes. `choices` are ours -> the vendor's.

    `refers` names the vendor's resources to one of whose rows the field leads: its value is their id, or a list of ids, the first counting most.
    """

    local: str
    remote: str
    convert: str = "same"
    way: Literal["both", "in", "out"] = "both"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    refers: tuple[str, ...] = ()

    @property
    def converter(self) -> Converter:
        """The pair of functions."""
        return CONVERTERS[self.convert]

    def inward(self, value: Any) -> Any:
        """Return the vendor's value as ours. Raises MappingProblem."""
        return self._converted(value, {remote: ours for ours, remote in reversed(tuple(self.choices.items()))}, inward=True)

    def outward(self, value: Any) -> Any:
        """Return our value as the vendor's. Raises MappingProblem."""
        return self._converted(value, self.choices, inward=False)

    def _converted(self, value: Any, choices: Mapping[str, str], *, inward: bool) -> Any:
        if value is None:
            return None
        if choices:
            if str(value) not in choices:
                raise MappingProblem(self.local, f"{value!r} is none of {', '.join(choices)}")
            return choices[str(value)]
        try:
            return self.converter.inward(value) if inward else self.converter.outward(value)
        except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError):
            raise MappingProblem(self.local, f"{str(value)[:80]!r} is no {self.convert}") from None


@dataclass(frozen=True)
class FieldMaps:
    """The maps of one resource: `local` is the noun that its rows are here.

    `constants` are sent with every write; `defaults` are what a row here has where the vendor's has nothing. `only` tells which rows here
    the vendor is offered, our path -> the value, or the values, that one of them has; `never` in the same way which it is not.
    """

    resource: str
    local: str
    fields: tuple[FieldMap, ...]
    constants: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)
    never: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def links(self) -> tuple[FieldMap, ...]:
        """The fields that lead to other records."""
        return tuple(one for one in self.fields if one.refers)

    def offers(self, values: Mapping[str, Any]) -> bool:
        """Tell whether a row of ours is one that the vendor is offered."""
        return all(_has(values, *one) for one in self.only.items()) and not any(_has(values, *one) for one in self.never.items())

    def to_local(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a vendor's row as our fields; what the row does not have stays out. Raises MappingProblem."""
        found: dict[str, Any] = {}
        for one in self.fields:
            value = at(values, one.remote, _NOTHING) if one.way != "out" else _NOTHING
            if one.required and value in (_NOTHING, None, ""):
                raise MappingProblem(one.local, f"the row has nothing at {one.remote}")
            if value is not _NOTHING:
                put(found, one.local, one.inward(value))
        for path, value in self.defaults.items():
            if at(found, path) in (None, ""):
                put(found, path, value)
        return found

    def to_remote(self, values: Mapping[str, Any], only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return our fields as the vendor's; `only` names the local paths that changed. Raises MappingProblem."""
        wanted = None if only is None else set(only)
        found: dict[str, Any] = {}
        for one in self.fields:
            if one.way == "in" or (wanted is not None and not {one.local, one.local.partition(".")[0]} & wanted):
                continue
            value = at(values, one.local, _NOTHING)
            if value is not _NOTHING:
                put(found, one.remote, one.outward(value))
        for path, value in self.constants.items():
            put(found, path, value)
        return found

    def with_entries(self, entries: Mapping[str, Any]) -> FieldMaps:
        """Return the maps with the user's own: our path -> the vendor's path, a table with more, or None to leave a field out.

        A field that leads to other records goes on doing so from another path.
        """
        kept = [one for one in self.fields if one.local not in entries]
        links = {one.local: one.refers for one in self.links}
        added = [parse_field(local, entry) for local, entry in entries.items() if entry is not None]
        return replace(self, fields=(*kept, *(replace(one, refers=one.refers or links.get(one.local, ())) for one in added)))


def _has(values: Mapping[str, Any], path: str, wanted: Any) -> bool:
    return at(values, path) in (wanted if isinstance(wanted, list) else [wanted])


def parse_field(local: str, entry: Any) -> FieldMap:
    """Return the map that an entry declares. Raises ValueError naming what is wrong."""
    one = FieldMap(local, entry) if isinstance(entry, str) else fill(FieldMap, {"local": local, **_listed(entry)})
    if one.convert not in CONVERTERS:
        raise ValueError(f"{local}: `convert` is one of {', '.join(CONVERTERS)}")
    return one


def _listed(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = {**entry}
    return found | {"refers": [found["refers"]]} if isinstance(found.get("refers"), str) else found


def identities(value: Any) -> list[str]:
    """Return the vendor's ids in the value of a field that refers."""
    found = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in found if one not in (None, "")]


def read_maps(folder: Path) -> dict[str, FieldMaps]:
    """Return the default maps of a connector's folder by resource; none where there is no mapping.toml. Raises ValueError."""
    path = folder / "mapping.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = {name: _read(name, table) for name, table in tables.items()}
    for name, maps in found.items():
        for one in maps.links:
            lost = [target for target in one.refers if target not in found]
            if lost:
                raise ValueError(f"{name}.{one.local}: `refers` names {', '.join(lost)}, which has no map")
    return found


def _read(name: str, table: Mapping[str, Any]) -> FieldMaps:
    fields = tuple(parse_field(local, entry) for local, entry in table.get("fields", {}).items())
    kept = {part: table[part] for part in ("constants", "defaults", "only", "never") if part in table}
    return FieldMaps(name, str(table.get("local", "")), fields, **kept)
