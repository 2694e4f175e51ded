"""The tables of receiving come and go on both databases, without touching what was there before."""

from __future__ import annotations

from server.store import database, schema


def test_going_down_takes_the_tables_of_receiving_and_nothing_else(opened: str) -> None:
    before = set(database.db.get_tables())
    undone = schema.revert("0006_receiving")
    assert undone[-1] == "0006_receiving"
    gone = before - set(database.db.get_tables())
    assert {"email_arrivals", "email_sightings", "email_routes"} <= gone
    assert "email_messages" not in gone
    schema.migrate()
    assert set(database.db.get_tables()) == before
