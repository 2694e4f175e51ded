"""Counters that move with the transaction that changes something, and are seen by every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from server.store import database, generations


def bump(name: str) -> None:
    with database.transaction():
        generations.bump(name)
    database.close()


def test_a_counter_starts_at_one_and_others_stay(opened: str) -> None:
    assert generations.current() == {}
    bump("credentials")
    bump("credentials")
    bump("tiers")
    assert generations.current() == {"credentials": 2, "tiers": 1}


def test_a_change_that_was_undone_moves_nothing(opened: str) -> None:
    def fail() -> None:
        generations.bump("credentials")
        raise ValueError

    with pytest.raises(ValueError), database.transaction():
        fail()
    assert generations.current() == {}


def test_bumps_of_many_writers_all_count(opened: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bump, ["credentials"] * 20))
    assert generations.current() == {"credentials": 20}
