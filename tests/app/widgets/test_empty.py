"""What stands where there is nothing: words, and buttons that somebody has a use for."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.theme.look import Look
from app.widgets.empty import Empty


def test_it_says_why_there_is_nothing_and_hides_its_buttons_at_first(qtbot: QtBot, look: Look) -> None:
    button = QPushButton("New webhook")
    void = Empty(look, "inbox", button)
    qtbot.addWidget(void)
    void.say("No webhook yet.")
    void.show()
    assert void.words.text() == "No webhook yet."
    assert not button.isVisible()
    button.show()
    assert button.isVisible()
