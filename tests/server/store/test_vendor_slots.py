"""A vendor's places are held by as many as it has, and one that a killed holder kept is free again when its time is over."""

from __future__ import annotations

from server.store import database, vendor_slots

KEY = "tiny/acc_1/concurrency"


def take(holder: str, now: int = 0, most: int = 2, key: str = KEY) -> bool:
    with database.transaction():
        return vendor_slots.take(key, most, holder, now, now + 1_000)


def give_back(holder: str, now: int = 0) -> None:
    with database.transaction():
        vendor_slots.give_back(KEY, holder, now)


def test_there_are_as_many_places_as_the_vendor_has(opened: str) -> None:
    assert [take(name) for name in "abc"] == [True, True, False]
    assert take("c", key="tiny/acc_2/concurrency")
    give_back("a")
    assert [take(name) for name in "cd"] == [True, False]


def test_a_holder_that_was_killed_holds_its_place_for_its_time(opened: str) -> None:
    assert [take(name) for name in "ab"] == [True, True]
    assert not take("c", 999)
    assert take("c", 1_000)
    give_back("a", 1_001)
    assert [take(name, 1_001) for name in "de"] == [True, False], "the place of a was c's by then"


def test_more_or_fewer_places_count_at_once_and_old_ones_are_forgotten(opened: str) -> None:
    assert [take(name) for name in "ab"] == [True, True]
    assert [take(name, most=4) for name in "cde"] == [True, True, False]
    for name in "abc":
        give_back(name, 10)
    assert [take(name, 10, most=1) for name in "fg"] == [True, False]
    with database.transaction():
        vendor_slots.prune(10)
        vendor_slots.prune(5_000)
    assert database.rows("SELECT 1 FROM vendor_slots") == []
    assert take("h")
