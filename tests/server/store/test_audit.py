"""The audit trail takes what it is given, in order, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from server.store import audit, database
from tests.pace import slowest
from tests.server.growth import grow, numbered
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


# What is there at once, and what nobody ever did: for that every entry is looked at.
FILTERS: dict[str, dict[str, str]] = {
    "all": {},
    "an act": {"action": "contact.updated"},
    "no such act": {"action": "contact.nothing"},
    "no such kind": {"object": "nothing"},
    "nobody": {"actor_id": "usr_nobody"},
    "no such thing": {"object_id": "con_nothing"},
    "no such request": {"request_id": "req_nothing"},
}


@pytest.mark.criterion("desktop-6")
@pytest.mark.timeout(1800)
def test_entries_are_found_among_a_million_within_300_ms(opened: str, figure: Callable[[str], None], thorough: bool) -> None:
    count = 1_000_000 if thorough else 10_000
    append("aud_1", '{"name": ["a", "b"]}')
    columns = [name for name in audit.COLUMNS if name not in {"position", "sequence", "seal"}]
    grow("audit", columns, {"id": numbered("aud"), "at": "at + i", "request_id": numbered("req"), "object_id": numbered("con")}, count)
    asked = {
        f"{name} in {whose}": partial(audit.page, tenant, mode, filters, None, 200)
        for name, filters in FILTERS.items()
        for whose, tenant, mode in (("all tenants", None, None), ("one", TENANT_A, "live"))
    }
    name, took = slowest(asked, 0.3)
    figure(f"the slowest of {len(asked)} searches of the audit trail, {name}, took {took * 1000:.0f} ms among {count:,} entries")
    assert took <= 0.3
