"""Every page against a real appliance: it shows, nothing is unnamed, nothing is clipped, and every dangerous act says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from app.main import starting
from app.pages.list_view import ListWidget
from app.pages.specs import Action, ListView
from app.pages.table import PAGES
from app.shell.window import Window
from app.system import languages
from app.widgets.form import Form
from tests.app.stage import settled

VIEWS = [(page.key, place) for page in PAGES for place in range(len(page.views))]
LISTS = [view for page in PAGES for view in page.views if isinstance(view, ListView)]
ACTIONS = [(view, action) for view in LISTS for action in (*view.actions, *((view.create,) if view.create else ()))]
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


@pytest.mark.criterion("desktop-13")
@pytest.mark.parametrize(("view", "action"), ACTIONS, ids=lambda one: getattr(one, "key", getattr(one, "label", "")))
def test_whatever_takes_something_away_is_declared_dangerous(view: ListView, action: Action) -> None:
    hurts = action.method == "DELETE" or action.key in HURTING
    own_work = action.key == "cancel" and view.path in {"/imports", "/exports"}
    assert not hurts or action.danger is not None or own_work, f"{view.label}: {action.label}"


@pytest.mark.criterion("desktop-19")
@pytest.mark.parametrize("code", [languages.PSEUDO, "ar"])
def test_no_button_or_label_is_clipped(qtbot: QtBot, qapp: QApplication, code: str, request: pytest.FixtureRequest) -> None:
    starting.speak(qapp, code)
    console = request.getfixturevalue("console")
    clipped: list[str] = []
    for key, place in VIEWS:
        look_at(qtbot, console, key, place)
        if any(cut(console)):
            qtbot.wait(100)  # words that have just come, such as those of a line that opened, get their room with the next layout
        clipped += [f"{key}.{place}: {words}" for words in cut(console)]
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert clipped == []


def cut(root: QWidget) -> Iterator[str]:
    """Yield the texts of visible buttons and one-line labels that have less room than they need."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget.parent(), QAbstractScrollArea):
            continue
        if isinstance(widget, QAbstractButton) and widget.text() and widget.width() < widget.minimumSizeHint().width():
            yield widget.text()
        if (
            isinstance(widget, QLabel)
            and widget.text()
            and not widget.wordWrap()
            and widget.width() < widget.fontMetrics().horizontalAdvance(widget.text())
        ):
            yield widget.text()
