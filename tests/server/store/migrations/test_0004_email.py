"""The tables of email come and go on both databases, without touching what was there before."""

from __future__ import annotations

from server.store import database, schema


def test_going_down_takes_the_tables_of_email_and_nothing_else(opened: str) -> None:
    before = set(database.db.get_tables())
    undone = schema.revert("0004_email")
    assert undone[-1] == "0004_email"
    gone = before - set(database.db.get_tables())
    assert {"email_messages", "email_recipients", "email_suppressions"} <= gone
    assert "contacts" not in gone
    schema.migrate()
    assert set(database.db.get_tables()) == before
