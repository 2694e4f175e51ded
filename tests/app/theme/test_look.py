"""The look: it changes at once, whatever the desktop is called, and wears a partner's brand."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.shell.window import Window
from app.theme import fonts
from app.theme.brand import Brand
from app.theme.look import Look
from app.theme.tokens import DARK, LIGHT
from tests.app.stage import settled
from tests.pace import quickest


@pytest.mark.alone
@pytest.mark.criterion("desktop-18")
def test_a_theme_is_taken_without_a_restart_while_every_page_is_alive(
    qtbot: QtBot, qapp: QApplication, console: Window, figure: Callable[[str], None]
) -> None:
    assert console.workspace is not None
    for page in console.pages:
        for place in range(len(page.views)):
            console.workspace.look_at(page.key, place)
    settled(qtbot, console.jobs)
    themes = cycle([("dark", DARK), ("light", LIGHT)])

    def switched() -> None:
        theme, tokens = next(themes)
        console.look.choose(theme)
        qapp.processEvents()
        console.repaint()
        assert console.palette().color(QPalette.ColorRole.Window) == QColor(tokens.window)

    took = quickest(switched, 0.2, tries=6, clock=time.thread_time)
    figure(f"{took * 1000:.0f} ms for {len(qapp.allWidgets())} widgets")
    assert took < 0.2


@pytest.mark.criterion("desktop-18")
@pytest.mark.parametrize("desktop", ["", "GNOME", "KDE", "XFCE"])
def test_the_name_of_the_desktop_changes_nothing(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: str) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    look = Look(qapp, tmp_path, "dark")
    assert qapp.palette().color(QPalette.ColorRole.Base) == QColor(DARK.surface)
    look.deleteLater()


@pytest.mark.criterion("desktop-20")
def test_a_brand_changes_accent_and_mark(look: Look, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#ff0000"/></svg>', encoding="utf-8"
    )
    look.wear(Brand("Example", accent="#7c3aed", logo=logo))
    assert look.tokens.accent == "#7c3aed"
    assert look.mark().pixmap(8, 8).toImage().pixelColor(4, 4) == QColor("#ff0000")


@pytest.mark.criterion("desktop-18")
def test_a_page_that_was_hidden_wears_the_theme_when_it_is_gone_to(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    for key in ("tenants", "tiers"):
        console.workspace.go(key)
    console.look.choose("dark")
    console.workspace.go("tenants")
    about = next(one for one in console.workspace.page("tenants").findChildren(QLabel) if one.property("role") == "muted")
    qtbot.waitUntil(lambda: about.palette().windowText().color() == QColor(DARK.muted))
    console.look.choose("light")


@pytest.mark.criterion("desktop-20")
def test_a_brands_font_is_everybodys_font(look: Look, tmp_path: Path) -> None:
    look.wear(Brand("Example", font="Example Sans", folder=tmp_path))
    assert fonts.body().family() == fonts.emphasised().family() == fonts.sized(11).family() == "Example Sans"
    look.wear(Brand())
    assert fonts.body().family() == fonts.TEXT
