"""How the deletes of a resource become known. Every resource declares one of these; there is no default.

Absence means a delete only where a whole listing ended cleanly, and never beyond the guard: then a person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.sdk.pager import Pager
from connectors.sdk.paths import at


@dataclass(frozen=True)
class InBand:
    """Deleted rows come along with the others: what stands at `flag` is one of `values`, or anything true where none are given."""

    flag: str
    values: tuple[str, ...] = ()

    def marks(self, values: Mapping[str, Any]) -> bool:
        """Tell whether a row says of itself that it is deleted."""
        found = at(values, self.flag)
        return str(found) in self.values if self.values else bool(found) and found not in ("0", "false")


@dataclass(frozen=True)
class ArchivedList:
    """Deleted rows stand in a listing of their own: `params` on that of the live ones, or `path`, and its own pager where it has one.

    With `narrowed` it takes what makes the listing give only changes. It is read in every run, or every so many hours.
    """

    params: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    pager: Pager | None = None
    narrowed: bool = False
    every_hours: int = 0


@dataclass(frozen=True)
class DeletedEndpoint:
    """An address tells what was deleted in a window, sent as `since` and `until`; beyond `max_age_days` only a new listing does.

    So it is where what stands at `earliest` in the answer is later than was asked for. `covered` is where it says up to when it told
    everything: the next window begins there. A window is asked for `overlap` seconds wider at both ends, for vendors that round.
    """

    path: str
    rows: str
    id: str = "id"
    since: str = "start"
    until: str = "end"
    max_age_days: int = 15
    format: str = "iso"
    earliest: str = ""
    covered: str = ""
    overlap: int = 0


@dataclass(frozen=True)
class SnapshotDiff:
    """What a whole listing no longer has was deleted. Refused beyond max(`at_least`, `share`): a person decides.

    A listing of what is archived makes most of them known before the next whole listing.
    """

    every_hours: int = 24
    share: float = 0.2
    at_least: int = 10
    archive: ArchivedList | None = None


@dataclass(frozen=True)
class WebhookOnly:
    """The vendor tells it by a hook only; a listing now and then finds what hooks have missed."""

    topics: tuple[str, ...]
    every_hours: int = 24
    share: float = 0.2
    at_least: int = 10


@dataclass(frozen=True)
class Never:
    """Rows of this kind are never deleted, or nobody can know; `reason` says which."""

    reason: str

    def __post_init__(self) -> None:
        """Refuse a reason that says nothing."""
        if len(self.reason) < 10:
            raise ValueError("Never wants its reason as a sentence")


Deletes = InBand | ArchivedList | DeletedEndpoint | SnapshotDiff | WebhookOnly | Never
KINDS: Final[Mapping[str, type[Deletes]]] = {
    "in_band": InBand,
    "archived_list": ArchivedList,
    "deleted_endpoint": DeletedEndpoint,
    "snapshot": SnapshotDiff,
    "webhook_only": WebhookOnly,
    "never": Never,
}
BY_ABSENCE: Final = (SnapshotDiff, WebhookOnly)
"""Strategies under which only absence from a whole listing means a delete, so that there is one every so many hours."""
SWEPT: Final = (*BY_ABSENCE, DeletedEndpoint)
"""Strategies under which whatever a whole listing lacks was deleted, whenever there is one."""


@dataclass(frozen=True)
class Guard:
    """When a listing may delete what it does not have."""

    share: float
    at_least: int = field(default=10)

    def allows(self, gone: int, known: int) -> bool:
        """Tell whether so many of the known rows may be deleted without asking a person."""
        return gone <= max(self.at_least, int(known * self.share))


def apart(deletes: Deletes) -> ArchivedList | DeletedEndpoint | None:
    """Return where deletes are read apart from the rows, None where they are not."""
    return deletes.archive if isinstance(deletes, SnapshotDiff) else deletes if isinstance(deletes, ArchivedList | DeletedEndpoint) else None


def guard_of(deletes: Deletes) -> Guard | None:
    """Return the guard of a strategy that deletes by absence, None for the others."""
    return Guard(deletes.share, deletes.at_least) if isinstance(deletes, BY_ABSENCE) else None
