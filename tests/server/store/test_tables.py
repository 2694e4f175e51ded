"""A table's rows pass by the kinds of their columns: JSON, bytes and the rest, on both databases."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import database
from server.store.tables import Table

TABLE = Table("provider_apps", ("id", "tenant_id", "provider", "client_id", "secret", "options", "version", "created_at", "updated_at"),
              json=frozenset({"options"}), blobs=frozenset({"secret"}))  # fmt: skip
ROW = {"id": "app_1", "tenant_id": "ten_1", "provider": "hubspot", "client_id": "c", "secret": b"\x00s", "options": {"a": [1]}}
WHOLE = {**ROW, "version": 1, "created_at": 1, "updated_at": 1}


def test_a_row_comes_back_as_it_went_in(opened: str) -> None:
    with database.transaction():
        TABLE.insert(WHOLE)
    assert TABLE.find("id = ?", ("app_1",)) == WHOLE
    assert TABLE.rows("tenant_id = ? ORDER BY id", ("ten_1",)) == [WHOLE]
    assert TABLE.find("id = ?", ("app_2",)) is None


def test_a_row_is_written_over_the_one_with_its_key_and_keeps_what_is_to_stay(opened: str) -> None:
    counts = Table("installation_usage", ("tenant_id", "mode", "installation_id", "day", "figure", "count"))
    row = {"tenant_id": "t", "mode": "live", "installation_id": "i", "day": "2026-11-20", "figure": "calls", "count": 1}
    with database.transaction():
        for count in (1, 2):
            counts.insert_over({**row, "count": count}, ("tenant_id", "mode", "installation_id", "day", "figure"), ())
    assert [one["count"] for one in counts.rows("1 = 1", ())] == [2]


def test_an_update_tells_how_many_rows_it_met(opened: str) -> None:
    with database.transaction():
        TABLE.insert(WHOLE)
        assert TABLE.update({"options": {}}, "id = ?", ("app_1",)) == 1
        assert TABLE.update({"options": {}}, "id = ?", ("app_2",)) == 0
    found = TABLE.find("id = ?", ("app_1",))
    assert found is not None
    assert found["options"] == {}


def test_a_unique_rule_is_a_conflict(alice: Actor) -> None:
    with database.transaction():
        TABLE.insert(WHOLE)
    with pytest.raises(Conflict), database.transaction():
        TABLE.insert({**WHOLE, "id": "app_2"})
