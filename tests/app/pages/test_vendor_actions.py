"""Asking a vendor: its form comes of the action's schema, its answer is shown, and the same thing asked again has the same key."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.client.errors import Fault, Invalid, Problem, Unreachable
from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.vendor_actions import READING, TELLING, VendorActions
from app.theme.look import Look
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, listed, settled

ACTION = {
    "name": "send_message",
    "title": "Send a message",
    "given": {"type": "object", "properties": {"text": {"type": "string", "title": "Text"}}, "required": ["text"]},
    "example": {"text": "Hello"},
}


@pytest.fixture
def api() -> ScriptedApi:
    return ScriptedApi({"GET /installations/ins_1/actions": listed(ACTION)})


@pytest.fixture
def wizard(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi) -> VendorActions:
    window = QWidget()
    qtbot.addWidget(window)
    found = VendorActions(Context(api, jobs, look, Toasts(look, window), window), {"id": "ins_1"}, lambda: None)
    found.open()
    settled(qtbot, jobs)
    return found


def test_what_the_vendor_is_told_is_asked_for_and_its_answer_shown(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, wizard: VendorActions) -> None:
    wizard.act.click()
    assert (wizard.step, wizard.form.document()) == (TELLING, {"text": "Hello"})
    api.answers["POST /installations/ins_1/actions/send_message"] = Unreachable("gone")
    wizard.act.click()
    settled(qtbot, jobs)
    assert (wizard.step, wizard.fault.text()) == (TELLING, "gone")
    api.answers["POST /installations/ins_1/actions/send_message"] = {"result": {"ts": "17.4"}}
    wizard.act.click()
    settled(qtbot, jobs)
    assert wizard.step == READING
    assert '"ts": "17.4"' in wizard.findChildren(QPlainTextEdit)[-1].toPlainText()
    asked = [call for call in api.calls if call.method == "POST"]
    assert [call.body for call in asked] == [{"text": "Hello"}] * 2
    assert len({call.headers["Idempotency-Key"] for call in asked}) == 1


def test_a_fault_stands_below_its_field(qtbot: QtBot, jobs: Jobs, api: ScriptedApi, wizard: VendorActions) -> None:
    wizard.act.click()
    api.answers["POST /installations/ins_1/actions/send_message"] = Invalid(Problem(422, detail="No.", faults=(Fault("/text", "Too long."),)))
    wizard.act.click()
    settled(qtbot, jobs)
    assert wizard.form._faults["text"].text() == "Too long."


def test_a_connector_that_knows_nothing_says_so(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    api = ScriptedApi({"/installations/ins_1/actions": listed()})
    wizard = VendorActions(Context(api, jobs, look, Toasts(look, window), window), {"id": "ins_1"}, lambda: None)
    settled(qtbot, jobs)
    assert not wizard.act.isEnabled()
    assert wizard.fault.text()
