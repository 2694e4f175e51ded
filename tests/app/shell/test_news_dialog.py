"""News on the screen: told once after an upgrade, never to somebody who is new, and whenever it is asked for."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel

from app.main.demonstration import Demonstration
from app.shell.connecting import Session
from app.shell.news_dialog import NewsDialog
from app.shell.window import Window
from app.system import news, profiles
from app.system.profiles import Profile


def told(window: Window) -> list[str]:
    """Return the titles of what is told now."""
    dialogs = [dialog for dialog in window.findChildren(NewsDialog) if dialog.isVisible()]
    return [label.text() for dialog in dialogs for label in dialog.findChildren(QLabel) if label.property("role") == "heading"][1:]


def enter(window: Window, demonstration: Demonstration) -> None:
    """Sign in."""
    window.enter(Session(demonstration.api.inside(""), Profile(demonstration.url, "Demo"), demonstration.api.get("/admin/v1/me")))


def test_somebody_who_is_new_is_told_nothing(window: Window, demonstration: Demonstration) -> None:
    enter(window, demonstration)
    assert told(window) == []
    window.show_news()
    assert told(window) == [one.title for one in news.read()]


def test_after_an_upgrade_it_is_told_once(window: Window, demonstration: Demonstration) -> None:
    window.saved.preferences = replace(window.saved.preferences, news="2025-12-31")
    enter(window, demonstration)
    assert told(window) == [one.title for one in news.read()]
    window.findChildren(NewsDialog)[0].accept()
    assert profiles.load(window.folder).preferences.news == news.newest(news.read())
    enter(window, demonstration)
    assert told(window) == []
