"""The dated versions of the API, as data: what was different in each, and until when it is served.

A version's `changes` are what the next one did differently. So a request of an old version climbs through the changes of its
own and of every later version, and its answer comes back down the same way; the current version passes untouched.

    upgrade_members(version, "/api/v1/contacts", {"lifecycle_stage": "lead"})   -> {"lifecycle": "lead"}
    downgrade(version, {"object": "contact", "lifecycle": "lead"})              -> {"object": "contact", "lifecycle_stage": "lead"}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BATCH: Final = "/api/v1/batch"
_NAMES: Final = frozenset({"fields", "sort"})
_BRACKETED: Final = re.compile(r"(?<=\[)[^\[\]]+(?=\])")
# An event says by its own `api_version` in which shape it was written.
_OPAQUE: Final = frozenset({"event"})


def moment(day: str) -> int:
    """Return the first millisecond of a day (UTC)."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000


@dataclass(frozen=True, slots=True)
class Retirement:
    """From which day on (UTC) something is deprecated, from which it is gone, and what takes its place."""

    deprecated: str
    sunset: str
    successor: str | None = None

    def is_over(self, now_ms: int) -> bool:
        """Tell whether it is served no more."""
        return now_ms >= moment(self.sunset)


@dataclass(frozen=True, slots=True)
class Rename:
    """A member of a resource that has another name from the next version on."""

    noun: str
    path: str
    old: str
    new: str

    @property
    def about(self) -> str:
        """Say it to people."""
        return f"`{self.old}` of a {self.noun} is named `{self.new}`, in bodies, `fields`, `sort` and `filter`."

    def renamed(self, members: dict[str, Any], before: str, after: str) -> dict[str, Any]:
        """Return members with one of them under another name, in the place where it was; as they are when both names are there."""
        if before not in members or after in members:
            return members
        return {after if name == before else name: value for name, value in members.items()}

    def upgraded_name(self, path: str, name: str) -> str:
        """Return the name of a field in a query of the next version; one hop away it has another resource's name in front."""
        place, _, field = name.rpartition(".")
        if field != self.old or place == "custom" or (not place and not is_under(path, self.path)):
            return name
        return f"{place}.{self.new}" if place else self.new


@dataclass(frozen=True, slots=True)
class Version:
    """One dated version."""

    name: str
    retirement: Retirement | None = None
    changes: tuple[Rename, ...] = ()


VERSIONS: Final = (
    Version("2026-08-01", Retirement("2026-11-01", "2028-06-01"), (Rename("contact", "/api/v1/contacts", "lifecycle_stage", "lifecycle"),)),
    Version("2026-11-01"),
)
CURRENT: Final = VERSIONS[-1]
BY_NAME: Final = {version.name: version for version in VERSIONS}


def is_under(path: str, base: str) -> bool:
    """Tell whether a path is that of a collection, or lies below it."""
    return path == base or path.startswith(base + "/")


def changes_since(version: Version) -> tuple[Rename, ...]:
    """Return what has changed since a version, the oldest first."""
    return tuple(change for later in VERSIONS[VERSIONS.index(version) :] for change in later.changes)


def upgrade_members(version: Version, path: str, document: Any) -> Any:
    """Return a request's JSON body as the current version writes it; the bodies inside a batch too."""
    if not isinstance(document, dict):
        return document
    if path == _BATCH and isinstance(document.get("operations"), list):
        return {**document, "operations": [_upgrade_operation(version, operation) for operation in document["operations"]]}
    for change in changes_since(version):
        if is_under(path, change.path):
            document = change.renamed(document, change.old, change.new)
    return document


def _upgrade_operation(version: Version, operation: Any) -> Any:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        return operation
    path = operation["path"].partition("?")[0]
    path = path if path.startswith("/api/v1/") else f"/api/v1/{path.removeprefix('/api/').lstrip('/')}"
    return {**operation, "body": upgrade_members(version, path, operation["body"])} if "body" in operation else operation


def upgrade_query(version: Version, path: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a query's pairs as the current version writes them."""
    found = list(pairs)
    for change in changes_since(version):
        found = [_upgrade_pair(change, path, name, value) for name, value in found]
    return found


def _upgrade_pair(change: Rename, path: str, name: str, value: str) -> tuple[str, str]:
    if name in _NAMES:
        words = [(word[:1], word[1:]) if word[:1] == "-" else ("", word) for word in value.split(",")]
        return name, ",".join(sign + change.upgraded_name(path, word) for sign, word in words)
    return _BRACKETED.sub(lambda found: change.upgraded_name(path, found[0]), name), value


def downgrade(version: Version, value: Any) -> Any:
    """Return an answer's JSON as a version wrote it, wherever in it a changed resource stands."""
    changes = changes_since(version)[::-1]
    return _downgrade(changes, value) if changes else value


def _downgrade(changes: Sequence[Rename], value: Any) -> Any:
    if isinstance(value, list):
        return [_downgrade(changes, one) for one in value]
    if not isinstance(value, dict) or value.get("object") in _OPAQUE:
        return value
    found = {name: _downgrade(changes, one) for name, one in value.items()}
    for change in changes:
        if found.get("object") == change.noun:
            found = change.renamed(found, change.new, change.old)
    return found


def downgrade_pointer(version: Version, path: str, pointer: str) -> str:
    """Return what a refusal points at by the name that the request used."""
    for change in changes_since(version)[::-1]:
        if is_under(path, change.path):
            pointer = re.sub(rf"(^|/){change.new}(?=/|$)", rf"\g<1>{change.old}", pointer, count=1)
    return pointer
