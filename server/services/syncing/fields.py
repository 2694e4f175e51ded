"""The fields of one resource that both sides know: how a vendor's row and a record of ours become values that can be compared.

Values are flat, by path (`address.city`), and normalised as records store them, so equal means equal on both sides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from server.outbound.vendors.values import FieldMaps, Record
from server.services import records
from server.store.records import by_noun

if TYPE_CHECKING:
    from server.store.declaration import Resource
    from server.store.records import Document

Flat = dict[str, Any]
_NOTHING = object()


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short text that is equal for equal values, whatever their order."""
    return hashlib.blake2b(orjson.dumps(values, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def at(document: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """Return what stands at a path of a record; a name that is not there has the default."""
    found: Any = document
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return default
        found = found[name]
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return flat values as a body that a record is written with."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        level, *names = body, *path.split(".")
        for name in names[:-1]:
            level = level.setdefault(name, {})
        level[names[-1]] = value
    return body


@dataclass(frozen=True)
class Fields:
    """The map of one resource of a vendor to a kind of record here."""

    maps: FieldMaps

    @cached_property
    def resource(self) -> Resource:
        """The kind of record."""
        return by_noun()[self.maps.local]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Our paths that take part."""
        return tuple(dict.fromkeys(one.local for one in self.maps.fields))

    @cached_property
    def sent_paths(self) -> frozenset[str]:
        """Our paths that the vendor is told of."""
        return frozenset(one.local for one in self.maps.fields if one.way != "in")

    def of_remote(self, record: Record) -> Flat:
        """Return what a row says; what it does not have is left out, an empty text counts as no value. Raises MappingProblem."""
        found = self.maps.to_local(record.values)
        return {path: None if value == "" else value for path in self.paths if (value := at(found, path, _NOTHING)) is not _NOTHING}

    def of_local(self, document: Document) -> Flat:
        """Return what a record of ours says."""
        return {path: at(document, path) for path in self.paths}

    def normal(self, values: Flat) -> Flat:
        """Return values as a record would hold them. Raises Unprocessable naming what no record can hold."""
        whole = records.validate(self.resource, self.body(values))
        return {path: at(whole, path) for path in values}

    def body(self, values: Flat) -> dict[str, Any]:
        """Return the body of a record that is made of a row; what rows have nothing of is as the map has it by default.

        A currency of no amount is nothing: vendors have one on every row.
        """
        given = {path: value for path, value in values.items() if value is not None}
        for name in self._monies:
            if f"{name}.amount" not in given:
                given.pop(f"{name}.currency", None)
        return nested({**self.maps.defaults, **given})

    def patch(self, changes: Flat) -> dict[str, Any]:
        """Return changes as a patch of a record; an amount that goes takes its currency along."""
        gone = [name for name in self._monies if changes.get(f"{name}.amount", "") is None]
        return {**nested({path: value for path, value in changes.items() if path.partition(".")[0] not in gone}), **dict.fromkeys(gone)}

    @cached_property
    def _monies(self) -> tuple[str, ...]:
        return tuple(name for name, kind in self.resource.fields.items() if kind.name == "money")

    def to_remote(self, document: Document, only: Iterable[str] | None) -> dict[str, Any]:
        """Return a record in the vendor's shape; `only` names our paths that changed. Raises MappingProblem."""
        return self.maps.to_remote(document, only)
