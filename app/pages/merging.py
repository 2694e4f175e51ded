"""A merge that is being prepared: which record stays, which go into it, and whose value a field gets. It knows no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from app.client.api import Call, Row
from app.models.columns import Column, cell

# What differs by its nature, and what is united from all: nobody chooses there.
OWN: Final = frozenset({"id", "object", "created_at", "updated_at", "version", "deleted_at", "tags", "custom", "external_ids"})
EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


@dataclass
class Merging:
    """One merge; the records in the order in which they came, the oldest first."""

    resource: str
    records: Sequence[Row]
    survivor: str = ""
    left_out: set[str] = field(default_factory=set)
    chosen: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.survivor = self.survivor or str(self.records[0]["id"])

    @property
    def taken(self) -> list[Row]:
        """The records that become one, the one that stays first."""
        found = [row for row in self.records if row["id"] not in self.left_out or row["id"] == self.survivor]
        return sorted(found, key=lambda row: row["id"] != self.survivor)

    @property
    def told(self) -> list[str]:
        """The fields in which any of the records says something."""
        names = dict.fromkeys(name for row in self.records for name in row if name not in OWN)
        return [name for name in names if any(row.get(name) not in EMPTY for row in self.records)]

    def differs(self, name: str) -> bool:
        """Tell whether the records say different things in a field."""
        return len({shown(row, name) for row in self.records if row.get(name) not in EMPTY}) > 1

    def source(self, name: str) -> str:
        """Return whose value a field gets: the chosen one's, else that of the first that has any."""
        chosen = self.chosen.get(name)
        if chosen in {row["id"] for row in self.taken}:
            return str(chosen)
        return str(next((row["id"] for row in self.taken if row.get(name) not in EMPTY), self.survivor))

    def keep(self, record: str) -> None:
        """Have a record stay."""
        self.survivor = record
        self.left_out.discard(record)

    def include(self, record: str, *, included: bool) -> None:
        """Merge a record, or leave it as it is."""
        if included:
            self.left_out.discard(record)
        elif record != self.survivor:
            self.left_out.add(record)

    def call(self) -> Call:
        """Return the request; the same merge asked for again after silence has the same key."""
        duplicates = [row["id"] for row in self.taken[1:]]
        fields = {name: self.source(name) for name in self.chosen}
        body = {"duplicates": duplicates, "fields": fields}
        path = f"/{self.resource}/{self.survivor}/merge"
        return Call("POST", path, body=body, headers={"Idempotency-Key": self._keys.setdefault(repr((path, body)), str(uuid4()))})

    def back(self, answer: Mapping[str, Any]) -> Call:
        """Return the request that takes a merge back."""
        path = f"/{self.resource}/{self.survivor}/unmerge"
        return Call("POST", path, body={"merge_id": answer["merge"]["id"]}, headers={"Idempotency-Key": str(uuid4())})


def shown(row: Row, name: str) -> str:
    """Return a value as one reads it."""
    value = row.get(name)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    return cell(Column(name, name, kind="list" if isinstance(value, list) else "text"), row).text
