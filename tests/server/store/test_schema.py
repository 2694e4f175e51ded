"""Bringing a database up to date, again and again, and refusing one that is ahead of the program."""

from __future__ import annotations

import pytest

from server.domain.errors import Conflict
from server.store import database, schema


def columns(table: str) -> set[str]:
    return {column.name for column in database.db.get_columns(table)}


def test_an_empty_database_gets_every_table_and_a_second_time_changes_nothing(opened: str) -> None:
    assert schema.pending() == []
    assert {"first_name", "email", "custom", "tenant_id"} <= columns("contacts")
    assert schema.migrate() == []


def test_a_field_that_was_added_to_a_resource_gets_its_column(opened: str) -> None:
    database.execute("DROP INDEX contacts_email")
    database.execute("ALTER TABLE contacts DROP COLUMN email")
    assert "email" not in columns("contacts")
    schema.migrate()
    assert "email" in columns("contacts")


def test_a_database_of_a_newer_version_is_refused(opened: str) -> None:
    with pytest.raises(Conflict) as refused:
        schema.refuse_newer([*schema.known(), "9999_from_the_future"])
    assert refused.value.stable_code == "schema_newer"


def test_a_migration_can_be_undone_and_done_again(opened: str) -> None:
    undone = schema.revert("0001_initial")
    assert undone[-1] == "0001_initial"
    assert not database.db.table_exists("webhooks")
    assert schema.migrate()
    assert database.db.table_exists("webhooks")
