"""The chain that seals the audit trail: each entry's seal is a keyed hash of the entry and of the seal before it.

Entries are written without a seal in the transaction of what they tell of, so that writers never queue for one; the worker
seals them soon after, one sealer at a time. Who changes, removes, adds or reorders sealed entries without the appliance's
key is found by `verify`; so is who cuts off the end, as the newest place is kept, and proven, apart.
"""

from __future__ import annotations

from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from server.domain.errors import Bug, Conflict
from server.services import vaults
from server.store import audit_chain, database, marks
from server.store.audit_chain import Gap
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.store.audit_chain import Content

HEAD: Final = "audit.head"
BATCH: Final = 500


class Head(NamedTuple):
    """The newest place of the chain."""

    sequence: int
    seal: str


BEGINNING: Final = Head(0, "")


def seal_of(before: str, sequence: int, content: Content) -> str:
    """Return the seal of an entry behind the one whose seal is `before`."""
    return vaults.vault().digest(before + orjson.dumps([sequence, *content]).decode(), "audit-seal")


def proof_of(gap: tuple[int, int, str]) -> str:
    """Return what shows that it was the appliance that removed a stretch, given as (first, last, seal of the last)."""
    return vaults.vault().digest(orjson.dumps(list(gap)).decode(), "audit-gap")


def _written(head: Head) -> str:
    return f"{head.sequence} {head.seal} {vaults.vault().digest(f'{head.sequence} {head.seal}', 'audit-head')}"


def head() -> Head:
    """Return the newest place of the chain. Raises Conflict (`audit_chain_broken`) when it was taken away or changed."""
    text = marks.find(HEAD)
    if text is None and not audit_chain.last():
        return BEGINNING
    sequence, _, rest = (text or "").partition(" ")
    found = Head(int(sequence), rest.partition(" ")[0]) if sequence.isdigit() else BEGINNING
    if text != _written(found):
        raise Conflict("The newest place of the audit chain was removed or changed.", code="audit_chain_broken")
    return found


def seal_new(stopping: Callable[[], bool] = lambda: False) -> int:
    """Seal what waits, and return how much that was. A chain whose end was tampered with is left as it is, for `verify` to show."""
    sealed = 0
    while not stopping():
        try:
            found = _seal_batch()
        except Conflict:
            break
        if not found:
            break
        sealed += found
    return sealed


def _seal_batch() -> int:
    newest = head()
    waiting = audit_chain.unsealed(BATCH)
    if not waiting:
        return 0
    links, at = [], newest
    for content in waiting:
        at = Head(at.sequence + 1, seal_of(at.seal, at.sequence + 1, content))
        links.append((content[0], *at))
    with database.transaction():
        audit_chain.lock()
        if head() == newest:
            if audit_chain.seal(links) != len(links):
                raise Bug("An entry of the audit trail went away before it was sealed.")
            marks.put(HEAD, _written(at))
            return len(links)
    # Somebody else was faster; what is left, the next look finds.
    return _seal_batch()


def prune(before_ms: int, limit: int) -> bool:
    """Remove at most `limit` entries from the old end of the chain, as far as they are older than a moment; tell whether to go on."""
    with database.transaction():
        audit_chain.lock()
        found = audit_chain.oldest(limit)
        old = list(takewhile(lambda entry: entry[1] < before_ms, found))
        _remove(old)
    return len(old) == limit


def erase_tenant(tenant_id: str, limit: int = BATCH) -> int:
    """Remove a batch of a tenant's entries, wherever they stand in the chain, and return how many there were."""
    seal_new()
    with database.transaction():
        audit_chain.lock()
        found = audit_chain.of_tenant(tenant_id, limit)
        _remove(found)
    return len(found)


def _remove(entries: Sequence[tuple[int, int, str]]) -> None:
    for _, run in groupby(enumerate(entries), key=lambda pair: pair[1][0] - pair[0]):
        stretch = [entry for _, entry in run]
        before, behind = audit_chain.touching(stretch[0][0], stretch[-1][0])
        first = before.first if before else stretch[0][0]
        last, seal = (behind.last, behind.seal) if behind else (stretch[-1][0], stretch[-1][2])
        audit_chain.remove(Gap(first, last, seal, proof_of((first, last, seal))), clock.now_ms())
