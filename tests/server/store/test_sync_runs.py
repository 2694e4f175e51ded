"""One run per installation is open at a time, and of many who find one due, one begins it."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import Conflict
from server.store import database, sync_runs
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live")


def insert(run_id: str, installation: str = "ins_1", **fields: Any) -> None:
    with database.transaction():
        sync_runs.insert(*PLACE, {"id": run_id, "installation_id": installation, "kind": "full", "cause": "manual", "created_at": 1, **fields})


def end(run_id: str) -> bool:
    with database.transaction():
        return sync_runs.change(*PLACE, run_id, {"state": "succeeded", "finished_at": 2})


def test_a_second_open_run_is_refused_until_the_first_has_ended_once(opened: str) -> None:
    insert("syn_1")
    with pytest.raises(Conflict):
        insert("syn_2")
    insert("syn_3", "ins_2")
    assert (end("syn_1"), end("syn_1")) == (True, False)
    insert("syn_2")
    assert [row["id"] for row in sync_runs.page(*PLACE, "ins_1", "", 10)] == ["syn_2", "syn_1"]
    assert [row["id"] for row in sync_runs.page(*PLACE, "ins_1", "syn_2", 10)] == ["syn_1"]
    assert sync_runs.page(TENANT_B, "live", "ins_1", "", 10) == []


def test_one_run_is_queued_behind_the_one_under_way_and_no_second(opened: str) -> None:
    insert("syn_1")
    insert("syn_2", state="queued", resources=["people"])
    with pytest.raises(Conflict):
        insert("syn_3", state="queued")
    found = [find(*PLACE, "ins_1") or {} for find in (sync_runs.find_open, sync_runs.find_queued)]
    assert [(one["id"], one["resources"]) for one in found] == [("syn_1", None), ("syn_2", ["people"])]
    assert sync_runs.find_queued(TENANT_B, "live", "ins_1") is None


def test_a_note_of_a_run_stands_there_once(opened: str) -> None:
    insert("syn_1")
    with database.transaction():
        for resource in ("people", "deals", "people"):
            sync_runs.add_note(*PLACE, "syn_1", {"resource": resource, "code": "c", "detail": "d"})
    row = sync_runs.find(*PLACE, "ins_1", "syn_1")
    assert row is not None
    assert [note["resource"] for note in row["notes"]] == ["people", "deals"]


def test_a_run_whose_job_is_gone_is_found(opened: str) -> None:
    insert("syn_1")
    assert [row["id"] for row in sync_runs.abandoned(10)] == ["syn_1"]
    end("syn_1")
    assert sync_runs.abandoned(10) == []


def test_of_two_who_move_a_schedule_on_one_does(opened: str) -> None:
    with database.transaction():
        sync_runs.arrange(*PLACE, "ins_1", 100)
    assert (sync_runs.due(99, 10), sync_runs.due(100, 10)) == ([], [(*PLACE, "ins_1", 100)])
    with database.transaction():
        assert (sync_runs.move_on(*PLACE, "ins_1", 100, 200), sync_runs.move_on(*PLACE, "ins_1", 100, 200)) == (True, False)
        assert sync_runs.move_on(*PLACE, "ins_1", 200, None)
    assert sync_runs.due(1_000, 10) == []
