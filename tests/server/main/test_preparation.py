"""First starts, later ones, and those that must not be."""

from __future__ import annotations

import pytest

from server.domain.errors import Conflict, Denied
from server.main import preparation
from server.store import database, marks, schema
from server.system import settings
from tests.server.main.conftest import Fresh

EMAIL = "somebody@example.com"


def test_a_second_start_makes_nothing_anew(fresh: Fresh) -> None:
    assert preparation.prepare(settings.load(fresh.data, {}), EMAIL).report() == {"first": None, "migrations": []}


def test_a_first_start_that_was_cut_off_is_taken_up_again(fresh: Fresh) -> None:
    found = settings.load(fresh.data, {})
    database.open_database(found.database.url)
    database.run("DELETE FROM users")
    first = preparation.prepare(found, EMAIL).first
    assert first is not None
    assert first.operator_email == EMAIL


def test_rows_without_their_master_key_get_no_new_one(fresh: Fresh) -> None:
    (fresh.data / "master.key").unlink()
    with pytest.raises(Conflict, match=r"no master key .* keys recover"):
        preparation.prepare(settings.load(fresh.data, {}), EMAIL)
    assert not (fresh.data / "master.key").exists()


def test_a_master_key_of_another_appliance_is_refused(fresh: Fresh) -> None:
    from server.system import master_key

    found = settings.load(fresh.data, {})
    (fresh.data / "master.key").unlink()
    master_key.locate(found).create()
    with pytest.raises(Denied, match="not the one that this database was written with"):
        preparation.prepare(found, EMAIL)


def test_a_database_of_a_newer_program_is_refused(fresh: Fresh) -> None:
    found = settings.load(fresh.data, {})
    database.open_database(found.database.url)
    database.run("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
    with pytest.raises(Conflict, match="newer version"):
        preparation.prepare(found, EMAIL)


def test_an_older_database_is_brought_up_to_date(fresh: Fresh) -> None:
    found = settings.load(fresh.data, {})
    database.open_database(found.database.url)
    marks.remove("master_key_canary")
    preparation.prepare(found, EMAIL)
    assert schema.pending() == []
    assert marks.find("master_key_canary") is not None
