"""Entries are sealed in an order that respects their commits, by one sealer at a time, and leave only through gaps that are proven."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.services import audit_chain, audit_verification, events
from server.store import audit_chain as chain
from server.store import database, marks
from server.system import clock
from tests.tenants import TENANT_A, TENANT_B, person


def append(actor: Actor, *names: str) -> None:
    with database.transaction():
        for name in names:
            events.record_audit(actor, "contact.updated", name, {"name": [None, name]})


def order() -> list[str]:
    return [entry.content[chain.CONTENT.index("object_id")] for entry in chain.after(0, 10_000)]


def intact() -> bool:
    return bool(audit_verification.examine(0, 10_000)["intact"])


def test_each_seal_follows_from_the_one_before(alice: Actor) -> None:
    append(alice, "a", "b")
    assert audit_chain.head() == audit_chain.BEGINNING
    assert audit_chain.seal_new() == 2
    append(alice, "c")
    assert (audit_chain.seal_new(), audit_chain.seal_new()) == (1, 0)
    entries = chain.after(0, 10)
    before = ""
    for number, entry in enumerate(entries, 1):
        assert (entry.sequence, entry.seal) == (number, audit_chain.seal_of(before, number, entry.content))
        before = entry.seal
    assert audit_chain.head() == (3, before)
    assert intact()


def test_sealing_goes_in_batches_and_stops_when_told_to(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "BATCH", 2)
    append(alice, *"abcdefg")
    turns = iter((False, False, True))
    assert audit_chain.seal_new(lambda: next(turns)) == 4
    assert audit_chain.seal_new() == 3
    assert order() == list("abcdefg")


def test_what_was_written_in_an_undone_transaction_leaves_no_hole(alice: Actor) -> None:
    append(alice, "a")
    with pytest.raises(ValueError), database.transaction():  # noqa: PT012 - the error is the test's own
        events.record_audit(alice, "contact.updated", "lost")
        raise ValueError
    append(alice, "b")
    audit_chain.seal_new()
    assert [entry.sequence for entry in chain.after(0, 10)] == [1, 2]


class Writer:
    """A transaction in a thread of its own that writes an entry at one moment and commits at another."""

    def __init__(self, pool: ThreadPoolExecutor, name: str) -> None:
        self.written, self._commit = threading.Event(), threading.Event()
        self._done = pool.submit(self._run, name)
        assert self.written.wait(10)

    def _run(self, name: str) -> None:
        with database.transaction():
            events.record_audit(person("alice"), "contact.updated", name)
            self.written.set()
            assert self._commit.wait(10)
        database.close()

    def commit(self) -> None:
        self._commit.set()
        self._done.result(10)


@pytest.mark.criterion("api-25")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commits=st.permutations(range(4)), seals=st.lists(st.booleans(), min_size=4, max_size=4))
def test_every_entry_is_sealed_in_whatever_order_writers_commit(alice: Actor, commits: list[int], seals: list[bool]) -> None:
    while audit_chain.erase_tenant(TENANT_A):
        pass
    began = audit_chain.head().sequence
    with ThreadPoolExecutor(4) as pool:
        writers = [Writer(pool, str(number)) for number in range(4)]
        for number, seals_now in zip(commits, seals, strict=True):
            writers[number].commit()
            if seals_now:
                audit_chain.seal_new()
    audit_chain.seal_new()
    assert sorted(order()) == ["0", "1", "2", "3"]
    assert audit_chain.head().sequence == began + 4
    assert intact()


@pytest.mark.criterion("api-25")
def test_several_sealers_beside_busy_writers_make_one_chain(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "BATCH", 7)
    done = threading.Event()

    def seal() -> None:
        while not done.is_set():
            audit_chain.seal_new(done.is_set)
        database.close()

    def write(writer: int) -> None:
        for number in range(20):
            append(alice, f"{writer}-{number}")
        database.close()

    with ThreadPoolExecutor(5) as pool:
        sealers = [pool.submit(seal) for _ in range(2)]
        list(pool.map(write, range(3)))
        done.set()
        for sealer in sealers:
            sealer.result(10)
    audit_chain.seal_new()
    assert [entry.sequence for entry in chain.after(0, 100)] == list(range(1, 61))
    for writer in range(3):
        assert [one for one in order() if one.startswith(f"{writer}-")] == [f"{writer}-{number}" for number in range(20)]
    assert intact()


def test_pruning_takes_from_the_old_end_and_the_rest_still_verifies(alice: Actor) -> None:
    for day in range(5):
        with clock.frozen(1_900_000_000_000 + day * 1000):
            append(alice, f"{day}a", f"{day}b")
    audit_chain.seal_new()
    assert audit_chain.prune(1_900_000_002_000, 2) is True
    assert audit_chain.prune(1_900_000_002_000, 3) is False
    assert order() == ["2a", "2b", "3a", "3b", "4a", "4b"]
    assert [(gap.first, gap.last) for gap in chain.gaps(0, 100)] == [(1, 4)]
    assert intact()
    append(alice, "new")
    audit_chain.seal_new()
    assert (intact(), audit_chain.head().sequence) == (True, 11)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owners=st.lists(st.booleans(), max_size=20), batch=st.integers(1, 6))
def test_a_tenant_leaves_the_chain_without_breaking_it(alice: Actor, charlie: Actor, owners: list[bool], batch: int) -> None:
    for tenant_id in (TENANT_A, TENANT_B):
        while audit_chain.erase_tenant(tenant_id):
            pass
    for number, ours in enumerate(owners):
        append(alice if ours else charlie, str(number))
    while audit_chain.erase_tenant(TENANT_A, batch):
        pass
    assert order() == [str(number) for number, ours in enumerate(owners) if not ours]
    found = chain.gaps(0, 2**40)
    assert all(one.last + 1 < other.first for one, other in pairwise(found)), "neighbours become one gap"
    assert intact()


def test_a_chain_without_its_newest_place_is_not_gone_on_with(alice: Actor) -> None:
    append(alice, "a")
    audit_chain.seal_new()
    marks.put(audit_chain.HEAD, "1 forged proof")
    append(alice, "b")
    assert audit_chain.seal_new() == 0
    with pytest.raises(Conflict):
        audit_chain.head()
    marks.remove(audit_chain.HEAD)
    assert (audit_chain.seal_new(), intact()) == (0, False)
