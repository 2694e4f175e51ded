"""A breaker counts failures in a row, opens once, and gives one probe to one of all who want it."""

from __future__ import annotations

from server.store import breakers, database
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live", "ins_1")


def test_a_breaker_opens_at_its_threshold_and_says_so_once(opened: str) -> None:
    with database.transaction():
        told = [breakers.fail(*PLACE, "away", now, 3, now + 100) for now in range(4)]
    assert told == [False, False, True, False]
    row = breakers.find(*PLACE)
    assert row is not None
    assert (row["failures"], row["open_until"]) == (4, 103)


def test_one_of_two_takes_the_probe(opened: str) -> None:
    with database.transaction():
        for _ in range(2):
            breakers.fail(*PLACE, "away", 0, 2, 100)
        assert (breakers.take_probe(*PLACE, 100, 200), breakers.take_probe(*PLACE, 100, 200)) == (True, False)
        assert not breakers.close(TENANT_B, "live", "ins_1")
        assert (breakers.close(*PLACE), breakers.close(*PLACE)) == (True, False)
    assert breakers.find(*PLACE) is None
