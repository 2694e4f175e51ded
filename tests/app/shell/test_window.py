"""The window with a real appliance behind it: making a key, the palette, locking, and an appliance that is gone for a while."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.client.errors import Unreachable
from app.main.demonstration import Demonstration
from app.shell.locking import Idle
from app.shell.window import Window
from app.shell.workspace import Workspace
from app.widgets.dialogs import FormDialog, SecretDialog
from tests.app.stage import settled
from tests.pace import awaited


@pytest.fixture
def workspace(console: Window) -> Workspace:
    """Return what somebody who is signed in sees."""
    assert console.workspace is not None
    return console.workspace


@pytest.mark.criterion("desktop-12")
def test_a_key_is_made_shown_once_and_stands_in_the_list(qtbot: QtBot, console: Window, workspace: Workspace) -> None:
    workspace.make("keys", 0)
    settled(qtbot, console.jobs)
    dialog = workspace.findChildren(FormDialog)[-1]
    dialog.form.fill({"name": "From the console", "scopes": ["contacts:read"]})
    dialog.act.click()
    settled(qtbot, console.jobs)
    secret = workspace.findChildren(SecretDialog)[-1]
    assert secret.line.text().startswith("jct_live_key_")
    secret.stored.setChecked(True)
    secret.act.click()
    view = workspace.page("keys").view
    assert "From the console" in [row["name"] for row in view.listing.model.rows()]  # type: ignore[attr-defined]
    assert all("key" not in row for row in view.listing.model.rows())  # type: ignore[attr-defined]


@pytest.mark.criterion("desktop-16")
def test_the_palette_goes_to_a_page_and_finds_a_tenant(qtbot: QtBot, console: Window, workspace: Workspace) -> None:
    palette = console.show_palette()
    assert palette is not None
    qtbot.keyClicks(palette.line, "northwind")
    qtbot.waitUntil(lambda: "Northwind Traders" in palette.titles())
    palette.line.clear()
    qtbot.keyClicks(palette.line, "rate-limit")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert workspace.current == "tiers"
    assert console.lately == ["Rate-limit tiers"]


@pytest.mark.criterion("desktop-16")
def test_the_palette_finds_a_record_of_the_tenant_and_opens_it(
    qtbot: QtBot, console: Window, workspace: Workspace, demonstration: Demonstration
) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    contact = api.ask(Call("POST", "/contacts", body={"first_name": "Quintessa", "last_name": "Vogel"}))
    awaited(lambda: api.page("/search", {"q": "Quintessa"}, limit=1).rows, bool)
    palette = console.show_palette()
    assert palette is not None
    qtbot.keyClicks(palette.line, "quintessa")
    qtbot.waitUntil(lambda: "Quintessa Vogel" in palette.titles())
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    settled(qtbot, console.jobs)
    view = workspace.page("records").view
    assert (workspace.current, view.drawer.caption.text()) == ("records", contact["id"])  # type: ignore[attr-defined]


def test_a_locked_console_shows_nothing_until_the_password_is_given(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    console.lock()
    scene = console.lock_scene
    assert scene is not None
    assert console.show_palette() is None
    scene.line.setText("wrong")
    scene.submit()
    settled(qtbot, console.jobs)
    assert scene.fault.text()
    scene.line.setText(demonstration.password)
    scene.submit()
    settled(qtbot, console.jobs)
    assert console.lock_scene is None
    assert console.workspace is not None


@pytest.mark.criterion("desktop-15")
def test_while_the_appliance_is_gone_what_was_read_stays_and_it_returns_by_itself(qtbot: QtBot, console: Window, workspace: Workspace) -> None:
    workspace.go("records")
    settled(qtbot, console.jobs)
    model = workspace.page("records").view.listing.model  # type: ignore[attr-defined]
    assert model.rowCount() > 0
    workspace.context.failed(Unreachable("gone"))
    assert workspace.banners.reasons == ["offline"]
    assert model.rowCount() > 0
    qtbot.waitUntil(lambda: workspace.banners.reasons == [])


def test_a_shortcut_goes_to_a_page_and_signing_out_leaves(qtbot: QtBot, leaver: Window) -> None:
    acts = leaver.acts()
    acts["page_2"]()
    assert leaver.workspace is not None
    assert leaver.workspace.current == leaver.pages[1].key
    acts["next_view"]()
    settled(qtbot, leaver.jobs)
    leaver.forget()
    assert leaver.workspace is None


def test_preferences_are_kept(console: Window, tmp_path: Path) -> None:
    console.switch_theme()
    assert '"theme": "dark"' in (tmp_path / "console.json").read_text(encoding="utf-8")
    assert console.look.tokens.is_dark


def test_what_watches_for_touches_goes_with_its_window(window: Window) -> None:
    assert len(window.findChildren(Idle)) == 1
