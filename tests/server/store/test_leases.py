"""Leases of a process that is gone end at once, in every queue, and nobody else's do."""

from __future__ import annotations

from server.store import database, jobs, leases
from tests.plans import plan
from tests.server.store.test_jobs import insert, take

MINUTE = 60_000


def test_the_leases_of_one_process_end_and_no_others(opened: str) -> None:
    for number in range(3):
        insert(f"job_{number}")
    taken = {lease: take(lease) for lease in ("process_1.lease_1", "process_2.lease_1", "process_10.lease_1")}
    assert take("later") is None
    with database.transaction():
        assert leases.end("process_1", 2001, 2001 + MINUTE) == 1
        assert jobs.renew(str(taken["process_2.lease_1"]), "process_2.lease_1", 2100) is not None
    assert take("later", 2001) == taken["process_1.lease_1"]
    assert take("later", 2001) is None


def test_nothing_is_read_but_what_is_due_soon(opened: str) -> None:
    plans = [plan(sql, (0, 0, MINUTE, "a.", "a/")) for sql in leases.statements()]
    if database.is_sqlite():
        assert [found for found in plans if "due_at>? AND due_at<?" not in found] == []
