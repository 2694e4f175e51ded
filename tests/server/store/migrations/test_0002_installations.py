"""The tables of installed connectors go down and up again without touching the others."""

from __future__ import annotations

from server.store import database, schema


def test_going_down_takes_only_these_tables(opened: str) -> None:
    assert "0002_installations" in schema.revert("0002_installations")
    assert not database.db.table_exists("installations")
    assert database.db.table_exists("webhooks")
    assert "0002_installations" in schema.migrate()
    assert database.db.table_exists("remote_subscriptions")
