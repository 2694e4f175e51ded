"""Time in tests: waiting ends with what is waited for, and what shall be quick counts at its best, so that a busy machine changes no verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0  # seconds; only what never comes costs them
SOON = 5.0  # seconds; for what is promised within one, by a machine that may be held up


def until(condition: Callable[[], object], seconds: float = PATIENCE, why: Callable[[], object] | None = None) -> bool:
    """Wait until a condition holds, and return True. Fails the test, with what `why` then says, when it does not in time."""
    assert within(condition, seconds), why() if why else "waited in vain"
    return True


def awaited(ask: Callable[[], T], good: Callable[[T], object] = bool, seconds: float = PATIENCE) -> T:
    """Ask until the answer is good, and return it. Fails the test, with the last answer, when none is in time."""
    answers = [ask()]

    def found() -> object:
        if not good(answers[-1]):
            answers[:] = [ask()]
        return good(answers[-1])

    until(found, seconds, why=lambda: answers[-1])
    return answers[-1]


def within(condition: Callable[[], object], seconds: float) -> bool:
    """Tell whether a condition comes to hold within some seconds."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return True


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long something takes. `time.thread_time` counts what this thread works, and no waiting."""
    began = clock()
    work()
    return clock() - began


def best(measure: Callable[[], float], most: float, tries: int = 5) -> float:
    """Return the least of several measurements; the first that is no more than `most` is the last."""
    found = measure()
    for _ in range(tries - 1):
        if found <= most:
            break
        found = min(found, measure())
    return found


def quickest(work: Callable[[], object], most: float, tries: int = 5, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how many seconds something takes at its best."""
    return best(lambda: seconds(work, clock), most, tries)


def slowest(works: Mapping[str, Callable[[], object]], most: float) -> tuple[str, float]:
    """Return which of several things takes longest at its best, and how many seconds."""
    took = {name: quickest(work, most) for name, work in works.items()}
    name = max(took, key=lambda one: took[one])
    return name, took[name]
