"""Health is whether the database answers; a backlog is none of its business."""

from __future__ import annotations

from server.services import health
from server.store import database


def test_an_appliance_whose_database_answers_is_healthy(opened: str) -> None:
    assert health.reasons() == []


def test_a_database_that_cannot_be_reached_is_named() -> None:
    database.forget_statements()
    database.open_database("postgresql://nobody@127.0.0.1:1/junction?connect_timeout=1")
    assert health.reasons() == ["database_unreachable"]
    database.close()
