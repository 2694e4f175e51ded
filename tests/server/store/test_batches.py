"""Jobs that share a commit: all of them durable together, none seen before, and none harmed by another."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.domain.errors import Full
from server.store import database
from server.store.batches import Batch
from tests.server.store.test_database import add, elsewhere, file, fill_up, names, refused

__all__ = ["file"]


@pytest.fixture
def batch(file: Path) -> Iterator[Batch]:
    """Yield a batch on an open SQLite file."""
    found = Batch()
    yield found
    found.close()


def test_a_batch_commits_its_jobs_together_and_nobody_sees_them_before(batch: Batch) -> None:
    batch.begin()
    assert [batch.run(lambda: add("a")), batch.run(lambda: add("b"))] == ["a", "b"]
    assert (names(), elsewhere(names), database.in_transaction()) == ([], [], False)
    batch.commit()
    assert (names(), elsewhere(names)) == (["a", "b"], ["a", "b"])


def test_a_job_that_fails_leaves_nothing_and_harms_no_other(batch: Batch) -> None:
    def half() -> None:
        with database.transaction():
            add("b")
        raise ValueError

    batch.begin()
    batch.run(lambda: add("a"))
    with pytest.raises(ValueError):
        batch.run(half)
    assert refused(lambda: batch.run(lambda: add("a"))) == "not_unique"
    batch.run(lambda: add("c"))
    batch.commit()
    assert names() == ["a", "c"]


def test_a_batch_runs_the_hooks_of_what_succeeded_once_when_it_is_finished(batch: Batch) -> None:
    called: list[str] = []

    def kept() -> None:
        called.append("kept")

    def fails() -> None:
        database.after_commit(lambda: called.append("failed"))
        raise ValueError

    batch.begin()
    for _ in range(3):
        batch.run(lambda: database.after_commit(kept))
    with pytest.raises(ValueError):
        batch.run(fails)
    batch.commit()
    assert called == []
    batch.finish()
    assert called == ["kept"]


def test_a_batch_holds_up_other_writers_only_until_it_commits(batch: Batch) -> None:
    written = threading.Event()

    def write() -> None:
        with database.transaction():
            add("z")
        written.set()

    batch.begin()
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(elsewhere, write)
        batch.run(lambda: add("a"))
        assert not written.wait(0.1)
        batch.commit()
        other.result(10)
    assert names() == ["a", "z"]


def test_a_batch_that_cannot_begin_lets_the_next_one_try(batch: Batch, file: Path) -> None:
    batch._connection.execute("PRAGMA busy_timeout = 20")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refused(batch.begin) == "database_busy"
        other.execute("ROLLBACK")
    other.close()
    batch.begin()
    batch.run(lambda: add("a"))
    batch.commit()
    assert names() == ["a"]


def test_a_batch_that_a_full_disk_ended_commits_nothing_of_any_job(batch: Batch) -> None:
    batch.begin()
    batch.run(lambda: add("a"))
    with pytest.raises(Full):
        batch.run(fill_up)
    batch._connection.execute("PRAGMA max_page_count = 100000")
    assert refused(lambda: batch.run(lambda: add("b"))) == "transaction_undone"
    assert refused(batch.commit) == "transaction_undone"
    assert names() == []
    batch.begin()
    batch.run(lambda: add("c"))
    batch.commit()
    assert names() == ["c"]


def test_a_batch_whose_commit_fails_leaves_nothing_and_runs_no_hook(batch: Batch) -> None:
    called: list[int] = []
    batch._connection.execute("PRAGMA foreign_keys = ON")
    batch._connection.execute("CREATE TABLE parts (thing TEXT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)")

    def orphan() -> None:
        database.execute("INSERT INTO parts (thing) VALUES ('nowhere')")
        database.after_commit(lambda: called.append(1))

    batch.begin()
    batch.run(lambda: add("a"))
    batch.run(orphan)
    with pytest.raises(sqlite3.IntegrityError):
        batch.commit()
    batch.finish()
    assert (names(), called) == ([], [])
    batch.begin()
    batch.commit()
