"""A record is set aside once, keeps its first moment, and leaves when it was taken over."""

from __future__ import annotations

from typing import Any

from server.store import database, quarantine
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live", "ins_1")


def put(row_id: str, **rest: Any) -> None:
    row: dict[str, Any] = {"id": row_id, "installation_id": "ins_1", "resource": "people", "external_id": "7"}
    row |= {
        "direction": "in",
        "payload": {"a": [1]},
        "code": "c",
        "reason": "r",
        "version": "1.0.0",
        "attempts": 1,
        "created_at": 1,
        "updated_at": 1,
        **rest,
    }
    with database.transaction():
        quarantine.put(*PLACE[:2], row)


def test_a_record_that_fails_again_keeps_its_id_and_its_first_moment(opened: str) -> None:
    put("qua_1")
    put("qua_2", reason="another", created_at=5, updated_at=5)
    found = quarantine.page(*PLACE, "", 10)
    assert [(row["id"], row["reason"], row["created_at"], row["updated_at"]) for row in found] == [("qua_1", "another", 1, 5)]
    assert found[0]["payload"] == {"a": [1]}


def test_what_was_taken_over_leaves_and_nothing_else(opened: str) -> None:
    put("qua_1")
    put("qua_2", direction="out")
    assert quarantine.find(TENANT_B, "live", "ins_1", "qua_1") is None
    with database.transaction():
        assert quarantine.release(TENANT_B, "live", "ins_1", "people", "in", ["7"]) == 0
        assert quarantine.release(*PLACE, "people", "in", ["7"]) == 1
        assert quarantine.release(*PLACE, "people", "in", []) == 0
    assert quarantine.count(*PLACE) == 1
    with database.transaction():
        assert quarantine.delete_of(*PLACE) == 1
