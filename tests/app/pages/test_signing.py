"""Legacy access on a real appliance: the form begins with what is in force, and what it says holds from then on."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.pages.signing import PASSWORDS
from app.pages.table import PAGES
from app.shell.window import Window
from app.widgets.dialogs import FormDialog
from tests.app.stage import settled

VIEWS = next(page.views for page in PAGES if page.key == "keys")


def test_legacy_access_is_shown_as_it_is_and_switched(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    assert console.workspace is not None
    console.workspace.look_at("keys", VIEWS.index(PASSWORDS))
    settled(qtbot, console.jobs)
    view = console.workspace.page("keys").view
    assert isinstance(view, ListWidget)
    for wanted in (not api.get("/legacy")["enabled"], api.get("/legacy")["enabled"]):
        view.acting.start(PASSWORDS.also[0], {})
        settled(qtbot, console.jobs)
        dialog = next(found for found in QApplication.topLevelWidgets() if isinstance(found, FormDialog) and found.isVisible())
        assert dialog.form.document() == {"enabled": not wanted}
        dialog.form.editor("enabled").show(wanted)
        dialog.act.click()
        settled(qtbot, console.jobs)
        assert api.get("/legacy")["enabled"] is wanted
