"""Whose turn it is: a test marked `alone` measures time, so no other test of this checkout runs beside it, in any process.

Every test holds a shared lock while it runs, a lone one the exclusive lock. All pass one gate first, and a lone test keeps
the gate while it waits: without that, two busy workers would never both let go.
"""

from __future__ import annotations

import fcntl
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "build" / "turns"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with turn(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@contextmanager
def turn(*, alone: bool) -> Iterator[None]:
    """Wait until this test may run, and hold its place within the block."""
    with ExitStack() as held:
        with locked(FOLDER / "gate", fcntl.LOCK_EX):
            held.enter_context(locked(FOLDER / "turn", fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        yield


@contextmanager
def locked(path: Path, operation: int) -> Iterator[None]:
    """Hold the file's lock, shared or exclusive, within the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, operation)
        yield
