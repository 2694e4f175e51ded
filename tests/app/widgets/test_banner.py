"""Banners: one for each reason."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.widgets.banner import Banners


def test_a_reason_has_one_banner_whose_act_can_be_chosen(qtbot: QtBot) -> None:
    banners, done = Banners(), []
    qtbot.addWidget(banners)
    banners.show()
    banners.say("offline", "Gone")
    banners.say("offline", "Still gone", "danger", "Try", lambda: done.append(1))
    assert banners.reasons == ["offline"]
    qtbot.waitUntil(lambda: [words.text() for words in banners.findChildren(QLabel) if words.isVisible()] == ["Still gone"])
    next(button for button in banners.findChildren(QPushButton) if button.isVisible()).click()
    banners.take("offline")
    assert (banners.reasons, done) == ([], [1])
