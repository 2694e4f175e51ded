"""The guard: a pair of Python and Qt that aborts is refused, and the one that is installed leaks nothing."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.system import guard

COUNT = 100_000


@pytest.mark.criterion("desktop-1")
@pytest.mark.parametrize(
    ("qt", "python", "refused"),
    [("6.12.0", (3, 11), True), ("6.12.1", (3, 10), True), ("6.11.3", (3, 11), False), ("6.12.0", (3, 12), False), ("6.9.3", (3, 11), False)],
)
def test_only_the_pair_that_aborts_is_refused(qt: str, python: tuple[int, int], refused: bool) -> None:
    assert (guard.refusal(qt, python) is not None) is refused


@pytest.mark.criterion("desktop-1")
def test_what_is_installed_here_may_run() -> None:
    assert guard.refusal() is None


class Sender(QObject):
    sent = Signal(int)


class Empty(QAbstractTableModel):
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own
        return 1

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own
        return 1

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return None


@pytest.mark.criterion("desktop-1")
def test_signals_and_empty_answers_leak_no_reference_to_none() -> None:
    sender, model = Sender(), Empty()
    seen: list[None] = [None]
    sender.sent.connect(lambda _: seen[0])
    index = model.index(0, 0)
    before = sys.getrefcount(None)
    for number in range(COUNT):
        sender.sent.emit(number)
        index.data()
    assert abs(sys.getrefcount(None) - before) < COUNT // 100


@pytest.mark.parametrize(
    ("environ", "platform", "refused"),
    [
        ({}, "linux", True),
        ({"DISPLAY": ":0"}, "linux", False),
        ({"WAYLAND_DISPLAY": "w"}, "linux", False),
        ({}, "darwin", False),
        ({}, "win32", False),
    ],
)
def test_a_computer_without_a_screen_is_told_of(environ: dict[str, str], platform: str, refused: bool) -> None:
    assert (guard.blindness(environ, platform) is not None) is refused
