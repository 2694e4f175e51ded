"""The table of hits comes and goes on both databases, without touching what was there before."""

from __future__ import annotations

from server.store import database, schema


def test_going_down_takes_the_hits_and_nothing_else(opened: str) -> None:
    before = set(database.db.get_tables())
    assert schema.revert("0007_tracking")[-1] == "0007_tracking"
    assert before - set(database.db.get_tables()) == {"email_hits"}
    schema.migrate()
    assert set(database.db.get_tables()) == before
