"""The heartbeat: it sees what held the UI thread up."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.jobs.heartbeat import Heartbeat, percentile


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
