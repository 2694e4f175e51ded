"""What the rows say of the whole."""

from __future__ import annotations

import time

from server.store import database, health, schema


def delivery(identifier: str, state: str, *, due_at: int = 0, event_id: str = "evt_1") -> None:
    database.run(
        "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at)"
        " VALUES (?, 'ten_1', 'live', ?, ?, 'contact.created', ?, ?, 0)",
        (identifier, f"whk_{identifier}", event_id, state, due_at),
    )


def test_deliveries_are_counted_by_state_and_those_without_an_event_are_found(database_url: str) -> None:
    database.open_database(database_url)
    schema.migrate()
    delivery("1", "pending", due_at=5)
    delivery("2", "pending", due_at=50)
    delivery("3", "dead")
    assert health.accepted() == (3, {"pending": 2, "dead": 1})
    assert health.undelivered_events() == 2
    assert health.newest_event_at() is None
    database.close()


def test_the_database_tells_of_its_soundness_and_its_clock(database_url: str) -> None:
    database.open_database(database_url)
    schema.migrate()
    assert health.integrity() == "ok"
    assert abs(health.database_clock_ms() - time.time() * 1000) < 5_000
    assert {"wal", "on"} & set(health.durability().values())
    database.close()
