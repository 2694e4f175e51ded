"""Lines: who waits for whom, and who is let go, on both databases."""

from __future__ import annotations

import pytest

from server.store import database, deliveries, events, lines
from tests.plans import plan
from tests.tenants import TENANT_A

NOW = 1_000_000
FAR = NOW + 900_000


def owe(name: str, key: str | None, *, state: str = "pending", due_at: int = NOW, webhook_id: str = "whk_a") -> str:
    """Owe a webhook an event, in the order of the calls."""
    event_id, delivery_id = f"evt_{name}_{webhook_id}", f"dlv_{name}_{webhook_id}"
    with database.transaction():
        events.insert(TENANT_A, "live", (event_id, "contact.created", "contact", name, due_at, b"{}"))
        deliveries.insert(TENANT_A, "live", [(delivery_id, webhook_id, state, key)], (event_id, "contact.created"), due_at)
    return delivery_id


def standing(webhook_id: str = "whk_a") -> list[tuple[str, str, int]]:
    with database.transaction():
        return [(one.taken.id, one.ordering_key or "", one.place or 0) for one in lines.due(webhook_id, NOW, 100)]


def due_at(delivery_id: str) -> int:
    found = database.row("SELECT due_at FROM deliveries WHERE id = ?", (delivery_id,))
    assert found
    return int(found[0])


def test_places_are_those_of_the_events_whatever_the_ids_say(opened: str) -> None:
    made = [owe(name, "k") for name in ("z", "a", "m")]
    assert [one[0] for one in standing()] == made
    assert lines.blocked("whk_a", standing(), parks=False) == set(made[1:])


@pytest.mark.parametrize(
    ("state", "parks", "waits"),
    [("pending", False, True), ("held", False, True), ("dead", False, False), ("dead", True, True), ("delivered", True, False)],
)
def test_who_waits_depends_on_what_became_of_the_one_before(opened: str, state: str, parks: bool, waits: bool) -> None:
    owe("first", "k", state=state, due_at=FAR)
    second = owe("second", "k")
    owe("other", "another key")
    assert lines.blocked("whk_a", standing(), parks=parks) == ({second} if waits else set())


def test_lines_of_other_webhooks_and_keys_hold_up_nobody(opened: str) -> None:
    owe("first", "k", due_at=FAR, webhook_id="whk_b")
    owe("second", "k2", due_at=FAR)
    owe("third", "k")
    assert lines.blocked("whk_a", standing(), parks=True) == set()


def test_the_next_in_line_is_let_go_unless_it_is_tried_already(opened: str) -> None:
    first, second, third = (owe(name, "k", due_at=FAR) for name in ("1", "2", "3"))
    with database.transaction():
        database.execute("UPDATE deliveries SET state = 'delivered' WHERE id = ?", (first,))
        lines.let_go([first], NOW)
    assert [due_at(one) for one in (second, third)] == [NOW, FAR]
    with database.transaction():
        database.execute("UPDATE deliveries SET due_at = ?, lease = 'mine' WHERE id = ?", (FAR, second))
        lines.let_go([first], NOW)
    assert due_at(second) == FAR
    with database.transaction():
        database.execute("UPDATE deliveries SET lease = NULL, attempts = 1 WHERE id = ?", (second,))
        lines.let_go([first], NOW)
    assert due_at(second) == FAR, "it has its own moment"


def test_what_is_put_off_and_leased_is_due_no_more(opened: str) -> None:
    first, second = owe("1", "k"), owe("2", "k")
    with database.transaction():
        lines.lease([first], "mine", FAR)
        lines.put_off([(second, FAR + 1)])
    assert (standing(), due_at(first), due_at(second)) == ([], FAR, FAR + 1)


def test_what_was_taken_and_never_settled_is_abandoned(opened: str) -> None:
    taken, waiting = owe("1", None), owe("2", None)
    with database.transaction():
        lines.lease([taken], "gone", NOW - 1)
        assert lines.abandon("whk_a", NOW) == 1
    rows = dict(database.rows("SELECT id, state FROM deliveries"))
    assert (rows[taken], rows[waiting]) == ("dead", "pending")


def test_choosing_from_a_long_line_is_quick(opened: str) -> None:
    with database.transaction():
        for number in range(3_000):
            event = (f"evt_{number}", "contact.created", "contact", "x", NOW, b"{}")
            events.insert(TENANT_A, "live", event)
            deliveries.insert(TENANT_A, "live", [(f"dlv_{number}", "whk_a", "pending", "k")], (event[0], event[1]), NOW)
    sql = (
        "SELECT n.id FROM deliveries n WHERE n.webhook_id = 'whk_a' AND n.ordering_key = 'k' AND n.ordering_key IS NOT NULL"
        " AND n.state IN ('pending', 'held') ORDER BY n.place LIMIT 1"
    )
    assert "deliveries_lines" in plan(sql)
