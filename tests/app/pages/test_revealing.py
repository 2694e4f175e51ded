"""Encrypted fields in the console: a mask until it is asked for, then the value for half a minute, and copied so that histories leave it out."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.client.errors import Forbidden, Problem
from app.jobs.pool import Jobs
from app.pages import revealing as module
from app.pages.context import Context
from app.pages.records import CONTACTS
from app.pages.revealing import Revealing, encrypted
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, settled

RECORD: dict[str, Any] = {"id": "con_1", "object": "contact", "first_name": "Ada", "custom": {"pan": "••••1234", "code": "••••", "size": "m"}}
PLACE = "POST /contacts/con_1/reveal"
ACTION = next(action for action in CONTACTS.actions if action.key == "reveal")


@pytest.fixture
def api() -> ScriptedApi:
    return ScriptedApi({PLACE: lambda call: {"fields": dict.fromkeys(call.body["fields"], "4111111111111234")}})


@pytest.fixture
def window(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi) -> Revealing:
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ACTION.dialog is not None
    found = ACTION.dialog(Context(api, jobs, look, Toasts(look, parent), parent), RECORD, lambda: None)
    assert isinstance(found, Revealing)
    found.open()
    return found


def test_only_records_with_encrypted_fields_offer_it() -> None:
    assert ACTION.fits(RECORD)
    assert not ACTION.fits({**RECORD, "custom": {"size": "m"}})
    assert encrypted({"id": "obj_1", "code": "••••", "plate": "B-AB 123", "custom": {}}) == {"code": "••••"}


def test_a_value_is_shown_when_it_is_asked_for_and_hides_again(
    qtbot: QtBot, jobs: Jobs, api: ScriptedApi, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN_SECONDS", 0.05)
    parent = QWidget()
    qtbot.addWidget(parent)
    window = Revealing(Context(api, jobs, look, Toasts(look, parent), parent), "/contacts/con_1/reveal", encrypted(RECORD))
    line = window.lines["pan"]
    assert (line.text.text(), line.copy.isEnabled(), api.calls) == ("••••1234", False, [])
    with qtbot.waitSignal(line.timer.timeout):
        line.reveal.click()
        qtbot.waitUntil(lambda: line.text.text() == "4111111111111234")
        assert window.lines["code"].text.text() == "••••"
    assert (line.text.text(), line.reveal.text(), line.copy.isEnabled()) == ("••••1234", "Reveal", False)
    assert [call.body for call in api.calls] == [{"fields": ["pan"]}]


def test_it_can_be_hidden_and_is_forgotten_with_the_window(qtbot: QtBot, jobs: Jobs, window: Revealing) -> None:
    line = window.lines["pan"]
    for leave in (line.reveal.click, window.accept):
        line.reveal.click()
        settled(qtbot, jobs)
        assert (line.text.text(), line.reveal.text(), line.timer.interval()) == ("4111111111111234", "Hide", 30_000)
        leave()
        assert (line.text.text(), line.timer.isActive()) == ("••••1234", False)


def test_a_copy_is_marked_so_that_histories_leave_it_out(qtbot: QtBot, jobs: Jobs, window: Revealing) -> None:
    line = window.lines["pan"]
    line.reveal.click()
    settled(qtbot, jobs)
    line.copy.click()
    clipboard = QGuiApplication.clipboard()
    content = clipboard.mimeData()
    assert (content.text(), content.data("x-kde-passwordManagerHint").data(), line.copy.text()) == ("4111111111111234", b"secret", "Copied")
    clipboard.clear()


def test_who_may_not_is_told_so(qtbot: QtBot, jobs: Jobs, window: Revealing, api: ScriptedApi) -> None:
    api.answers[PLACE] = Forbidden(Problem(403, "insufficient_scope", "This credential lacks the scope 'encrypted:read'."))
    window.lines["pan"].reveal.click()
    settled(qtbot, jobs)
    assert "encrypted:read" in window.fault.text()
    assert window.lines["pan"].text.text() == "••••1234"
