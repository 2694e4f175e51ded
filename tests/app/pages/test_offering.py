"""Choices that the appliance lists: offered as they are sent, named as they are called."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.offering import offer
from app.pages.resources import RESOURCE
from app.theme.look import Look
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
