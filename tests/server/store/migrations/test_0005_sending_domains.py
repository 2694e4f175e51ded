"""The tables of sending domains come and go on both databases, without touching what was there before."""

from __future__ import annotations

from server.store import database, schema


def test_going_down_takes_the_tables_of_domains_and_nothing_else(opened: str) -> None:
    before = set(database.db.get_tables())
    schema.revert("0005_sending_domains")
    gone = before - set(database.db.get_tables())
    assert {"sending_domains", "dkim_keys", "mta_sts_policies", "blocklist_listings", "email_reports"} <= gone
    assert "contacts" not in gone
    schema.migrate()
    assert set(database.db.get_tables()) == before
