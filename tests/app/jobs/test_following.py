"""Following: nothing is lost while paused, a broken line goes on after the last thing, and hand-overs are few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.client.cancellation import Cancellation
from app.client.errors import ClientError, Unreachable
from app.jobs.following import Following


@pytest.mark.criterion("desktop-8")
def test_what_comes_while_paused_waits_and_none_is_lost(qtbot: QtBot, qapp: QApplication) -> None:
    def source(last: int | None, cancellation: Cancellation) -> Iterator[int | None]:
        yield from range(2000)
        cancellation.sleep(60)

    arrived: list[int] = []
    following = Following(source, arrived.extend, lambda _: None, QObject(qapp))
    following.paused = True
    following.start()
    qtbot.waitUntil(lambda: following.held == 2000)
    assert arrived == []
    following.paused = False
    qtbot.waitUntil(lambda: arrived == list(range(2000)))
    following.stop()


def test_a_broken_line_goes_on_after_the_last_thing(qtbot: QtBot, qapp: QApplication) -> None:
    asked: list[Any] = []

    def source(last: int | None, cancellation: Cancellation) -> Iterator[int | None]:
        asked.append(last)
        yield 0 if last is None else last + 1
        if last is None:
            raise Unreachable("broken")
        cancellation.sleep(60)

    arrived: list[int] = []
    states: list[ClientError | None] = []
    following = Following(source, arrived.extend, states.append, QObject(qapp))
    following.start()
    qtbot.waitUntil(lambda: arrived == [0, 1])
    following.stop()
    assert asked == [None, 0]
    assert [str(state) for state in states if state] == ["broken"]
