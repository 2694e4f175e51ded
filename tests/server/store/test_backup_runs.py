"""Rows of backups: one is open at a time, one worker takes it, and what was cut off ends."""

from __future__ import annotations

import pytest

from server.store import backup_runs, database

pytestmark = pytest.mark.usefixtures("opened")


def added(run_id: str, cause: str = "manual") -> bool:
    with database.transaction():
        return backup_runs.insert({"id": run_id, "cause": cause, "contents": "included", "state": "pending", "created_at": 1})


def test_one_is_open_at_a_time_and_one_worker_takes_it() -> None:
    assert added("bkp_1")
    assert not added("bkp_2")
    taken = backup_runs.take(5)
    assert taken is not None
    assert (taken["id"], taken["state"], taken["started_at"]) == ("bkp_1", "running", 5)
    assert backup_runs.take(6) is None
    assert not added("bkp_2")
    backup_runs.finish("bkp_1", {"state": "completed", "finished_at": 9})
    assert added("bkp_2")
    assert [row["id"] for row in backup_runs.page("", 10)] == ["bkp_2", "bkp_1"]
    assert [row["id"] for row in backup_runs.page("bkp_2", 10)] == ["bkp_1"]


def test_what_was_cut_off_ends_and_the_oldest_of_a_schedule_are_named() -> None:
    for number in range(3):
        assert added(f"bkp_{number}", "schedule")
        backup_runs.take(number)
        backup_runs.finish(f"bkp_{number}", {"state": "completed"})
    assert [row["id"] for row in backup_runs.superseded("schedule", 2)] == ["bkp_0"]
    newest = backup_runs.newest("schedule")
    assert newest is not None
    assert newest["id"] == "bkp_2"
    assert added("bkp_3")
    backup_runs.take(10)
    assert backup_runs.abandon(10, {"state": "failed"}) == 0
    assert backup_runs.abandon(11, {"state": "failed"}) == 1
    found = backup_runs.find("bkp_3")
    assert found is not None
    assert found["state"] == "failed"
    backup_runs.delete("bkp_3")
    assert backup_runs.find("bkp_3") is None
