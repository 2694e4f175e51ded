"""Acting: forms that send what changed, dangerous acts that can be taken back, secrets shown once, nothing done twice."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.client.errors import Fault, Invalid, Problem, Unreachable
from app.jobs.pool import Jobs
from app.models.columns import Column
from app.pages.acting import Acting, changed
from app.pages.context import Context
from app.pages.outcome import OutcomeDialog
from app.pages.specs import Action, Count, Danger, Outcome
from app.theme.look import Look
from app.widgets.dialogs import ConfirmDialog, FormDialog, SecretDialog
from app.widgets.fields import Field
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, listed, settled

NAME = Field("name", "Name", required=True)
ROW = {"id": "key_1", "name": "Shop"}


class Stage:
    """An acting on a window of its own."""

    def __init__(self, qtbot: QtBot, look: Look, jobs: Jobs, *, production: bool = False, grace: float = 10) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(800, 600)
        self.window.show()
        self.api = ScriptedApi()
        self.toasts = Toasts(look, self.window)
        self.done: list[None] = []
        self.acting = Acting(Context(self.api, jobs, look, self.toasts, self.window, production), lambda: self.done.append(None), grace)

    def settle(self) -> None:
        settled(self.qtbot, self.jobs)

    @property
    def asked(self) -> list[str]:
        return [f"{call.method} {call.path}" for call in self.api.calls if call.method != "GET"]


@pytest.fixture
def stage(qtbot: QtBot, look: Look, jobs: Jobs) -> Stage:
    return Stage(qtbot, look, jobs)


def confirmed(stage: Stage, action: Action) -> ConfirmDialog:
    """Begin a dangerous action, wait for its count, and confirm."""
    dialog = stage.acting.start(action, ROW, "Shop")
    assert isinstance(dialog, ConfirmDialog)
    stage.settle()
    return dialog


def test_a_form_sends_its_document_and_shows_the_secret_once(stage: Stage) -> None:
    stage.api.answers["POST /keys"] = {"id": "key_1", "key": "jct_live_key_9"}
    dialog = stage.acting.start(Action("create", "New", "/keys", fields=(NAME,), secret="key", done="Key created"))
    assert isinstance(dialog, FormDialog)
    dialog.form.fill({"name": "Shop"})
    dialog.act.click()
    stage.settle()
    secret = next(iter(stage.window.findChildren(SecretDialog)))
    assert secret.line.text() == "jct_live_key_9"
    assert stage.api.calls[-1].body == {"name": "Shop"}
    assert not dialog.isVisible()
    assert len(stage.done) == 1


@pytest.mark.criterion("desktop-15")
def test_a_form_that_is_sent_again_after_silence_keeps_its_key_and_another_document_has_another(stage: Stage) -> None:
    stage.api.answers["POST /keys"] = Unreachable("gone")
    dialog = stage.acting.start(Action("create", "New", "/keys", fields=(NAME,)))
    assert isinstance(dialog, FormDialog)
    for name in ("Shop", "Shop", "Till"):
        dialog.form.fill({"name": name})
        dialog.act.click()
        stage.settle()
    first, second, third = [call.headers["Idempotency-Key"] for call in stage.api.calls]
    assert first == second != third
    assert dialog.isVisible()
    assert dialog.fault.text() == "gone"


def test_faults_of_the_server_stand_below_their_fields(stage: Stage) -> None:
    stage.api.answers["POST /keys"] = Invalid(Problem(422, detail="No.", faults=(Fault("/name", "Taken."),)))
    dialog = stage.acting.start(Action("create", "New", "/keys", fields=(NAME,)))
    assert isinstance(dialog, FormDialog)
    dialog.form.fill({"name": "Shop"})
    dialog.act.click()
    stage.settle()
    assert dialog.form._faults["name"].text() == "Taken."


def test_editing_sends_only_what_was_changed(stage: Stage) -> None:
    fields = (NAME, Field("title", "Title"), Field("address.city", "City"))
    row = {"id": "con_1", "name": "Ada", "title": "Analyst", "address": {"city": "Berlin"}}
    dialog = stage.acting.start(Action("edit", "Edit", "/contacts/{id}", "PATCH", fields=fields, edits=True), row)
    assert isinstance(dialog, FormDialog)
    dialog.form.fill({"name": "Eve"})
    dialog.act.click()
    stage.settle()
    assert (stage.api.calls[-1].path, stage.api.calls[-1].body) == ("/contacts/con_1", {"name": "Eve"})
    assert changed(fields, row, {"name": "Ada", "address": {"city": "Berlin"}}) == {"title": None}


def test_what_is_replaced_is_sent_whole_and_what_is_nothing_on_both_sides_is_no_change(stage: Stage) -> None:
    fields = (Field("limits", "Limits", "json", required=True), Field("price.amount", "Price"))
    row = {"name": "gold", "limits": [{"requests": 5, "period": "second"}], "price": {"amount": "49.00"}}
    dialog = stage.acting.start(Action("edit", "Edit", "/tiers/{name}", "PUT", fields=fields, edits=True), row, "gold")
    assert isinstance(dialog, FormDialog)
    dialog.form.fill({"price": {"amount": "59.00"}})
    dialog.act.click()
    stage.settle()
    assert stage.api.calls[-1].body == {"limits": row["limits"], "price": {"amount": "59.00"}}
    assert changed(fields, {"limits": [], "price": {"amount": "1", "note": None}}, {"price": {"amount": "1"}}) == {}


DELETE = Action(
    "delete", "Delete", "/keys/{id}", "DELETE", done="Gone", danger=Danger("For good.", (Count("requests", "/logs"), Count("held", "/stats", "held")))
)


@pytest.mark.criterion("desktop-13")
def test_a_dangerous_act_says_what_the_server_counts(stage: Stage) -> None:
    stage.api.answers |= {"/logs": listed({}, {}, cursor="more"), "/stats": {"held": 7}}
    assert "requests: 2+ · held: 7" in confirmed(stage, DELETE).radius.text()


@pytest.mark.criterion("desktop-13")
def test_on_production_the_name_has_to_be_typed(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    stage = Stage(qtbot, look, jobs, production=True)
    stage.api.answers |= {"/logs": listed(), "/stats": {"held": 0}}
    dialog = confirmed(stage, DELETE)
    assert not dialog.act.isEnabled()
    dialog.line.setText("Shop")
    assert dialog.act.isEnabled()


@pytest.mark.criterion("desktop-13")
def test_what_cannot_be_undone_waits_and_can_be_taken_back(stage: Stage) -> None:
    stage.api.answers |= {"/logs": listed(), "/stats": {"held": 0}}
    confirmed(stage, DELETE).act.click()
    assert stage.asked == []
    toast = stage.toasts._shown[0]
    toast.buttons[0].click()
    stage.acting.flush()
    stage.settle()
    assert stage.asked == []


@pytest.mark.criterion("desktop-13")
def test_what_was_not_taken_back_is_done_once(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    stage = Stage(qtbot, look, jobs, grace=0.05)
    stage.api.answers |= {"/logs": listed(), "/stats": {"held": 0}}
    confirmed(stage, DELETE).act.click()
    qtbot.waitUntil(lambda: len(stage.done) == 1)
    stage.acting.flush()
    stage.settle()
    assert stage.asked == ["DELETE /keys/key_1"]


@pytest.mark.criterion("desktop-13")
def test_what_waits_and_what_is_undone_stay_where_they_were_begun(stage: Stage) -> None:
    stage.api.answers |= {"/logs": listed(), "/stats": {"held": 0}}
    confirmed(stage, DELETE).act.click()
    suspend = Action("suspend", "Suspend", "/tenants/{id}/suspend", undo="/tenants/{id}/resume", danger=Danger("Refused."))
    confirmed(stage, suspend).act.click()
    stage.settle()
    elsewhere = ScriptedApi()
    stage.acting._context.api = elsewhere  # what the shell does when another tenant is chosen
    stage.toasts._shown[-1].buttons[0].click()
    stage.acting.flush()
    stage.settle()
    assert stage.asked == ["POST /tenants/key_1/suspend", "POST /tenants/key_1/resume", "DELETE /keys/key_1"]
    assert elsewhere.calls == []


@pytest.mark.criterion("desktop-13")
def test_what_can_be_undone_is_done_at_once_and_undone_on_demand(stage: Stage) -> None:
    action = Action("suspend", "Suspend", "/tenants/{id}/suspend", undo="/tenants/{id}/resume", danger=Danger("Refused."))
    offered, say = list[float](), stage.toasts.say
    stage.toasts.say = lambda text, tone="ok", acts=None, seconds=0.0: (offered.append(seconds), say(text, tone, acts))[1]  # type: ignore[method-assign, func-returns-value]
    confirmed(stage, action).act.click()
    stage.settle()
    assert offered == [10]
    stage.toasts._shown[0].buttons[0].click()
    stage.settle()
    assert stage.asked == ["POST /tenants/key_1/suspend", "POST /tenants/key_1/resume"]


def test_choices_come_from_the_appliance(stage: Stage) -> None:
    stage.api.answers["/admin/v1/tiers"] = listed({"name": "gold"})
    field = Field("tier", "Tier", "choice", source="/admin/v1/tiers", source_keys=("name", "name"))
    dialog = stage.acting.start(Action("edit", "Edit", "/t/{id}", "PATCH", fields=(field,), edits=True), {"id": "1", "tier": "gold"})
    stage.settle()
    assert isinstance(dialog, FormDialog)
    found: Any = dialog.form.document()
    assert found == {"tier": "gold"}


def test_a_form_comes_of_what_is_read_for_the_row_and_its_answer_opens_the_browser(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda address: opened.append(address.toString()))
    stage.api.answers |= {"/connectors/shop": {"asks": "apiKey"}, "POST /install/key_1": {"connect_url": "https://example.com/consent"}}
    action = Action(
        "install",
        "Install",
        "/install/{id}",
        reads="/connectors/{kind}",
        form=lambda _row, found: (Field(f"config.{found['asks']}", "Key", required=True),),
        opens="connect_url",
    )
    stage.acting.start(action, {**ROW, "kind": "shop"})
    stage.settle()
    dialog = next(iter(stage.window.findChildren(FormDialog)))
    dialog.form.fill({"config": {"apiKey": "k"}})
    dialog.act.click()
    stage.settle()
    assert stage.api.calls[-1].body == {"config": {"apiKey": "k"}}
    assert opened == ["https://example.com/consent"]


def test_what_an_answer_says_is_shown(stage: Stage) -> None:
    stage.api.answers["POST /test"] = {"detail": "The key is refused."}
    stage.acting.start(Action("test", "Test", "/test", shows=Outcome((Column("detail", "Because"),))))
    stage.settle()
    dialog = next(iter(stage.window.findChildren(OutcomeDialog)))
    assert "The key is refused." in [words.text() for words in dialog.findChildren(QLabel)]


def test_what_was_emptied_inside_a_value_is_named_where_the_appliance_merges() -> None:
    fields = (Field("address.city", "City"), Field("address.line1", "Street"), Field("custom.size", "Size"), Field("name", "Name"))
    row = {"name": "Ada", "address": {"city": "Graz", "line1": "Ring 1"}, "custom": {"size": "S"}}
    said = {"name": "Ada", "address": {"line1": "Ring 2"}}
    assert changed(fields, row, said, deep=True) == {"address": {"line1": "Ring 2", "city": None}, "custom": {"size": None}}
    assert changed(fields, row, said) == {"address": {"line1": "Ring 2"}, "custom": None}
