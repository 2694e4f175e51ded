"""Languages of the whole console: the words and the direction of an open window change at once, and one stays where one was."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.shell.speaking import speak
from app.shell.window import Window
from tests.app.stage import settled


def test_another_language_is_spoken_at_once_and_one_stays_where_one_was(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    tenant = console.workspace.bar.place[0]
    console.workspace.go("tiers")
    choose(console, "ar")
    settled(qtbot, console.jobs)
    try:
        assert (console.workspace.current, console.workspace.bar.place[0]) == ("tiers", tenant)
        assert console.workspace.rail.x() > console.width() / 2
        assert "Rate-limit tiers" not in [label.text() for label in console.findChildren(QLabel)]
        assert console.sign_in.button.text() != "Sign in"
    finally:
        choose(console, "en")
    assert console.workspace.rail.x() == 0
    assert console.sign_in.button.text() == "Sign in"


def test_other_keys_and_another_time_until_it_locks_hold_at_once(qtbot: QtBot, console: Window) -> None:
    console.activateWindow()
    chosen = replace(console.saved.preferences, shortcuts={"page_2": "Ctrl+G"}, lock_minutes=3)
    console.choose(chosen)
    qtbot.keyClick(console, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert console.workspace is not None
    assert console.workspace.current == console.pages[1].key
    assert 170 < console.idle.seconds_left <= 180
    console.choose(replace(chosen, lock_minutes=0))
    assert console.idle.seconds_left < 0


def choose(console: Window, language: str) -> None:
    """Prefer a language."""
    console.choose(replace(console.saved.preferences, language=language))


def test_the_direction_follows_the_language() -> None:
    speak("ar")
    assert QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    speak("en")
    assert QGuiApplication.layoutDirection() == Qt.LayoutDirection.LeftToRight
