"""The window with a real appliance behind it: making a key, the palette, locking, and an appliance that is gone for a while."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.client.api import Call
from app.client.errors import Unreachable, Untrusted
from app.main.demonstration import Demonstration
from app.pages import tenants
from app.pages.list_view import ListWidget
from app.shell import preferences
from app.shell.locking import Idle
from app.shell.window import Window
from app.shell.workspace import Workspace
from app.system.profiles import Preferences
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
    for words in ("sign out", "profile demo", "my account", "preferences"):
        palette.line.setText(words)
        assert palette.titles()[0].casefold().startswith(words)
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


def test_a_thing_of_a_tenant_that_was_made_since_is_opened_in_that_tenant(
    qtbot: QtBot, console: Window, workspace: Workspace, demonstration: Demonstration
) -> None:
    late = demonstration.api.ask(Call("POST", "/admin/v1/tenants", body={"name": "Late"}))
    made = demonstration.api.inside(late["id"]).ask(Call("POST", "/contacts", body={"first_name": "Zoe"}))
    workspace.open_in({**made, "tenant_id": late["id"]}, "records")
    settled(qtbot, console.jobs)
    assert workspace.context.api.place.tenant_id == late["id"]
    assert workspace.bar.tenants.currentText() == "Late"
    demonstration.api.ask(Call("DELETE", f"/admin/v1/tenants/{late['id']}", {"confirm": "Late"}))


def test_a_tenant_that_is_made_can_be_worked_in_at_once_and_is_gone_with_its_end(qtbot: QtBot, console: Window, workspace: Workspace) -> None:
    before = workspace.bar.place
    workspace.go("tenants")
    view = workspace.page("tenants").view
    assert isinstance(view, ListWidget)
    dialog = view.acting.start(tenants.TENANTS.create)  # type: ignore[arg-type]
    assert isinstance(dialog, FormDialog)
    dialog.form.fill({"name": "Fresh"})
    dialog.act.click()
    settled(qtbot, console.jobs)
    assert workspace.bar.tenants.findText("Fresh") >= 0
    assert workspace.bar.place == before
    row = next(row for row in view.listing.model.rows() if row["name"] == "Fresh")
    acts = {action.key: action for action in tenants.TENANTS.actions}
    view.acting.start(acts["enter"], row, "Fresh")
    settled(qtbot, console.jobs)
    assert workspace.context.api.place.tenant_id == row["id"]
    asks = view.acting.start(acts["delete"], row, "Fresh")
    assert asks is not None
    settled(qtbot, console.jobs)
    asks.accept()
    view.acting.flush()
    settled(qtbot, console.jobs)
    assert workspace.bar.tenants.findText("Fresh") < 0
    assert workspace.context.api.place.tenant_id not in {"", row["id"]}


def test_a_locked_console_shows_nothing_until_the_password_is_given(qtbot: QtBot, console: Window, demonstration: Demonstration) -> None:
    console.lock()
    scene = console.lock_scene
    assert scene is not None
    assert console.show_palette() is None
    looked_at = console.workspace.current if console.workspace else ""
    for name in ("new", "refresh", "sheet", "page_3", "next_view"):  # whoever sits there now does nothing by the keyboard either
        console.acts()[name]()
    assert QApplication.activeModalWidget() is None
    assert console.workspace is not None
    assert console.workspace.current == looked_at
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


def test_preferences_that_cannot_be_meant_so_are_not_taken(window: Window) -> None:
    taken: list[Preferences] = []
    dialog = preferences.edit(window, Preferences(), taken.append)
    for document, fault in (
        ({"lock_minutes": 100_000}, "Between 0 and 1440."),
        ({"lock_minutes": 15, "shortcuts": {"palete": "Ctrl+P"}}, "There is no act called palete."),
        ({"shortcuts": {"palette": "Control and P"}}, "Control and P is no key."),
    ):
        dialog.form.fill(document)
        dialog.act.click()
        assert fault in [found.text() for found in dialog.findChildren(QLabel) if found.isVisible()]
        assert dialog.act.isEnabled()
    assert taken == []
    dialog.form.fill({"shortcuts": {"palette": "Ctrl+P"}})
    dialog.act.click()
    assert taken[0].shortcuts == {"palette": "Ctrl+P"}


def test_what_watches_for_touches_goes_with_its_window(window: Window) -> None:
    assert len(window.findChildren(Idle)) == 1


def test_the_tray_offers_what_can_be_done_now(window: Window) -> None:
    def offered() -> list[str]:
        window.tray.menu.aboutToShow.emit()
        return [action.text() for action in window.tray.menu.actions()]

    assert offered() == ["Hide", "Quit"]
    window.tray.menu.actions()[0].trigger()
    assert not window.isVisible()
    assert offered() == ["Open", "Quit"]
    window.tray.menu.actions()[0].trigger()
    assert window.isVisible()


@pytest.mark.criterion("desktop-10")
def test_a_certificate_that_changes_under_a_session_is_told_until_the_right_one_is_back(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.context.failed(Untrusted("Another certificate."))
    assert workspace.banners.reasons == ["untrusted"]
    workspace._reached(connected=True)
    assert workspace.banners.reasons == []
