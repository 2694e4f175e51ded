"""A write is noted before it is sent, over an earlier one of the same record, and goes with its outcome."""

from __future__ import annotations

from typing import Any

from server.store import database, sync_writes
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live", "ins_1")


def test_a_write_is_there_until_its_outcome_is_known(opened: str) -> None:
    row: dict[str, Any] = {"installation_id": "ins_1", "resource": "people", "external_id": "", "action": "create", "attempts": 1}
    with database.transaction():
        for local_id, key, at in (("con_2", "k2", 2), ("con_1", "k1", 1), ("con_2", "k3", 3)):
            sync_writes.put(*PLACE[:2], {**row, "local_id": local_id, "key": key, "sent_at": at, "body": {"values": {"a": 1}}})
    found = sync_writes.rows(*PLACE, "people")
    assert [(one["local_id"], one["key"]) for one in found] == [("con_1", "k1"), ("con_2", "k3")]
    assert found[0]["body"] == {"values": {"a": 1}}
    assert sync_writes.rows(TENANT_B, "live", "ins_1", "people") == []
    with database.transaction():
        sync_writes.delete(*PLACE, "people", ["con_1"])
        assert sync_writes.delete_of(*PLACE) == 1
