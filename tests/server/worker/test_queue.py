"""The queue on each of its stores: it wakes quickly, survives the loss of its store, and costs nothing when idle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import psycopg
import pytest
import redis

from server.worker.queue import Queue
from tests.pace import PATIENCE, best, quickest, until


@pytest.fixture(params=["sqlite", "redis", "postgresql"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store of each kind."""
    if request.param == "redis":
        url: str = request.getfixturevalue("redis_url")
        redis.Redis.from_url(url).flushall()
        return url
    if request.param == "postgresql":
        return str(request.getfixturevalue("fresh_postgres")())
    return f"sqlite:///{tmp_path / 'queue.sqlite3'}"


class Worker:
    """A queue that is worked off, and the moments at which it was woken."""

    def __init__(self, url: str) -> None:
        self.woken = threading.Event()
        self.queue = Queue(url)
        self.queue.start({"deliveries": self.woken.set})

    def is_woken(self, seconds: float = 5) -> bool:
        """Tell whether a wake-up comes in time, and forget it."""
        came = self.woken.wait(seconds)
        self.woken.clear()
        return came


@pytest.fixture
def worker(queue_url: str) -> Iterator[Worker]:
    found = Worker(queue_url)
    yield found
    found.queue.stop()


@pytest.fixture
def waker(queue_url: str) -> Iterator[Queue]:
    found = Queue(queue_url)
    yield found
    found.stop()


def wake_until(waker: Queue, worker: Worker, seconds: float = PATIENCE) -> bool:
    """Wake again and again until it is heard, as an API process with traffic does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        waker.wake("deliveries")
        if worker.is_woken(0.25):
            return True
    return False


def test_a_wake_up_reaches_the_worker(worker: Worker, waker: Queue) -> None:
    waker.wake("deliveries")
    assert worker.is_woken()


@pytest.mark.alone
def test_a_wake_up_takes_less_than_fifty_milliseconds_by_the_median(worker: Worker, waker: Queue, figure: Callable[[str], None]) -> None:
    assert wake_until(waker, worker)

    def woken() -> float:
        time.sleep(0.1)
        started = time.monotonic()
        waker.wake("deliveries")
        assert worker.is_woken()
        return time.monotonic() - started

    wait = best(lambda: median(woken() for _ in range(15)), 0.05)
    figure(f"{wait * 1000:.0f} ms from wake to worker")
    assert wait < 0.05


def test_a_hundred_wake_ups_at_once_are_gathered_into_a_few(worker: Worker, waker: Queue) -> None:
    for _ in range(100):
        waker.wake("deliveries")
    assert worker.is_woken()
    assert waker.waiting() <= 8


def test_a_kind_that_nobody_handles_is_passed_over(worker: Worker, waker: Queue) -> None:
    waker.wake("unknown")
    waker.wake("deliveries")
    assert worker.is_woken()


@pytest.mark.criterion("webhooks-3")
def test_wiping_the_store_under_running_processes_costs_no_restart(worker: Worker, waker: Queue, queue_url: str) -> None:
    assert wake_until(waker, worker)
    wipe(queue_url)
    assert wake_until(waker, worker)


def wipe(url: str) -> None:
    """Take everything away that the queue keeps."""
    if url.startswith("redis"):
        redis.Redis.from_url(url).flushall()
    elif url.startswith("sqlite"):
        for path in Path(url.removeprefix("sqlite:///")).parent.glob("queue.sqlite3*"):
            path.unlink(missing_ok=True)  # SQLite takes its own away when the last process lets go
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            for table in ("kv", "schedule", "task", "counter"):
                connection.execute(f"DROP TABLE huey_{table}".encode())


def test_a_wake_up_without_a_store_is_no_error_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    waker = Queue("redis://127.0.0.1:1/0")
    for _ in range(2):
        waker.wake("deliveries")
        until(lambda: "wake_failed" in caplog.text)
    waker.stop()
    assert caplog.text.count("wake_failed") == 1
    assert "refused" in str(waker.problem())


@pytest.mark.alone
def test_an_idle_worker_costs_next_to_no_processor_time(worker: Worker, figure: Callable[[str], None]) -> None:
    used = quickest(lambda: time.sleep(2), 0.02, clock=time.process_time) / 2
    figure(f"{used * 100:.2f} % of a processor when idle")
    assert used < 0.01
