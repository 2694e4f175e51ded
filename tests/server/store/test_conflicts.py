"""A conflict is one row per record until it is settled, and says which fields nobody may write meanwhile."""

from __future__ import annotations

from typing import Any

from server.store import conflicts, database
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live", "ins_1")


def put(conflict_id: str, **rest: Any) -> None:
    row: dict[str, Any] = {"id": conflict_id, "installation_id": "ins_1", "resource": "people", "external_id": "7"}
    row |= {
        "local_id": "con_1",
        "fields": ["email"],
        "base_values": {},
        "local_values": {"email": "a"},
        "remote_values": None,
        "created_at": 1,
        "updated_at": 1,
        **rest,
    }
    with database.transaction():
        conflicts.put(*PLACE[:2], row)


def test_a_record_in_conflict_names_its_fields_until_it_is_settled(opened: str) -> None:
    put("cfl_1")
    put("cfl_2", fields=["email", "phone"])
    assert [row["id"] for row in conflicts.page(*PLACE, "", 10)] == ["cfl_1"]
    assert conflicts.fields_of(*PLACE, "people", ["con_1", "con_2"]) == {"con_1": ["email", "phone"]}
    with database.transaction():
        assert not conflicts.settle(TENANT_B, "live", "ins_1", "people", "7")
        assert conflicts.settle(*PLACE, "people", "7")
    assert (conflicts.count(*PLACE), conflicts.find(*PLACE, "cfl_1")) == (0, None)


def test_everything_of_an_installation_goes_with_it(opened: str) -> None:
    put("cfl_1")
    with database.transaction():
        assert conflicts.delete_of(*PLACE) == 1
