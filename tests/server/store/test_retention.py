"""What is removed, and what never is."""

from __future__ import annotations

import pytest

from server.store import database, deliveries, events, retention
from server.store.records import by_noun
from server.store.retention import FIRST, RULES
from tests.tenants import TENANT_A

OLD, NEW = 1_000, 5_000


def event(name: str, at: int, state: str | None = None) -> None:
    with database.transaction():
        events.insert(TENANT_A, "live", (f"evt_{name}", "contact.created", "contact", "con_1", at, b"{}"))
        if state:
            deliveries.insert(TENANT_A, "live", [(f"dlv_{name}", "whk_1", state, None)], (f"evt_{name}", "contact.created"), at)


def left() -> set[str]:
    return {row[0].removeprefix("evt_") for row in database.rows("SELECT id FROM events")}


@pytest.mark.parametrize("step", [1, 2, 100])
def test_old_events_go_but_for_those_that_a_delivery_still_needs(opened: str, step: int) -> None:
    for state in ("pending", "held", "delivered", "dead", "cancelled"):
        event(state, OLD, state)
    event("alone", OLD)
    event("new", NEW)
    place: retention.Place | None = FIRST
    with database.transaction():
        while place is not None:
            place = retention.remove_events(OLD + 1, place, step)
    assert left() == {"pending", "held", "new"}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_fits_its_table(opened: str, name: str) -> None:
    with database.transaction():
        assert retention.remove(RULES[name], OLD, 10) == 0


def test_only_what_is_old_enough_goes_and_some_rows_at_a_time(opened: str) -> None:
    with database.transaction():
        for number in range(5):
            database.execute(
                "INSERT INTO idempotency (tenant_id, mode, key, digest, created_at) VALUES (?, 'live', ?, 'd', ?)",
                (TENANT_A, str(number), OLD if number else NEW),
            )
        assert [retention.remove(RULES["idempotency"], NEW, 3) for _ in range(2)] == [3, 1]
    assert database.rows("SELECT key FROM idempotency") == [("0",)]


def test_a_delivery_that_has_not_ended_never_goes(opened: str) -> None:
    event("waiting", OLD, "pending")
    with database.transaction():
        assert retention.remove(RULES["deliveries"], 2**50, 10) == 0


def test_deleted_records_go_with_what_points_at_them(opened: str) -> None:
    contact = by_noun()["contact"]
    with database.transaction():
        for name, deleted_at in (("old", OLD), ("fresh", NEW), ("alive", None)):
            database.execute(
                "INSERT INTO contacts (id, tenant_id, mode, custom, external_ids, tags, version, created_at, updated_at, deleted_at)"
                " VALUES (?, ?, 'live', '{}', '{}', '[]', 1, 0, 0, ?)",
                (f"con_{name}", TENANT_A, deleted_at),
            )
            database.execute("INSERT INTO external_ids VALUES (?, 'live', 'contact', 'shop', ?, ?)", (TENANT_A, name, f"con_{name}"))
        assert retention.remove_records(contact, OLD + 1, 10) == 1
    assert {row[0] for row in database.rows("SELECT id FROM contacts")} == {"con_fresh", "con_alive"}
    assert {row[0] for row in database.rows("SELECT record_id FROM external_ids")} == {"con_fresh", "con_alive"}
    assert contact in retention.deletable()
