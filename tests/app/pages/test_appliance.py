"""The appliance as software on a real appliance: its version, a backup that is made, and the way back."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.main.demonstration import Demonstration
from app.pages.appliance import way_back
from app.pages.facts import Facts
from app.pages.list_view import ListWidget
from app.pages.system import PAGE
from app.shell.window import Window
from tests.app.stage import settled

PLACES = {view.label: place for place, view in enumerate(PAGE.views)}


def test_the_version_and_the_certificate_are_told(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    assert console.workspace is not None
    version = demonstration.api.get("/admin/v1/appliance")["version"]
    for label, said in (("Version and upgrade", version), ("TLS", "Off")):
        console.workspace.look_at("system", PLACES[label])
        settled(qtbot, console.jobs)
        view = console.workspace.page("system").view
        assert isinstance(view, Facts)
        assert said in [found.text() for found in view.findChildren(QLabel)]


def test_a_backup_is_made_and_says_how_it_is_restored(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    console.workspace.look_at("system", PLACES["Backups"])
    settled(qtbot, console.jobs)
    view = console.workspace.page("system").view
    assert isinstance(view, ListWidget)
    console.workspace.page("system").make()
    settled(qtbot, console.jobs)

    def made() -> bool:
        view.listing.follow()
        settled(qtbot, console.jobs)
        rows = view.listing.model.rows()
        return bool(rows) and rows[0]["state"] == "completed"

    qtbot.waitUntil(made, timeout=20_000)
    row = view.listing.model.rows()[0]
    assert f"junction restore {row['file']}" in way_back(row)
    assert way_back({"restore": None}) == ""
