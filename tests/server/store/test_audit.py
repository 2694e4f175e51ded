"""The audit trail takes what it is given, in order, inside the transaction of the change."""

from __future__ import annotations

import pytest

from server.store import audit, database
from tests.tenants import TENANT_A


def append(entry_id: str, changes: str | None = None) -> None:
    audit.insert(TENANT_A, "live", entry_id, 5, ("key", "key_1", "192.0.2.1", "req_1"), "contact.updated", ("contact", "con_1"), changes)


def test_an_entry_says_who_did_what_from_where(opened: str) -> None:
    append("aud_1", '{"name": ["a", "b"]}')
    row = database.row(
        "SELECT tenant_id, mode, at, actor_kind, actor_id, address, request_id, action, object, object_id, changes FROM audit WHERE id = 'aud_1'"
    )
    what = ("contact.updated", "contact", "con_1", '{"name": ["a", "b"]}')
    assert row == (TENANT_A, "live", 5, "key", "key_1", "192.0.2.1", "req_1", *what)


def test_entries_keep_their_order_and_go_with_a_change_that_was_undone(opened: str) -> None:
    def fail() -> None:
        append("aud_lost")
        raise ValueError

    append("aud_2")
    with pytest.raises(ValueError), database.transaction():
        fail()
    append("aud_1")
    assert database.rows("SELECT id FROM audit ORDER BY position") == [("aud_2",), ("aud_1",)]
