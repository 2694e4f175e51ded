"""Transactions that commit all or nothing, on both databases, whatever the disk, the server or another writer does meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import peewee
import psycopg
import pytest

from server.domain.errors import Bug, Conflict, Full, JunctionError, Later
from server.store import database


class Marker(database.Model):
    """A row of the table under test, for queries built by peewee."""

    id = peewee.TextField(primary_key=True)

    class Meta:
        """The table has another name than the class."""

        table_name = "things"


@pytest.fixture(scope="module")
def server_url(fresh_postgres: Callable[[], str]) -> str:
    """Return the address of a PostgreSQL database for the tests of this file."""
    return fresh_postgres()


@pytest.fixture
def things(database_kind: str, request: pytest.FixtureRequest) -> object:
    """Open each kind of database with one table."""
    return request.getfixturevalue("file" if database_kind == "sqlite" else "server")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Open a SQLite file with one table, and yield its path."""
    path = tmp_path / "junction.sqlite3"
    for _ in opened(f"sqlite:///{path}"):
        yield path


@pytest.fixture
def server(server_url: str) -> Iterator[str]:
    """Open a PostgreSQL database with one table, and yield its address."""
    yield from opened(server_url)


def opened(url: str) -> Iterator[str]:
    database.forget_statements()
    database.open_database(url)
    database.execute("DROP TABLE IF EXISTS things")
    database.execute("CREATE TABLE things (id TEXT PRIMARY KEY, size BIGINT NOT NULL DEFAULT 0)")
    yield url
    database.close()
    database.forget_statements()


def add(name: str) -> str:
    database.execute("INSERT INTO things (id) VALUES (?)", (name,))
    return name


def add_all(*names: str) -> None:
    for name in names:
        add(name)


def names() -> list[str]:
    return [row[0] for row in database.rows("SELECT id FROM things ORDER BY id")]


def elsewhere(job: Callable[[], object]) -> object:
    """Run a job in another thread with a connection of its own."""

    def closing() -> object:
        try:
            return job()
        finally:
            database.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result(10)


def refused(job: Callable[[], object]) -> str:
    with pytest.raises(JunctionError) as error:
        job()
    return error.value.stable_code


def test_rows_are_seen_elsewhere_once_they_are_committed(things: object) -> None:
    with database.transaction():
        add("a")
        assert names() == ["a"]
        assert elsewhere(names) == []
    assert elsewhere(names) == ["a"]


def test_an_error_undoes_everything_and_lets_the_next_one_write(things: object) -> None:
    def half() -> None:
        with database.transaction():
            add("a")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        half()
    assert (names(), database.in_transaction()) == ([], False)
    with database.transaction():
        add("b")
    assert elsewhere(names) == ["b"]


def test_a_nested_transaction_is_a_part_of_the_outer_one(things: object) -> None:
    def inner() -> None:
        with database.transaction():
            add("inner")

    def both() -> None:
        with database.transaction():
            inner()
            assert database.in_transaction()
            raise ValueError

    with pytest.raises(ValueError):
        both()
    assert names() == []


def test_hooks_wait_for_the_commit_and_run_once(things: object) -> None:
    called: list[str] = []

    def hook() -> None:
        called.append(f"in {database.in_transaction()}, sees {elsewhere(names)}")

    with database.transaction():
        add("a")
        database.after_commit(hook)
        with database.transaction():
            database.after_commit(hook)
        assert called == []
    assert called == ["in False, sees ['a']"]


def test_hooks_of_what_was_undone_never_run(things: object) -> None:
    called: list[str] = []

    def promise(name: str) -> None:
        database.after_commit(lambda: called.append(name))

    def fail() -> None:
        promise("failed")
        raise ValueError

    with pytest.raises(ValueError), database.transaction():
        fail()
    with database.transaction():
        with pytest.raises(ValueError), database.savepoint():
            fail()
        promise("kept")
    assert called == ["kept"]


def test_a_hook_outside_a_transaction_runs_at_once(things: object) -> None:
    called: list[int] = []
    database.after_commit(lambda: called.append(1))
    assert called == [1]


def test_a_hook_may_write_by_itself(things: object) -> None:
    def hook() -> None:
        with database.transaction():
            add("b")

    with database.transaction():
        add("a")
        database.after_commit(hook)
    assert names() == ["a", "b"]


