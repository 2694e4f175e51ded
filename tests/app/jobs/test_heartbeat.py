"""The heartbeat: it sees what held the UI thread up."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.jobs.heartbeat import Heartbeat, percentile
from app.pages.overview import Rates, Reading
from app.pages.overview_view import Overview
from app.shell.window import Window
from app.widgets.table import Table
from tests.app.stage import settled
from tests.pace import best

READING = Reading(1.0, 100, 0, 10, 0, 5, 1, 0, 0, 1)


@pytest.mark.criterion("desktop-4")
def test_what_held_the_thread_up_is_named(qtbot: QtBot, qapp: QApplication) -> None:
    heart = Heartbeat()
    heart.start()
    QTimer.singleShot(10, hold_up)
    qtbot.waitUntil(lambda: bool(heart.gaps) and max(heart.gaps) > 0.1)
    heart.stop()
    assert any("hold_up" in stack for stack in heart.stacks)


def hold_up() -> None:
    time.sleep(0.15)  # what a request on the UI thread would do


def test_a_percentile_is_not_exceeded_by_that_share() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([], 0.99) == 0
    assert percentile(list(range(100)), 0.99) == 99


@pytest.mark.alone
def test_a_tour_with_requests_charts_and_scrolling_holds_nothing_up_for_long(qtbot: QtBot, console: Window, figure: Callable[[str], None]) -> None:
    assert console.workspace is not None
    overview = console.workspace.page("overview").view
    assert isinstance(overview, Overview)
    console.workspace.go("records")
    settled(qtbot, console.jobs)
    table = console.workspace.page("records").view.findChildren(Table)[0]
    api, hearts = console.workspace.context.api, []

    def tour() -> float:
        hearts.append(Heartbeat())
        hearts[-1].start()
        for turn in range(80):
            console.jobs.run(lambda cancellation: api.page("/contacts", cancellation=cancellation), lambda _: None, lambda _: None)
            overview.show_numbers(READING, Rates(turn, 1, turn * 2, 1, 5))
            table.verticalScrollBar().setValue(turn * 40)
            qtbot.wait(25)
        hearts[-1].stop()
        return percentile(hearts[-1].gaps, 0.9)

    held_up, gaps = best(tour, 0.05), hearts[-1].gaps
    figure(f"p99 {percentile(gaps, 0.99) * 1000:.1f} ms, longest {max(gaps) * 1000:.0f} ms over {sum(gaps):.1f} s")
    assert held_up <= 0.05
