"""Choices that the appliance lists: offered as they are sent, named as they are called."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.offering import offer
from app.pages.resources import RESOURCE
from app.theme.look import Look
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.toasts import Toasts
from tests.app.stage import ScriptedApi, listed, settled


def test_kinds_that_a_tenant_made_up_stand_beside_the_others(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    window, form = QWidget(), Form((RESOURCE,))
    for widget in (window, form):
        qtbot.addWidget(widget)
    api = ScriptedApi({"/object-types": listed({"name": "vehicle", "label": "Vehicle"}, {"name": "lease", "label": None})})
    offer(Context(api, jobs, look, Toasts(look, window), window), form, RESOURCE)
    settled(qtbot, jobs)
    choice = form.editor("resource").widget
    assert isinstance(choice, QComboBox)
    assert [(choice.itemText(place), choice.itemData(place)) for place in (-2 + choice.count(), -1 + choice.count())] == [
        ("Vehicle", "objects/vehicle"),
        ("lease", "objects/lease"),
    ]


def test_rows_offer_what_the_appliance_lists_to_those_that_are_still_to_come(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    source = Field("source_id", "Source", "choice", required=True, source="/inbound/sources")
    wanted = Field("actions", "Actions", "rows", fields=(source,))
    window, form = QWidget(), Form((wanted,))
    for widget in (window, form):
        qtbot.addWidget(widget)
    api = ScriptedApi({"/inbound/sources": listed({"id": "src_1", "name": "Till"})})
    offer(Context(api, jobs, look, Toasts(look, window), window), form, wanted)
    settled(qtbot, jobs)
    form.editor("actions").show([{}])
    assert form.document() == {"actions": [{"source_id": "src_1"}]}
