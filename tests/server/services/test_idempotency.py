"""One request per key, whoever asks at the same moment; its answer is sealed and given to nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from server.domain.actor import Actor
from server.services import idempotency
from server.services.idempotency import KEPT_MS, LONGEST_RUN_MS, Kept
from server.store import database
from server.system import clock


def test_an_answer_is_remembered_until_a_day_is_over(alice: Actor) -> None:
    with clock.frozen(clock.now_ms()) as held:
        assert idempotency.claim(alice, "k", "d") is None
        assert idempotency.claim(alice, "k", "d") == Kept("d", None)
        idempotency.keep(alice, "k", "d", b"answer")
        held.advance(KEPT_MS)
        assert idempotency.claim(alice, "k", "d") == Kept("d", b"answer")
        held.advance(1)
        assert idempotency.claim(alice, "k", "other") is None


def test_a_key_is_its_tenants_and_modes_own(alice: Actor, charlie: Actor) -> None:
    idempotency.claim(alice, "k", "d")
    idempotency.keep(alice, "k", "d", b"answer")
    assert idempotency.claim(charlie, "k", "d") is None
    assert idempotency.claim(replace(alice, mode="test"), "k", "d") is None


def test_an_answer_lies_sealed_because_it_may_hold_a_secret(alice: Actor) -> None:
    idempotency.claim(alice, "k", "d")
    idempotency.keep(alice, "k", "d", b"whsec_secret")
    stored = database.row("SELECT answer FROM idempotency")
    assert stored is not None
    assert b"whsec" not in bytes(stored[0])


def test_a_request_that_failed_gives_its_key_back(alice: Actor) -> None:
    idempotency.claim(alice, "k", "d")
    idempotency.release(alice, "k")
    assert idempotency.claim(alice, "k", "d") is None


def test_the_key_of_a_request_that_died_is_taken_over(alice: Actor) -> None:
    with clock.frozen(clock.now_ms()) as held:
        idempotency.claim(alice, "k", "d")
        held.advance(LONGEST_RUN_MS + 1)
        assert idempotency.claim(alice, "k", "again") is None


def work(alice: Actor, number: int, *, succeeds: bool) -> Kept | None:
    with database.transaction():
        found = idempotency.claim(alice, "k", "d")
        if found is None:
            database.execute("INSERT INTO marks (name, value) VALUES ('work', ?)", (str(number),))
            idempotency.keep(alice, "k", "d", str(number).encode())
            if not succeeds:
                raise ValueError("the work failed")
        return found


def together(alice: Actor, *, succeeds: bool) -> list[Kept | None]:
    """Let eight writers claim one key at once, each in the transaction of its work."""
    barrier = Barrier(8)

    def write(number: int) -> Kept | None:
        barrier.wait(10)
        try:
            return work(alice, number, succeeds=succeeds)
        except ValueError:
            return None
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(write, range(8)))


def test_of_many_at_once_one_does_the_work_and_all_others_get_its_answer(alice: Actor) -> None:
    found = together(alice, succeeds=True)
    done = database.row("SELECT value FROM marks WHERE name = 'work'")
    assert done is not None
    assert found.count(None) == 1
    assert found[int(done[0])] is None
    assert {one for one in found if one is not None} == {Kept("d", done[0].encode())}


def test_of_many_at_once_that_fail_none_leaves_the_key_taken(alice: Actor) -> None:
    assert together(alice, succeeds=False) == [None] * 8
    assert idempotency.claim(alice, "k", "d") is None


def test_an_answer_sealed_for_one_key_opens_for_no_other(alice: Actor) -> None:
    for key in ("a", "b"):
        idempotency.claim(alice, key, "d")
        idempotency.keep(alice, key, "d", key.encode())
    database.execute("UPDATE idempotency SET answer = (SELECT answer FROM idempotency WHERE key = 'a') WHERE key = 'b'")
    with pytest.raises(Exception, match="belongs to something else"):
        idempotency.claim(alice, "b", "d")
