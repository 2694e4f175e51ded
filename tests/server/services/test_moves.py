"""Moves between SQLite and PostgreSQL, both ways, with real rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.domain.errors import Conflict, Unprocessable
from server.services import demo, moves, setup
from server.store import copies, database
from server.system import settings


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[str]:
    """Make an appliance with the demo on SQLite and return its address."""
    found = settings.load(tmp_path / "data", {})
    setup.first_start(found, "operator@example.com")
    demo.fill(demo.open_tenant("standard").id)
    yield found.database.url
    database.close()


def quiet(_table: str, _done: int, _total: int) -> None:
    """Hear of progress and say nothing."""


def tallies() -> dict[str, copies.Tally]:
    side = copies.this_side()
    with side.moment():
        return {table.name: side.tally(table) for table in side.tables()}


def test_everything_is_there_on_postgresql_and_back_again(filled: str, fresh_postgres: Callable[[], str], tmp_path: Path) -> None:
    before = tallies()
    there, back = fresh_postgres(), f"sqlite:///{tmp_path}/back.sqlite3"
    moved = moves.move(there, quiet)
    assert moved.rows["contacts"] == 200
    assert moved.total == sum(tally.count for tally in before.values())
    database.close()
    database.open_database(there)
    assert tallies() == before
    position = database.row("SELECT MAX(position) FROM events")
    demo.open_tenant("standard")
    database.run(
        "INSERT INTO events (id, tenant_id, mode, type, object, object_id, created_at, body) VALUES ('e','t','live','x','x','x',1,?)", (b"",)
    )
    assert position is not None
    assert database.row("SELECT MAX(position) FROM events") == (position[0] + 1,)
    database.run("DELETE FROM events WHERE id = 'e'")
    moves.move(back, quiet)
    database.close()
    database.open_database(back)
    assert tallies() == before


def test_progress_is_told_by_table(filled: str, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    moves.move(f"sqlite:///{tmp_path}/other.sqlite3", lambda *one: told.append(one))
    assert ("contacts", 200, 200) in told


def test_a_move_that_fails_leaves_nothing_and_can_be_made_again(filled: str, fresh_postgres: Callable[[], str]) -> None:
    there = fresh_postgres()

    def fail(table: str, _done: int, _total: int) -> None:
        if table == "orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moves.move(there, fail)
    assert moves.move(there, quiet).rows["orders"] == 60


def test_a_target_with_rows_or_of_an_unknown_kind_is_refused(filled: str, tmp_path: Path) -> None:
    with pytest.raises(Unprocessable, match="'mysql' is not a database"):
        moves.move("mysql://localhost/x", quiet)
    with pytest.raises(Conflict, match="not empty"):
        moves.move(filled, quiet)
    database.run("DELETE FROM schema_migration")
    with pytest.raises(Conflict, match="lacks migrations"):
        moves.move(f"sqlite:///{tmp_path}/other.sqlite3", quiet)