def test_a_savepoint_undoes_only_its_own(things: object) -> None:
    with database.transaction():
        add("a")
        with database.savepoint():
            add("b")
            with pytest.raises(Conflict), database.savepoint():
                add_all("c", "a")
        add("d")
    assert names() == ["a", "b", "d"]


def test_a_savepoint_needs_a_transaction(things: object) -> None:
    with pytest.raises(Bug), database.savepoint():
        add("a")
    assert names() == []


def test_a_transaction_is_the_business_of_its_thread_alone(things: object) -> None:
    with database.transaction():
        assert elsewhere(database.in_transaction) is False


def test_writers_in_many_threads_all_commit(things: object) -> None:
    def write(number: int) -> None:
        with database.transaction():
            found = database.row("SELECT COUNT(*) FROM things")
            assert found is not None
            add(f"{number:03d}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: elsewhere(lambda: write(number)), range(40)))
    assert len(names()) == 40


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO things (id) VALUES (?)", "INSERT INTO things (id, size) VALUES (?, 1) ON CONFLICT (size) DO NOTHING"],
    ids=["repeats a key", "is broken"],
)
def test_only_what_repeats_something_is_a_conflict(things: object, statement: str) -> None:
    add("a")
    with pytest.raises(Exception) as error:
        database.execute(statement, ("a",))
    assert isinstance(error.value, Conflict) is ("size" not in statement)


def test_a_missing_value_is_a_mistake_of_ours_and_no_conflict(things: object) -> None:
    with pytest.raises(Exception) as error:
        database.execute("INSERT INTO things (id, size) VALUES ('a', NULL)")
    assert not isinstance(error.value, JunctionError)


def test_queries_built_by_models_fail_in_the_same_way(things: object) -> None:
    Marker.insert(id="a").execute()
    assert refused(lambda: Marker.insert(id="a").execute()) == "not_unique"
    database.execute("DROP TABLE things")
    with pytest.raises(Exception) as error:
        Marker.select().count()
    assert not isinstance(error.value, JunctionError), "a missing table is no lost connection"


def test_many_rows_fail_together_with_the_same_errors(things: object) -> None:
    def twice() -> None:
        with database.transaction():
            database.run_many("INSERT INTO things (id) VALUES (?)", [("a",), ("b",), ("a",)])

    assert refused(twice) == "not_unique"
    assert names() == []
    database.run_many("INSERT INTO things (id) VALUES (?)", [])
    with database.transaction():
        database.run_many("INSERT INTO things (id) VALUES (?)", [("a",), ("b",)])
    assert names() == ["a", "b"]


def test_percent_signs_and_marks_mean_the_same_on_both(things: object) -> None:
    add("100%")
    assert database.rows("SELECT id FROM things WHERE id LIKE '%0\\%' ESCAPE '\\' AND id = ?", ("100%",)) == [("100%",)]
    assert database.run("UPDATE things SET size = 1 WHERE size % 2 = 0") == 1
    assert database.row("SELECT id FROM things WHERE id = ?", ("none",)) is None


