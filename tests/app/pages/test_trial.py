"""A sample for a webhook: it is sent, waited for, and what the receiver answered is shown."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.client.errors import Problem, Refused
from app.jobs.pool import Jobs
from app.pages import trial
from app.pages.context import Context
from app.pages.trial import Trial
from app.theme.look import Look
from app.widgets.inspector import Inspector
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, listed, settled

PLACE = "/webhooks/whk_1/deliveries/dlv_1"
DELIVERY = {"id": "dlv_1", "webhook_id": "whk_1", "event_type": "deal.created", "state": "pending"}
ATTEMPT = {"id": "att_1", "status": 503, "error": None, "duration_ms": 12.5, "address": "203.0.113.7", "started_at": "2026-11-20T08:00:00Z"}
ATTEMPT |= {"request": {"headers": {}, "body": "{}"}, "response": None, "curl": "curl x"}


@pytest.fixture
def api() -> ScriptedApi:
    types = listed({"name": "contact.created"}, {"name": "deal.created"})
    return ScriptedApi({"/event-types": types, "POST /webhooks/whk_1/test": DELIVERY, PLACE: DELIVERY, f"{PLACE}/attempts": listed()})


@pytest.fixture
def window(qtbot: QtBot, look: Look, jobs: Jobs, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> Trial:
    monkeypatch.setattr(trial, "ASK_MS", 1)
    parent = QWidget()
    qtbot.addWidget(parent)
    found = Trial(Context(api, jobs, look, Toasts(look, parent), parent), {"id": "whk_1", "name": "Orders"}, lambda: None)
    found.open()
    settled(qtbot, jobs)
    return found


def words(window: Trial) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel)]


def test_the_answer_is_waited_for_and_can_be_looked_into(qtbot: QtBot, window: Trial, api: ScriptedApi) -> None:
    looks: list[Call] = []

    def attempts(call: Call) -> dict[str, Any]:
        looks.append(call)
        return listed(ATTEMPT) if len(looks) > 2 else listed()

    api.answers[f"{PLACE}/attempts"] = attempts
    window.form.editor("event_type").show("deal.created")
    window.act.click()
    qtbot.waitUntil(lambda: "503" in words(window))
    assert [call.body for call in api.calls if call.method == "POST"] == [{"event_type": "deal.created"}]
    assert window.act.text() == "Send another"
    next(button for button in window.findChildren(QPushButton) if button.text() == "Request and response").click()
    assert window.findChildren(Inspector)


def test_a_webhook_that_is_disabled_says_so_instead_of_waiting(qtbot: QtBot, window: Trial, api: ScriptedApi) -> None:
    api.answers[PLACE] = {**DELIVERY, "state": "held"}
    window.act.click()
    qtbot.waitUntil(lambda: "It is held: the webhook is disabled." in words(window))
    assert window.act.isEnabled()


def test_a_refusal_is_told_and_can_be_tried_again(qtbot: QtBot, jobs: Jobs, window: Trial, api: ScriptedApi) -> None:
    api.answers["POST /webhooks/whk_1/test"] = Refused(Problem(409, detail="Not now."))
    window.act.click()
    settled(qtbot, jobs)
    assert window.fault.text() == "Not now."
    assert window.act.isEnabled()
