"""What recurs: each task at its time, none twice at once, and a failing one spoils no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.services import job_folders, storages
from server.store import marks
from server.system import settings
from server.system.settings import Settings
from server.worker.schedule import TASKS, Schedule, Task
from tests.pace import until

Start = Callable[..., Schedule]


@pytest.fixture
def ours(opened: str, tmp_path: Path) -> Settings:
    """Return settings for a worker of the opened database."""
    job_folders.install(tmp_path)
    found = settings.load(tmp_path, environ={})
    storages.install(found)
    return found


@pytest.fixture
def start(ours: Settings) -> Iterator[Start]:
    """Return a function that starts a schedule; all are stopped at the end."""
    started: list[Schedule] = []

    def begin(*tasks: Task) -> Schedule:
        started.append(Schedule(ours, tasks))
        started[-1].start()
        return started[-1]

    yield begin
    for schedule in started:
        schedule.stop()


def counting(name: str, every: float, **more: object) -> tuple[Task, list[float]]:
    runs: list[float] = []
    return Task(name, every, lambda _settings, _stopping: runs.append(time.monotonic()), **more), runs  # type: ignore[arg-type]


def test_a_task_runs_at_once_and_then_in_its_rhythm(start: Start) -> None:
    rare, once = counting("rare", 3600)
    task, runs = counting("tick", 0.2)
    start(rare, task)
    until(lambda: len(runs) == 5)
    assert len(once) == 1
    assert runs[4] - runs[0] >= 0.7


def test_a_task_that_fails_is_tried_again_and_spoils_no_other(start: Start) -> None:
    failures: list[int] = []

    def fail(*_: object) -> None:
        failures.append(1)
        raise ZeroDivisionError

    task, runs = counting("tick", 0.1)
    start(Task("broken", 0.1, fail), task)
    until(lambda: min(len(failures), len(runs)) >= 3, why=lambda: (failures, runs))


def test_a_task_that_takes_long_is_not_begun_twice_and_holds_up_no_other(start: Start) -> None:
    under_way, most = [0], [0]

    def slow(*_: object) -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.3)
        under_way[0] -= 1

    task, runs = counting("tick", 0.05)
    start(Task("slow", 0.01, slow), task)
    until(lambda: len(runs) > 15)
    assert most == [1]


def test_a_wake_up_runs_what_waits_for_it_now(start: Start) -> None:
    task, runs = counting("mails", 60, woken="mails")
    other, others = counting("other", 60)
    schedule = start(task, other)
    until(lambda: (len(runs), len(others)) == (1, 1))
    schedule.wake("mails")
    until(lambda: len(runs) == 2)
    assert len(others) == 1


def test_a_task_for_one_worker_of_all_is_begun_by_one(start: Start) -> None:
    first, ones = counting("retention", 3600, once=True)
    second, twos = counting("retention", 3600, once=True)
    start(first)
    start(second)
    time.sleep(0.6)
    assert len(ones) + len(twos) == 1


def test_stopping_tells_a_long_task_and_waits_for_it(ours: Settings) -> None:
    began, heard = threading.Event(), threading.Event()

    def long(_settings: Settings, stopping: Callable[[], bool]) -> None:
        began.set()
        while not stopping():
            time.sleep(0.01)
        heard.set()

    schedule = Schedule(ours, [Task("long", 60, long)])
    schedule.start()
    assert began.wait(5)
    schedule.stop()
    assert heard.is_set()


def test_every_task_of_the_table_runs_on_an_empty_appliance(ours: Settings) -> None:
    for task in TASKS:
        task.run(ours, lambda: False)
    assert marks.beginning("worker.") != {}, "a sign of life"