def test_translations_do_not_gather_without_end(things: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_MOST_TRANSLATED", 10)
    for number in range(50):
        database.row(f"SELECT {number}")
    assert len(database._translated) <= 10


def test_an_unknown_scheme_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'mysql' is not a database"):
        database.open_database("mysql://localhost/junction")


def test_letters_of_every_language_are_lowered_on_sqlite(file: Path) -> None:
    assert database.row("SELECT unicode_lower('ÅÄÖ'), unicode_lower(NULL)") == ("åäö", None)


def test_acknowledged_writes_are_synced_unless_a_thread_says_otherwise(file: Path) -> None:
    def level() -> object:
        return database.row("PRAGMA synchronous")

    def relaxed() -> object:
        database.relax()
        return level()

    assert (level(), elsewhere(relaxed), level()) == ((2,), (1,), (2,))
    assert database.row("PRAGMA journal_mode") == ("wal",)


def test_a_database_locked_by_another_process_is_a_matter_of_later(file: Path) -> None:
    database.execute("PRAGMA busy_timeout = 20")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refused(database.begin) == "database_busy"
        other.execute("ROLLBACK")
    other.close()
    with database.transaction():
        add("a")
    assert names() == ["a"]


def fill_up() -> None:
    """Let the file grow no more, and write until it would have to."""
    found = database.row("PRAGMA page_count")
    assert found is not None
    database.execute(f"PRAGMA max_page_count = {found[0] + 3}")
    for number in range(100):
        add(f"{number:03d}" + "x" * 2000)


def make_room() -> None:
    database.execute("PRAGMA max_page_count = 100000")


def test_a_full_disk_is_said_and_undoes_the_transaction(file: Path) -> None:
    with pytest.raises(Full), database.transaction():
        fill_up()
    make_room()
    assert names() == []
    with database.transaction():
        add("b")
    assert names() == ["b"]


def test_nothing_is_committed_after_a_full_disk_ended_the_transaction(file: Path) -> None:
    def goes_on() -> None:
        with database.transaction():
            add("a")
            with pytest.raises(Full), database.savepoint():
                fill_up()
            make_room()
            assert refused(lambda: database.savepoint().__enter__()) == "transaction_undone"

    assert refused(goes_on) == "transaction_undone"
    assert names() == []


def test_postgresql_never_takes_a_rollback_for_a_commit(server: str) -> None:
    called: list[int] = []

    def caught() -> None:
        with database.transaction():
            add("a")
            database.after_commit(lambda: called.append(1))
            with pytest.raises(Conflict):
                add("a")

    with pytest.raises(Bug):
        caught()
    assert (names(), called, database.in_transaction()) == ([], [], False)
    with database.transaction():
        add("b")
    assert names() == ["b"]


def end_connections(url: str) -> None:
    """End every other connection to a database, as a restart of the server does."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


def test_reads_and_new_transactions_survive_a_restart_of_the_server(server: str) -> None:
    end_connections(server)
    assert names() == []
    end_connections(server)
    with database.transaction():
        add("a")
    assert names() == ["a"]


def test_a_write_that_may_have_happened_is_not_repeated_by_itself(server: str) -> None:
    end_connections(server)
    assert refused(lambda: add("a")) == "database_unreachable"
    add("a")


@pytest.mark.parametrize("when", ["before a statement", "before the commit", "inside a savepoint"])
def test_a_connection_lost_within_a_transaction_loses_all_of_it(server: str, when: str) -> None:
    def lost() -> None:
        with database.transaction():
            add("a")
            if when == "inside a savepoint":
                with database.savepoint():
                    end_connections(server)
                    add("b")
            end_connections(server)
            if when == "before a statement":
                add("b")

    assert refused(lost) == "database_unreachable"
    assert (names(), database.in_transaction()) == ([], False)
    with database.transaction():
        add("c")
    assert names() == ["c"]


def test_a_server_that_is_not_there_is_a_matter_of_later() -> None:
    database.open_database("postgresql://nobody@127.0.0.1:1/junction?connect_timeout=1")
    database.forget_statements()
    assert refused(lambda: database.row("SELECT 1")) == "database_unreachable"
    assert refused(database.begin) == "database_unreachable"
    assert refused(lambda: database.run_many("SELECT ?", [(1,)])) == "database_unreachable"
    database.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.DiskFull("could not extend file"), Full),
        (psycopg.errors.DeadlockDetected("deadlock detected"), Later),
        (psycopg.errors.SerializationFailure("could not serialize"), Later),
        (psycopg.errors.TooManyConnections("sorry, too many clients"), Later),
        (psycopg.errors.UniqueViolation("doppelter Schlüsselwert"), Conflict),
        (psycopg.errors.NotNullViolation("null value"), psycopg.errors.NotNullViolation),
        (psycopg.errors.QueryCanceled("statement timeout"), psycopg.errors.QueryCanceled),
        (psycopg.errors.UndefinedTable("no such table"), psycopg.errors.UndefinedTable),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_the_servers_errors_are_told_by_their_codes(server: str, error: Exception, kind: type[Exception]) -> None:
    assert type(database.meaning(error)) is kind


def test_one_process_migrates_at_a_time(things: object) -> None:
    order: list[str] = []
    inside = threading.Event()

    def first() -> None:
        with database.exclusive():
            inside.set()
            order.append("first in")
            threading.Event().wait(0.1)
            order.append("first out")

    def second() -> None:
        inside.wait(5)
        with database.exclusive():
            order.append("second in")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(elsewhere, first), pool.submit(elsewhere, second)]:
            done.result(10)
    assert order == ["first in", "first out", "second in"]


def test_a_migration_that_fails_on_sqlite_leaves_nothing_and_locks_nothing(file: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), database.exclusive():
        database.db.execute_sql("CREATE TABLE half (id TEXT)").execute("nonsense")
    assert not database.db.table_exists("half")
    with sqlite3.connect(file, timeout=0.1, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    other.close()
