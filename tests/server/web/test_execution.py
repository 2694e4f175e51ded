"""The group commit: answers only after the commit, one failing job alone, a failing commit for all."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.errors import Conflict
from server.store import database, marks, schema
from server.web.execution import Execution, GroupCommit
from server.web.routes import Runs


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    database.open_database(f"sqlite:///{tmp_path}/x.sqlite3")
    schema.migrate()
    yield tmp_path / "x.sqlite3"
    database.close()


def committed(path: Path) -> dict[str, str]:
    """Return the marks that another process would see."""
    connection = sqlite3.connect(path)
    try:
        return dict(connection.execute("SELECT name, value FROM marks").fetchall())
    finally:
        connection.close()


def put(name: str) -> Callable[[], bool]:
    """Return a job that writes a mark."""
    return lambda: marks.put(name, "1")


async def test_a_result_comes_only_after_its_commit(path: Path) -> None:
    group = GroupCommit(5)
    seen: list[bool] = []

    async def write(name: str) -> None:
        await group.run(lambda: marks.put(name, "1"))
        seen.append(name in committed(path))

    await asyncio.gather(*(write(f"m{index}") for index in range(40)))
    assert seen == [True] * 40
    await group.close()


@pytest.mark.criterion("webhooks-4")
async def test_writes_that_come_together_share_a_commit_of_at_most_five_milliseconds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = GroupCommit(5)
    commits: list[None] = []
    commit = group._batch.commit

    def counted() -> None:
        commits.append(None)
        commit()

    monkeypatch.setattr(group._batch, "commit", counted)
    await asyncio.gather(*(group.run(put(f"m{index}")) for index in range(30)))
    assert len(commits) < 10
    commits.clear()

    def slow() -> None:
        time.sleep(0.004)

    await asyncio.gather(*(group.run(slow) for _ in range(6)))
    assert len(commits) >= 3
    await group.close()


async def test_a_job_that_fails_leaves_nothing_and_the_others_are_kept(path: Path) -> None:
    group = GroupCommit(5)

    def broken() -> None:
        marks.put("broken", "half")
        raise Conflict("no")

    results = await asyncio.gather(group.run(put("before")), group.run(broken), group.run(put("after")), return_exceptions=True)
    assert isinstance(results[1], Conflict)
    assert (results[0], results[2]) == (True, True)
    assert {name: value for name, value in committed(path).items() if name in {"before", "broken", "after"}} == {"before": "1", "after": "1"}
    await group.close()


async def test_a_commit_that_fails_reaches_every_job_of_the_group_and_the_next_one_works(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = GroupCommit(5)
    commit = group._batch.commit

    def fail() -> None:
        group._batch._connection.execute("ROLLBACK")
        database.write_lock.release()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(group._batch, "commit", fail)
    results: list[Any] = await asyncio.gather(*(group.run(put(f"m{index}")) for index in range(5)), return_exceptions=True)
    assert all(isinstance(one, OSError) for one in results)
    assert committed(path).keys().isdisjoint({f"m{index}" for index in range(5)})
    monkeypatch.setattr(group._batch, "commit", commit)
    assert await group.run(lambda: marks.put("again", "1"))
    assert committed(path)["again"] == "1"
    await group.close()


async def test_hooks_run_after_the_commit_and_not_for_what_failed(path: Path) -> None:
    group = GroupCommit(5)
    heard: list[tuple[str, bool]] = []

    def job(name: str, *, fails: bool) -> None:
        marks.put(name, "1")
        database.after_commit(lambda: heard.append((name, name in committed(path))))
        if fails:
            raise Conflict("no")

    await asyncio.gather(group.run(lambda: job("good", fails=False)), group.run(lambda: job("bad", fails=True)), return_exceptions=True)
    assert heard == [("good", True)]
    await group.close()


async def test_a_reader_never_sees_what_is_not_committed(path: Path) -> None:
    execution = Execution(threads=2, window_ms=5)
    inside: list[str | None] = []

    def write() -> None:
        marks.put("secret", "1")
        inside.append(marks.find("secret"))

    writing = asyncio.ensure_future(execution.run(Runs.WRITE, write))
    assert await execution.run(Runs.READ, lambda: marks.find("secret")) in {None, "1"}
    await writing
    assert inside == ["1"]
    assert await execution.run(Runs.POINT, lambda: marks.find("secret")) == "1"
    await execution.close()


async def test_on_postgresql_every_write_is_its_own_transaction(database_url: str) -> None:
    database.open_database(database_url)
    schema.migrate()
    execution = Execution(threads=4, window_ms=5)

    def broken() -> None:
        marks.put("broken", "1")
        raise Conflict("no")

    results = await asyncio.gather(
        *(execution.run(Runs.WRITE, put(f"m{index}")) for index in range(8)),
        execution.run(Runs.WRITE, broken),
        return_exceptions=True,
    )
    assert sum(one is True for one in results) == 8
    assert len(await execution.run(Runs.READ, lambda: marks.beginning("m"))) == 8
    assert await execution.run(Runs.READ, lambda: marks.find("broken")) is None
    await execution.close()
    database.close()


async def test_what_fails_after_a_commit_takes_no_answer_with_it_and_the_next_group_comes(path: Path) -> None:
    def fail() -> None:
        raise RuntimeError

    def write() -> bool:
        database.after_commit(fail)
        return marks.put("first", "1")

    group = GroupCommit(5)
    assert await asyncio.wait_for(group.run(write), 5)
    assert await asyncio.wait_for(group.run(put("second")), 5)
    assert set(committed(path)) == {"first", "second"}
    await group.close()
