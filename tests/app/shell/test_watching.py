"""The watch: it tells once when the appliance is gone, once when it is back, and asks less often meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from app.client.errors import ClientError, Unreachable, Untrusted
from app.shell.watching import INTERVALS_MS, PATIENCE, Watching
from tests.app.stage import HeldJobs, ScriptedApi


@pytest.mark.criterion("desktop-15")
def test_it_tells_when_the_appliance_goes_and_comes() -> None:
    jobs, told, answer = HeldJobs(), list[bool](), list[Any]([True])
    watching = Watching(ScriptedApi(), jobs, told.append)

    def ask(_: Any) -> bool:
        if not answer[0]:
            raise Unreachable("gone")
        return True

    watching._ask = ask  # type: ignore[method-assign, assignment]
    waits = []
    for is_up in (True, False, False, False, True, True):
        answer[0] = is_up
        waits.append(watching.tick())
        jobs.finish_all()
    assert told == [False, True]
    assert max(waits) <= 4000
    assert waits[0] == INTERVALS_MS[0] <= 1000


def test_it_learns_from_other_requests_and_asks_once_at_a_time() -> None:
    jobs, told = HeldJobs(), list[bool]()
    watching = Watching(ScriptedApi(), jobs, told.append)
    watching.tick()
    watching.tick()
    assert len(jobs.waiting) == 1
    watching.note(Unreachable("gone"))
    watching.note(Unreachable("gone"))
    assert told == [False]


@pytest.mark.criterion("desktop-10")
def test_somebody_who_is_not_trusted_is_told_of_and_counts_not_as_silence() -> None:
    jobs, told, doubted = HeldJobs(), list[bool](), list[ClientError]()
    watching = Watching(ScriptedApi(), jobs, told.append, doubted.append)

    def ask(_: Any) -> bool:
        raise Untrusted("Another certificate.")

    watching._ask = ask  # type: ignore[method-assign, assignment]
    watching.tick()
    jobs.finish_all()
    assert (told, [str(error) for error in doubted]) == ([], ["Another certificate."])


@pytest.mark.criterion("desktop-10")
def test_whoever_is_trusted_again_is_told_of_once() -> None:
    jobs, told, answers = HeldJobs(), list[bool](), [Untrusted("Another certificate."), None, None]
    watching = Watching(ScriptedApi(), jobs, told.append)

    def ask(_: Any) -> bool:
        if error := answers.pop(0):
            raise error
        return True

    watching._ask = ask  # type: ignore[method-assign, assignment]
    for _ in range(3):
        watching.tick()
        jobs.finish_all()
    assert told == [True]


@pytest.mark.criterion("desktop-15")
def test_silence_is_told_within_two_seconds_at_worst() -> None:
    assert INTERVALS_MS[0] / 1000 + sum(PATIENCE.waits) < 2
