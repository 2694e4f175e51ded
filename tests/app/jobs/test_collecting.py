"""Garbage: none of it stays, nothing is looked through in mid-frame, and no thread but the UI's lets widgets die."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.jobs import collecting
from app.jobs.collecting import MANY, MOST, Collecting


class Knot:
    """Something that refers to itself, so that only a collector lets it go."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collecting]:
    """Return a collector that has taken over."""
    found = Collecting()
    found.start()
    yield found
    found.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.fixture(params=[Qt.ApplicationState.ApplicationActive])
def state(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody work with the console, or nobody."""

    class Application:
        @staticmethod
        def applicationState() -> Qt.ApplicationState:  # noqa: N802 - Qt's spelling
            found: Qt.ApplicationState = request.param
            return found

    monkeypatch.setattr(collecting, "QGuiApplication", Application)


def knots(count: int) -> tuple[list[Any], weakref.ref[Knot]]:
    """Return so many objects, and one that nobody refers to but itself."""
    return [[place] for place in range(count)], weakref.ref(Knot())


@pytest.mark.usefixtures("state")
def test_what_came_and_went_since_the_last_look_is_collected(collector: Collecting) -> None:
    _kept, gone = knots(MOST // 2)
    assert gone() is not None
    collector.tick()
    assert gone() is None


@pytest.mark.usefixtures("state")
def test_no_look_is_longer_than_what_came_since(collector: Collecting) -> None:
    _kept, _ = knots(MOST * 20)
    collector.tick()  # too much at once is taken for lasting
    more, _ = knots(MOST // 2)
    begun = time.thread_time()
    collector.tick()
    small = time.thread_time() - begun
    begun = time.thread_time()
    collector.sweep()
    assert small < (time.thread_time() - begun) / 4
    assert len(more) == MOST // 2


@pytest.mark.parametrize("state", [Qt.ApplicationState.ApplicationInactive], indirect=True)
@pytest.mark.usefixtures("state")
def test_what_went_after_it_was_taken_for_lasting_is_collected_when_nobody_works_with_the_console(collector: Collecting) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    _kept, _ = knots(MANY * 2)
    collector.tick()
    del knot
    assert gone() is not None
    collector.tick()
    assert gone() is None


def test_no_thread_collects_by_itself(collector: Collecting) -> None:
    assert not gc.isenabled()
