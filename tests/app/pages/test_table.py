"""Every page against a real appliance: it shows, nothing is unnamed, nothing is clipped, and every dangerous act says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QScrollBar, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.client.api import Api
from app.client.transport import Transport
from app.main.crash import CrashDialog
from app.models.json_tree import JsonTree
from app.pages.context import Context
from app.pages.list_view import ListWidget
from app.pages.merge_dialog import MergeDialog
from app.pages.query_dialog import QueryDialog
from app.pages.query_trial import QueryTrial
from app.pages.specs import Action, ListView
from app.pages.table import PAGES
from app.pages.upload_dialog import UploadDialog
from app.shell import preferences, profile_dialog
from app.shell.account import AccountDialog
from app.shell.first_run import Begin
from app.shell.news_dialog import NewsDialog
from app.shell.second_factor import Enrolment, RecoveryCodes
from app.shell.shortcuts import Sheet
from app.shell.speaking import speak
from app.shell.staying import PassphraseDialog
from app.shell.trusting import TrustDialog
from app.shell.window import Window
from app.system import languages, news
from app.system.profiles import Preferences, Profile
from app.widgets.dialogs import ConfirmDialog, SecretDialog
from app.widgets.form import Form
from app.widgets.inspector import Inspector
from app.widgets.rows import RowsEditor
from tests.app.clipped import cut
from tests.app.operations import ACTIONS, LEFT_OUT, described, known, left_out, named, placed, shape
from tests.app.stage import settled

VIEWS = [(page.key, place) for page in PAGES for place in range(len(page.views))]
SECRET = {"secret": "JBSWY3DPEHPK3PXP", "uri": "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP"}

STAGE = {"name": "stage", "type": "text", "required": True, "default": None, "description": None}
TWINS = [{"id": "con_1", "first_name": "Ada", "created_at": "2026-11-20T08:00:00Z"}, {"id": "con_2", "first_name": "Eve", "phone": "1"}]


def grown(dialog: QueryDialog) -> QueryDialog:
    """Return the editor of a query with a condition."""
    conditions = dialog.form.editor("conditions")
    assert isinstance(conditions, RowsEditor)
    conditions.grow()
    return dialog


def context_of(console: Window) -> Context:
    """Return what the pages of a window work with."""
    assert console.workspace is not None
    return console.workspace.context


def account_of(console: Window) -> QDialog:
    assert console.workspace is not None
    user = {"email": "ada@example.com", "role": "operator", "totp_enabled": False}
    return AccountDialog(console.workspace.context, console.workspace.session, console.staying, user)


DIALOGS: dict[str, Callable[[Window], QDialog]] = {
    "palette": lambda console: console.show_palette() or QDialog(),
    "shortcuts": lambda console: Sheet(console, {}),
    "preferences": lambda console: preferences.edit(console, Preferences(), lambda _: None),
    "profile": lambda console: profile_dialog.edit(console, Profile("http://127.0.0.1"), lambda _: None, lambda _: None),
    "certificate": lambda console: TrustDialog(console, "https://example.com", "ab" * 32, "cd" * 32),
    "passphrase": lambda console: PassphraseDialog(console, is_new=True),
    "second factor": lambda console: Enrolment(context_of(console), Api(Transport("http://127.0.0.1:9")), SECRET, lambda: None),
    "recovery codes": lambda console: RecoveryCodes(context_of(console), ["abcd-efgh-ijkl"]),
    "upload": lambda console: UploadDialog(context_of(console), {}, lambda: None),
    "query": lambda console: grown(QueryDialog(context_of(console), {}, lambda: None)),
    "trial of a query": lambda console: QueryTrial(context_of(console), {"name": "x", "description": "", "parameters": [STAGE]}, lambda: None),
    "merge": lambda console: MergeDialog("contacts", context_of(console), {"records": TWINS}, lambda: None),
    "account": account_of,
    "first steps": lambda console: Begin(context_of(console), lambda: None, lambda: False),
    "news": lambda console: NewsDialog(console, news.read()),
    "confirmation": lambda console: ConfirmDialog(console, "Delete", "It is gone for good.", "Delete", "Demo"),
    "secret": lambda console: SecretDialog(console, "API key created", "It is shown once.", "jct_live_"),
    "inspector": lambda console: Inspector(console, "att_1", JsonTree({"a": 1}), {"Request": "POST"}, lambda *_: None),
    "report": lambda console: CrashDialog(console, "ValueError"),
}
HURTING = ("delete", "remove", "revoke", "suspend", "disable", "reset", "cancel", "end")


def look_at(qtbot: QtBot, console: Window, key: str, place: int) -> QWidget:
    """Go to a view and wait until it shows what it asked for."""
    assert console.workspace is not None
    console.workspace.look_at(key, place)
    settled(qtbot, console.jobs)
    return console.workspace.page(key).view


@pytest.mark.criterion("desktop-17")
def test_every_view_shows_and_none_of_its_controls_is_unnamed(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    found: list[str] = []
    for key, place in VIEWS:
        view = look_at(qtbot, console, key, place)
        assert view.isVisible(), key
        assert console.workspace.toasts.texts == [], key
        open_first(qtbot, console, view)
        found += [f"{key}.{place}: {name}" for name in unnamed(console)]
    assert found == []


def open_first(qtbot: QtBot, console: Window, view: QWidget) -> None:
    """Open the drawer of the first row, where there is one."""
    row = view.listing.model.row_at(0) if isinstance(view, ListWidget) else None
    if isinstance(view, ListWidget) and row:
        view.details.show(row)
        settled(qtbot, console.jobs)


def unnamed(root: QWidget) -> Iterator[str]:
    """Yield the visible controls that the keyboard reaches and that a screen reader could not name."""
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QScrollBar):
            spoken = QAccessible.queryAccessibleInterface(widget)
            if not spoken or not spoken.text(QAccessible.Text.Name) or spoken.role() == QAccessible.Role.NoRole:
                yield f"{type(widget).__name__} in {type(widget.parent()).__name__}"


@pytest.mark.criterion("desktop-17")
@pytest.mark.parametrize(("view", "action"), [(view, action) for view, action in ACTIONS if action.fields], ids=lambda one: getattr(one, "label", ""))
def test_no_field_of_a_form_is_unnamed(qtbot: QtBot, view: ListView, action: Action) -> None:
    form = Form(action.fields)
    qtbot.addWidget(form)
    form.show()
    assert sorted(unnamed(form)) == []


@pytest.mark.criterion("desktop-17")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_whatever_the_keyboard_reaches_shows_that_it_is_there(qtbot: QtBot, console: Window, theme: str) -> None:
    console.look.choose(theme)
    assert console.workspace is not None
    unmarked: list[str] = []
    focused = 0
    for key, place in (("webhooks", 1), ("system", 1), ("events", 0)):
        look_at(qtbot, console, key, place)
        console.activateWindow()
        qtbot.waitUntil(console.isActiveWindow)
        seen = [widget for widget in reached(console) if not isinstance(widget, QTabBar)]
        for widget in seen:
            widget.clearFocus()
            before = edges(widget)
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            focused += widget.hasFocus()
            unmarked += [f"{key}: {type(widget).__name__} {widget.accessibleName()}"] if widget.hasFocus() and edges(widget) == before else []
    console.look.choose("light")
    assert focused > 20
    assert unmarked == []


def reached(console: Window) -> list[QWidget]:
    """Return what Tab goes through, in its order."""
    found: list[QWidget] = []
    widget = console.nextInFocusChain()
    while widget is not None and widget is not console:
        if widget.isVisibleTo(console) and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def edges(widget: QWidget) -> bytes:
    """Return the picture of a widget: a ring changes it."""
    image = widget.grab().toImage()
    return bytes(image.constBits())


@pytest.mark.criterion("desktop-17")
def test_tab_goes_through_a_page_as_one_reads_it(qtbot: QtBot, console: Window) -> None:
    look_at(qtbot, console, "webhooks", 1)
    places = [widget.mapTo(console, QPoint(0, 0)) for widget in reached(console)]
    inside = [place for place in places if place.x() > 220 and place.y() > 60]
    rows = [place.y() // 40 for place in inside]
    assert len(rows) > 4
    assert rows == sorted(rows)


@pytest.mark.criterion("desktop-17")
@pytest.mark.parametrize("name", DIALOGS)
def test_no_control_of_a_dialog_is_unnamed(qtbot: QtBot, console: Window, name: str) -> None:
    dialog = DIALOGS[name](console)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    assert sorted(unnamed(dialog)) == []


@pytest.mark.criterion("desktop-13")
@pytest.mark.parametrize(("view", "action"), ACTIONS, ids=lambda one: getattr(one, "key", getattr(one, "label", "")))
def test_whatever_takes_something_away_is_declared_dangerous(view: ListView, action: Action) -> None:
    hurts = action.method == "DELETE" or action.key in HURTING
    own_work = action.key == "cancel" and view.path in {"/imports", "/exports"}
    assert not hurts or action.danger is not None or own_work, f"{view.label}: {action.label}"


@pytest.mark.criterion("desktop-13")
def test_every_dangerous_act_says_in_numbers_what_it_hits_unless_it_is_one_thing_alone() -> None:
    alone = {f"{view.label}: {action.label}" for view, action in ACTIONS if action.danger and not action.danger.counts}
    assert alone == {f"{label}: Delete" for label in ("Activities", "Products", "Orders", "Invoices", "Payments", "Other objects", "Documents")}


# What can be taken away by the API alone: a program made it, or a page has another way to it.
NOT_OFFERED = {
    "POST /admin/v1/me/totp/disable": "one's own second factor, which the password guards",
    "DELETE /admin/v1/session": "signing out",
    "DELETE /api/v1/api-keys/{}": "another name of /keys",
    "DELETE /api/v1/users/{}": "the page of users does it for all tenants",
    "DELETE /api/v1/integrations/{}": "another name of removing an installation",
    "DELETE /api/v1/integrations/{}/uninstall": "another name of removing an installation",
    "DELETE /api/v1/integrations/{}/reviews": "one's own review",
    "DELETE /api/v1/fields/objects/{}/{}": "the view of custom fields does it for object types too",
    "DELETE /api/v1/activities/{}/content": "the content of an activity comes and goes with its mail",
    "DELETE /api/v1/uploads/{}": "whoever stops an upload gives it up",
}
TAKES_AWAY = ("suspend", "disable", "cancel", "pause", "discard", "uninstall", "revoke")


@pytest.mark.criterion("desktop-13")
def test_every_operation_that_takes_something_away_is_a_dangerous_act_or_named_as_none_of_the_consoles() -> None:
    offered = {f"{act.method} {shape(act.path if act.path.startswith('/admin') else f'/api/v1{act.path}')}": act for _, act in ACTIONS}
    taking = [one for one in known() if one.startswith("DELETE ") or (one.startswith("POST ") and one.endswith(TAKES_AWAY))]
    assert len(taking) > 50
    assert sorted(one for one in taking if one not in offered and one not in NOT_OFFERED) == []
    assert sorted(set(NOT_OFFERED) - set(taking)) == []
    own_work = {"POST /api/v1/imports/{}/cancel", "POST /api/v1/exports/{}/cancel"}
    asked_first = {one for one in taking if one in offered and (offered[one].danger or offered[one].fields)}
    assert sorted(one for one in taking if one in offered and one not in asked_first | own_work) == []


def test_every_place_that_a_page_names_is_one_of_the_appliances() -> None:
    whole = described(named())
    assert len(whole) > 150
    assert sorted(whole - known()) == []


def test_every_operation_has_a_place_or_a_reason_why_it_has_none() -> None:
    missing = known() - placed()
    assert sorted(one for one in missing if not left_out(one)) == []
    idle = [pattern for pattern in LEFT_OUT if not any(re.fullmatch(pattern.replace("{}", r"\{\}"), one) for one in missing)]
    assert idle == []


@pytest.mark.criterion("desktop-19")
@pytest.mark.parametrize("code", [languages.PSEUDO, "ar"])
def test_no_button_or_label_is_clipped(qtbot: QtBot, qapp: QApplication, code: str, request: pytest.FixtureRequest) -> None:
    speak(code)
    console = request.getfixturevalue("console")
    clipped: list[str] = []
    for key, place in VIEWS:
        look_at(qtbot, console, key, place)
        if any(cut(console)):
            qtbot.wait(100)  # words that have just come, such as those of a line that opened, get their room with the next layout
        clipped += [f"{key}.{place}: {words}" for words in cut(console)]
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert clipped == []
