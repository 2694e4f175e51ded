"""Three-way merge of a record that two systems hold, field by field, against the values both had when they last agreed.

Edits of different fields are both kept, always. A field edited on both sides to different values, and an edit that meets a
deletion, is a conflict: `remote` and `local` let that side win, `newest` the later edit (the edit over a deletion whose moment
nobody knows), and `ask` changes nothing of it on either side until a person has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Policy = Literal["remote", "local", "newest", "ask"]
POLICIES: Final[tuple[Policy, ...]] = ("remote", "local", "newest", "ask")
EXISTENCE: Final = "*"
"""What a conflict between an edit and a deletion is about, where another names a field."""


@dataclass(frozen=True, slots=True)
class Side:
    """How a record stands in one system: its values, None when it is deleted there, and when it was last changed, if known."""

    values: Mapping[str, Any] | None
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What each side should hold, None for no record, and what a person has to decide."""

    local: Mapping[str, Any] | None
    remote: Mapping[str, Any] | None
    conflicts: tuple[str, ...] = ()


def merge(base: Mapping[str, Any], local: Side, remote: Side, policy: Policy) -> Merged:
    """Return what both sides should come to. A field that the base lacks counts as empty there."""
    if local.values is None or remote.values is None:
        return _with_deletion(base, local, remote, policy)
    ours, theirs = dict(local.values), dict(remote.values)
    conflicts = []
    for name in base.keys() | ours.keys() | theirs.keys():
        before, mine, yours = base.get(name), ours.get(name), theirs.get(name)
        if mine == yours:
            continue
        winner = _winner(before, mine, yours, _preferred(local, remote, policy))
        if winner == "nobody":
            conflicts.append(name)
        elif winner == "local":
            theirs[name] = mine
        else:
            ours[name] = yours
    return Merged(ours, theirs, tuple(sorted(conflicts)))


def _winner(before: Any, mine: Any, yours: Any, preferred: str) -> str:
    """Return whose value of a field holds: that of the only side that edited it, else of the preferred one."""
    if yours == before:
        return "local"
    return "remote" if mine == before else preferred


def _preferred(local: Side, remote: Side, policy: Policy) -> str:
    if policy == "ask":
        return "nobody"
    if policy == "newest":
        return "local" if (local.changed_at or 0) > (remote.changed_at or 0) else "remote"
    return policy


def _with_deletion(base: Mapping[str, Any], local: Side, remote: Side, policy: Policy) -> Merged:
    """Return what comes of a deletion: it is carried over, unless the other side has edited the record meanwhile."""
    survivor = remote if local.values is None else local
    if survivor.values is None or not edited(base, survivor.values):
        return Merged(None, None)
    winner = _over_deletion(local, remote, policy)
    if winner == "nobody":
        return Merged(local.values, remote.values, (EXISTENCE,))
    kept = (local if winner == "local" else remote).values
    return Merged(kept, kept)


def _over_deletion(local: Side, remote: Side, policy: Policy) -> str:
    """Return who wins between an edit and a deletion."""
    deleted = local if local.values is None else remote
    if policy == "newest" and deleted.changed_at is None:
        return "remote" if deleted is local else "local"
    return _preferred(local, remote, policy)


def edited(base: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields whose values differ from the base, with their values."""
    return {name: values.get(name) for name in base.keys() | values.keys() if values.get(name) != base.get(name)}
