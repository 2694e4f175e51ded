"""Locking by itself: after so long without a touch, counted from the last one in any window."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.client import api
from app.client.api import Api
from app.client.errors import refusal
from app.client.transport import Transport
from app.jobs.pool import Jobs
from app.shell.connecting import Session
from app.shell.locking import Curtain, Idle, LockScene
from app.system.profiles import Profile
from app.theme.look import Look
from app.widgets.dialogs import Dialog
from tests.app.stage import settled


def shown(qtbot: QtBot) -> QLineEdit:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    qtbot.waitUntil(line.isActiveWindow)
    return line


def test_nobody_there_is_said_once(qtbot: QtBot, qapp: QApplication) -> None:
    said: list[str] = []
    idle = Idle(qapp, 0.05 / 60, lambda: said.append("idle"))
    qtbot.waitUntil(lambda: said == ["idle"])
    qtbot.wait(200)
    assert said == ["idle"], "four times the time that it takes to be said"
    idle.deleteLater()


def test_a_key_in_a_window_that_came_later_begins_the_count_again(qtbot: QtBot, qapp: QApplication) -> None:
    idle = Idle(qapp, 1, lambda: None)
    line = shown(qtbot)
    qtbot.waitUntil(lambda: idle.seconds_left < 59.9)
    # As the platform does it: a key comes to the window, which hands it to the widget.
    QApplication.sendEvent(line.windowHandle(), QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    assert idle.seconds_left > 59.9
    idle.deleteLater()


def test_who_wants_no_lock_has_none(qtbot: QtBot, qapp: QApplication) -> None:
    idle = Idle(qapp, 0, lambda: None)
    assert idle.seconds_left < 0
    idle.deleteLater()


def test_a_code_is_asked_for_with_the_password_kept_and_return_sends_it(
    qtbot: QtBot, look: Look, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signed_in(transport: Transport, email: str, password: str, totp: str, *_: Any) -> None:
        if totp != "123456":
            raise refusal(401, {"code": "invalid_totp" if totp else "totp_required", "detail": "Give `totp`."})
        transport.token = f"{email} {password}"

    monkeypatch.setattr(api, "sign_in", signed_in)
    session, opened = Session(Api(Transport("http://127.0.0.1:1")), Profile(""), {"user": {"email": "ada@example.com"}}), list[None]()
    scene = LockScene(look, jobs, session, lambda: opened.append(None), lambda: None)
    qtbot.addWidget(scene)
    scene.show()
    scene.line.setText("right")
    qtbot.keyClick(scene.line, Qt.Key.Key_Return)
    settled(qtbot, jobs)
    assert (scene.line.text(), scene.fault.text()) == ("right", "The code of your authenticator app is needed as well.")
    for code in ("000000", "123456"):
        assert (scene.totp.text(), opened) == ("", [])
        scene.totp.setText(code)
        qtbot.keyClick(scene.totp, Qt.Key.Key_Return)
        settled(qtbot, jobs)
    assert (len(opened), session.api.transport.token) == (1, "ada@example.com right")


def test_behind_the_lock_no_dialog_is_seen_and_afterwards_each_is_where_it_was(qtbot: QtBot, qapp: QApplication) -> None:
    outer, inner, late = (Dialog(None, title) for title in ("form", "its question", "a job that ended meanwhile"))
    for dialog in (outer, inner, late):
        qtbot.addWidget(dialog)
    curtain = Curtain(qapp)
    outer.open()
    inner.open()
    curtain.draw()
    assert QApplication.activeModalWidget() is None
    late.open()
    qtbot.waitUntil(lambda: not late.isVisible())
    curtain.lift()
    assert QApplication.activeModalWidget() is inner
    assert [outer.isVisible(), late.isVisible()] == [True, False]
    inner.accept()
    outer.accept()
    qtbot.waitUntil(late.isVisible)
    curtain.draw()
    curtain.drop()
    assert QApplication.activeModalWidget() is None
    curtain.deleteLater()
