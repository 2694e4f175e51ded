"""Toasts: they go by themselves, stay at their edge, and their act can be chosen once."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.theme.look import Look
from app.widgets.toasts import Toasts


def test_a_toast_goes_by_itself_and_its_act_takes_it_at_once(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    toasts, done = Toasts(look, window), []
    toasts.say("Kept", seconds=0.05)
    undo = toasts.say("Deleted", acts={"Undo": lambda: done.append("undone")})
    assert toasts.texts == ["Kept", "Deleted"]
    qtbot.waitUntil(lambda: toasts.texts == ["Deleted"])
    undo.buttons[0].click()
    assert (toasts.texts, done) == ([], ["undone"])


def test_toasts_stay_inside_when_the_window_shrinks(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    toast = Toasts(look, window).say("Here", "danger")
    window.resize(600, 400)
    assert window.rect().contains(toast.geometry())
