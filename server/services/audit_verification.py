"""Verifying the audit trail: a walk along the chain that finds what was changed, removed, added, reordered or cut off.

The walk goes in stretches, each beginning where the one before ended. Entries that are sealed while it goes on are the next
walk's. What nobody can find is the loss of entries that were not sealed yet, and a whole database put back as it once was:
against that, note the newest place elsewhere and give it to a later verification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel

from server.domain.errors import Conflict
from server.services import audit_chain
from server.services.audit_chain import Head
from server.services.tenants import require_operator
from server.store import audit_chain as chain
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.audit_chain import Sealed

STRETCH: Final = 100_000
MOST_PROBLEMS: Final = 100
_BATCH: Final = 1000


class AuditProblem(BaseModel):
    """Something wrong with the chain: what, and where; `id` names the entry when there is one."""

    code: Literal["changed", "missing", "unexpected", "newest_place_lost", "noted_place_differs"]
    sequence: int
    last_sequence: int
    id: str | None
    detail: str


class AuditPlace(BaseModel):
    """A place in the chain: worth noting elsewhere, since a later verification can be asked whether it still holds."""

    sequence: int
    seal: str


class AuditVerificationView(BaseModel):
    """What a verification found; `next_after` says where to go on, null at the end of the chain."""

    object: Literal["audit_verification"]
    intact: bool
    entries: int
    removed: int
    next_after: int | None
    newest: AuditPlace | None
    unsealed: int
    unsealed_since: str | None
    problems: list[AuditProblem]


@dataclass(slots=True)
class Walk:
    """A stretch of the chain on the way: `expected` is the next place, `seal` that of the one before, None when it is not known."""

    expected: int
    seal: str | None
    last: int
    entries: int = 0
    removed: int = 0
    problems: list[AuditProblem] = field(default_factory=list)

    def go(self) -> None:
        """Look at every entry to the end of the stretch."""
        for entry in self._entries():
            if entry.sequence > self.expected:
                self._cross(entry.sequence)
            self._check(entry)
            self.entries += 1
        self._cross(self.last + 1)

    def _entries(self) -> Iterator[Sealed]:
        at = self.expected - 1
        while found := chain.after(at, _BATCH):
            at = found[-1].sequence
            yield from (entry for entry in found if entry.sequence <= self.last)
            if at >= self.last:
                return

    def _check(self, entry: Sealed) -> None:
        if entry.sequence < self.expected:
            # Unless it was pruned since it was read, it has no business here.
            if chain.after(entry.sequence - 1, 1)[:1] == [entry]:
                self.report("unexpected", entry.sequence, "This entry stands where others were removed.", entry=entry)
            return
        if self.seal is not None and audit_chain.seal_of(self.seal, entry.sequence, entry.content) != entry.seal:
            self.report("changed", entry.sequence, "This entry is not what was sealed here.", entry=entry)
        self.seal, self.expected = entry.seal, entry.sequence + 1

    def _cross(self, to: int) -> None:
        """Cross places without entries up to `to`: by the gaps that the appliance proved, and what is then left is missing."""
        for gap in chain.gaps(self.expected, to - 1):
            if audit_chain.proof_of((gap.first, gap.last, gap.seal)) == gap.proof:
                self._miss(gap.first)
                self.removed += gap.last - self.expected + 1
                self.seal, self.expected = gap.seal, gap.last + 1
        self._miss(to)

    def _miss(self, to: int) -> None:
        if self.expected < to:
            self.report("missing", self.expected, "Entries were removed here.", last=to - 1)
            self.seal, self.expected = None, to

    def report(self, code: Any, sequence: int, detail: str, *, last: int | None = None, entry: Sealed | None = None) -> None:
        """Take a problem down; after a hundred of them nobody needs more."""
        if len(self.problems) < MOST_PROBLEMS:
            entry_id = entry.content[chain.CONTENT.index("id")] if entry else None
            self.problems.append(AuditProblem(code=code, sequence=sequence, last_sequence=last or sequence, id=entry_id, detail=detail))


def verify(actor: Actor, after: int = 0, noted: Head | None = None) -> dict[str, Any]:
    """Verify a stretch of the chain behind a place; `noted` is a newest place that somebody wrote down. For operators."""
    require_operator(actor)
    return examine(after, STRETCH, noted)


def examine(after: int, most: int, noted: Head | None = None) -> dict[str, Any]:
    """Do as `verify` over at most `most` places, without asking who wants to know: for the doctor."""
    newest = _newest()
    end = newest.sequence if newest else chain.last()
    walk = Walk(after + 1, "" if after == 0 else chain.seal_at(after), min(after + most, end))
    walk.go()
    if newest is None:
        walk.report("newest_place_lost", end, "The newest place of the chain was removed or changed, so its end may be cut off.")
    _look_beyond(walk)
    if noted is not None:
        _compare(walk, noted)
    unsealed, since = chain.waiting()
    return {
        "object": "audit_verification",
        "intact": not walk.problems,
        "entries": walk.entries,
        "removed": walk.removed,
        "next_after": walk.last if walk.last < end else None,
        "newest": newest._asdict() if newest and newest.sequence else None,
        "unsealed": unsealed,
        "unsealed_since": clock.rfc3339(since) if since is not None else None,
        "problems": [problem.model_dump() for problem in walk.problems],
    }


def newest_sequence() -> int:
    """Return the last place of the chain that is there."""
    return chain.last()


def _newest() -> Head | None:
    try:
        return audit_chain.head()
    except Conflict:
        return None


def _look_beyond(walk: Walk) -> None:
    """Report entries behind the newest place; what is sealed meanwhile moves that place along."""
    last, newest = chain.last(), _newest()
    if newest is not None and last > newest.sequence:
        walk.report("unexpected", newest.sequence + 1, "These entries stand behind the newest place.", last=last)


def _compare(walk: Walk, noted: Head) -> None:
    found = chain.seal_at(noted.sequence)
    removed = any(gap.first <= noted.sequence for gap in chain.gaps(noted.sequence, noted.sequence))
    if found != noted.seal and not (found is None and removed):
        walk.report("noted_place_differs", noted.sequence, "The place that was noted holds another seal, or is gone.")
