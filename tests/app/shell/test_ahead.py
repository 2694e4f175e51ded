"""Ahead: the tabs of a page are there before somebody looks at them, and so is a page on whose name the pointer rests."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.shell.ahead import Ahead
from app.shell.window import Window
from tests.app.stage import settled


def built(console: Window, key: str) -> int:
    """Return how many views of a page there are."""
    assert console.workspace is not None
    return len(console.workspace.page(key).built)


def test_the_tabs_of_the_page_that_is_looked_at_are_built_one_by_one(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    console.workspace.go("keys")
    settled(qtbot, console.jobs)
    assert built(console, "keys") == 1
    qtbot.waitUntil(lambda: built(console, "keys") == 2)
    first, second = console.workspace.page("keys").built
    assert first.isVisible()
    assert not second.isVisible()
    console.workspace.page("keys").choose(1)
    assert second.isVisible()
    assert not first.isVisible()


def test_a_page_is_built_while_the_pointer_rests_on_its_name(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    QApplication.sendEvent(console.workspace.rail.buttons["tiers"], QEvent(QEvent.Type.Enter))
    qtbot.waitUntil(lambda: built(console, "tiers") == 1)
    assert console.workspace.current == "overview"


def test_nothing_is_built_while_an_answer_is_awaited(qapp: QApplication, jobs: Jobs, console: Window) -> None:
    assert console.workspace is not None
    jobs.run(lambda cancellation: cancellation.sleep(60), lambda _: None, lambda _: None, "busy")
    ahead = Ahead(console, jobs, console.workspace.page)
    ahead.stay("users")
    ahead.step()
    assert built(console, "users") == 0
    ahead.stop()
