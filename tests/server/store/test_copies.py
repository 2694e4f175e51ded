"""Rows read from one database and written into another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from server.domain.errors import Conflict
from server.store import copies, database, marks, schema
from server.store.copies import Side, Table, Tally


@pytest.fixture
def side(database_url: str) -> Side:
    database.open_database(database_url)
    schema.migrate()
    return copies.this_side()


def test_a_tally_depends_on_the_rows_and_not_on_their_order() -> None:
    one, other, third = Tally(), Tally(), Tally()
    one.add([["a", 1, b"\xff", None], ["b", 2.5, b"", None]])
    other.add([["b", 2.5, b"", None], ["a", 1, b"\xff", None]])
    third.add([["a", 1, b"\xfe", None], ["b", 2.5, b"", None]])
    assert one == other
    assert one.digest != third.digest


def test_every_table_is_named_without_what_the_database_keeps_for_itself(side: Side) -> None:
    names = {table.name for table in side.tables()}
    assert {"tenants", "contacts", "events", "marks"} <= names
    assert not names & {"schema_migration", "sqlite_sequence"}
    events = next(table for table in side.tables() if table.name == "events")
    assert "xact" not in events.columns
    side.close()


def test_a_moment_does_not_move_while_others_write(side: Side) -> None:
    marks.put("before", "1")
    table = next(table for table in side.tables() if table.name == "marks")

    def write() -> None:
        with database.transaction():
            marks.put("meanwhile", "1")
        database.close()

    with side.moment():
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert side.count("marks") == 1
        assert side.tally(table).count == 1
    assert side.count("marks") == 2
    side.close()


def test_counters_go_on_behind_what_was_copied(side: Side) -> None:
    table = Table("events", ("body", "created_at", "id", "mode", "object", "object_id", "position", "tenant_id", "type"))
    with side.writing():
        side.insert(table, [[b"{}", 1, "evt_1", "live", "contact", "con_1", 41, "ten_1", "contact.created"]])
        side.advance_counters()
    database.run(
        "INSERT INTO events (id, tenant_id, mode, type, object, object_id, created_at, body) VALUES ('evt_2','t','live','x','x','x',1,?)", (b"",)
    )
    assert database.row("SELECT MAX(position) FROM events") == (42,)
    side.close()


def test_a_copy_that_differs_is_refused(side: Side) -> None:
    marks.put("a", "1")
    with side.moment(), pytest.raises(Conflict, match="'marks' differs"):
        copies.refuse_differences({"marks": Tally(1, 7)}, side)
    side.close()


def test_rows_of_another_version_fit_only_where_every_column_is() -> None:
    there = {"marks": Table("marks", ("name", "value"))}
    assert copies.fitting("marks", ["value"], there) == Table("marks", ("value",))
    for name, columns in (("marks", ["colour"]), ("moods", ["name"])):
        with pytest.raises(Conflict, match="another version"):
            copies.fitting(name, columns, there)


def test_bytes_travel_through_json() -> None:
    import orjson

    rows = [["a", b"\x00\xff", None, 1.5]]
    assert copies.from_text(orjson.loads(orjson.dumps(rows, default=copies.bytes_as_text))) == rows


def test_what_is_not_committed_is_gone(side: Side) -> None:
    def fail() -> None:
        with side.writing():
            side.insert(Table("marks", ("name", "value")), [["a", "1"]])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert side.is_empty()
    side.close()


def test_the_source_of_a_copy_needs_no_type(tmp_path: Path, fresh_postgres: Callable[[], str]) -> None:
    for url in (f"sqlite:///{tmp_path}/a.sqlite3", fresh_postgres()):
        database.open_database(url)
        schema.migrate()
        assert copies.this_side().is_empty()
        database.close()
