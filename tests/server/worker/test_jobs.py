"""The threads that do jobs: they wake, keep leases, and give back what they cannot finish."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import jobs
from server.services.jobs import Progress
from server.worker import jobs as worker_jobs
from server.worker.jobs import JobRunner
from tests.pace import until

Start = Callable[..., JobRunner]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts a runner of `import` jobs; it is stopped at the end."""
    runners: list[JobRunner] = []

    def started(function: Callable[..., Any], *, threads: int = 2, lease_ms: int = 30_000, per_line: int | None = None) -> JobRunner:
        runners.append(JobRunner({"import": function}, threads=threads, lease_ms=lease_ms, per_line=per_line))
        runners[-1].start()
        return runners[-1]

    yield started
    for runner in runners:
        runner.stop()


def state(actor: Actor, job_id: str) -> str:
    return str(jobs.get(actor, job_id)["state"])


def test_a_woken_runner_does_a_job_at_once(alice: Actor, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_jobs, "_LOOK_EVERY_SECONDS", 600.0)
    looked = threading.Event()
    take = jobs.take

    def looking(*given: Any) -> Any:
        found = take(*given)
        looked.set()
        return found

    monkeypatch.setattr(jobs, "take", looking)
    runner = start(lambda *_: {"fine": True})
    assert looked.wait(30)
    begun = jobs.create(alice, "import", {})
    assert state(alice, begun["id"]) == "pending", "it looks again in ten minutes"
    runner.wake()
    until(lambda: state(alice, begun["id"]) == "completed")


@pytest.mark.criterion("connectors-23")
def test_a_vendor_that_hangs_holds_up_its_own_line_and_no_other(alice: Actor, start: Start) -> None:
    answered, asked = threading.Event(), []

    def ask(_actor: Actor, work: dict[str, Any], _progress: Progress) -> None:
        asked.append(work["vendor"])
        if work["vendor"] == "hangs":
            assert answered.wait(30)

    begun = [jobs.create(alice, "import", {"vendor": vendor}, line=vendor) for vendor in ("hangs",) * 6 + ("well",) * 4]
    runner = start(ask, threads=3, per_line=2)
    until(lambda: asked.count("well") == 4)
    assert asked.count("hangs") == 2
    answered.set()
    runner.wake()
    until(lambda: all(state(alice, one["id"]) == "completed" for one in begun))
    assert asked.count("hangs") == 6


def test_a_runner_that_nobody_wakes_looks_by_itself(alice: Actor, start: Start) -> None:
    start(lambda *_: None)
    begun = jobs.create(alice, "import", {})
    until(lambda: state(alice, begun["id"]) == "completed")


def test_a_bug_in_one_job_does_not_stop_the_next(alice: Actor, start: Start) -> None:
    def broken(_actor: Actor, work: dict[str, Any], _progress: Progress) -> None:
        if work["broken"]:
            raise ZeroDivisionError

    runner = start(broken, threads=1)
    first, second = (jobs.create(alice, "import", {"broken": broken}) for broken in (True, False))
    runner.wake()
    until(lambda: state(alice, second["id"]) == "completed")
    assert state(alice, first["id"]) == "failed"


def test_a_long_step_keeps_its_lease_and_no_second_runner_takes_it(alice: Actor, start: Start) -> None:
    begun_by: list[str] = []

    def slow(_actor: Actor, _work: dict[str, Any], progress: Progress) -> None:
        begun_by.append(progress.lease)
        time.sleep(4)

    runners = [start(slow, lease_ms=1_600) for _ in range(2)]
    begun = jobs.create(alice, "import", {})
    for runner in runners:
        runner.wake()
    until(lambda: state(alice, begun["id"]) == "completed")
    assert len(begun_by) == 1


def test_stopping_gives_a_job_back_where_it_last_saved(alice: Actor, start: Start) -> None:
    saved = threading.Event()

    def endless(_actor: Actor, _work: dict[str, Any], progress: Progress) -> None:
        for number in range(10_000):
            progress.save(number, None, {"row": number})
            saved.set()
            time.sleep(0.01)

    begun = jobs.create(alice, "import", {})
    runner = start(endless)
    runner.wake()
    assert saved.wait(10)
    runner.stop()
    assert state(alice, begun["id"]) == "pending"
    job = jobs.take(("import",), "lease_next", 1_000)
    assert job is not None
    assert (job.attempts, "row" in jobs.position_of(job)) == (1, True)
