"""A bell: heard at once, before and after the listener waits, and no error where nobody listens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from server.worker.bells import Bell
from tests.pace import PATIENCE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.bell"


@pytest.fixture
def listener(path: Path) -> Iterator[Bell]:
    bell = Bell(path)
    bell.listen()
    yield bell
    bell.close()


@pytest.fixture
def ringer(path: Path) -> Iterator[Bell]:
    bell = Bell(path)
    yield bell
    bell.close()


def waited(bell: Bell, seconds: float) -> float:
    began = time.monotonic()
    bell.wait(seconds)
    return time.monotonic() - began


def test_a_ring_ends_the_wait(listener: Bell, ringer: Bell) -> None:
    Timer(0.05, ringer.ring).start()
    assert waited(listener, PATIENCE) < PATIENCE


def test_a_ring_that_came_before_the_wait_is_not_lost(listener: Bell, ringer: Bell) -> None:
    ringer.ring()
    assert waited(listener, PATIENCE) < PATIENCE


def test_without_a_ring_the_wait_takes_its_time(listener: Bell) -> None:
    assert waited(listener, 0.05) >= 0.05


def test_who_rings_in_vain_is_heard_as_soon_as_somebody_listens(path: Path, ringer: Bell) -> None:
    ringer.ring()
    for text in ("no port", "1", "99999999"):
        path.write_text(text)
        ringer.ring()
    late = Bell(path)
    late.listen()
    ringer.ring()
    assert waited(late, PATIENCE) < PATIENCE
    late.close()


def test_a_listener_that_came_after_one_that_was_killed_is_heard(path: Path, listener: Bell, ringer: Bell) -> None:
    path.write_text("1")
    later = Bell(path)
    later.listen()
    ringer.ring()
    assert waited(later, PATIENCE) < PATIENCE
    later.close()


def test_a_listener_whose_file_was_deleted_says_again_where_it_is(path: Path, listener: Bell, ringer: Bell) -> None:
    path.unlink()
    listener.listen()
    ringer.ring()
    assert waited(listener, PATIENCE) < PATIENCE
