"""One console per user: the second calls the first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main.single import Single


def test_a_second_start_calls_the_first(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    first, calls = Single(tmp_path), list[None]()
    assert not first.call()
    first.hold(lambda: calls.append(None))
    assert Single(tmp_path).call()
    qtbot.waitUntil(lambda: len(calls) == 1)
    assert not Single(tmp_path / "another").call()
    first.close()
