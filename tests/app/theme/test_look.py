"""The look: it changes at once, whatever the desktop is called, and wears a partner's brand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.shell.window import Window
from app.theme import fonts
from app.theme import look as module
from app.theme.brand import Brand
from app.theme.look import Look
from app.theme.tokens import DARK, LIGHT, Tokens
from tests.app.screen import needs_a_screen, screen
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


# A console with a known profile in the dark theme, painted as its desktop lets it; nothing blinks and nothing has the focus.
PICTURE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.main import starting
from app.system import profiles
from app.system.profiles import Preferences, Profile, Saved
from app.theme.brand import Brand
folder, file = map(Path, sys.argv[1:])
profiles.save(folder, Saved([Profile("https://crm.example.com", "Head office", email="ada@example.com")], Preferences(theme="dark")))
application = starting.application_of(["x"])
window = starting.window_of(application, folder, Brand())
window.show()
def take():
    if QApplication.focusWidget():
        QApplication.focusWidget().clearFocus()
    window.resize(1280, 820)
    window.grab().save(str(file))
    print(application.platformName())
    window.close()
    application.quit()
QTimer.singleShot(300, take)
application.exec()
"""


def pictured(folder: Path, desktop: str, display: str | None = None) -> QImage:
    """Return what a console looks like on a desktop of this name, on a screen or without one."""
    folder.mkdir()
    platform = "xcb" if display else "offscreen"
    environ = {**os.environ, "QT_QPA_PLATFORM": platform, "XDG_CURRENT_DESKTOP": desktop, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    command = [sys.executable, "-c", PICTURE, str(folder), str(folder / "picture.png")]
    done = subprocess.run(command, env={**environ, "DISPLAY": display or ""}, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == platform
    return QImage(str(folder / "picture.png"))


def differing(one: QImage, other: QImage) -> float:
    """Return the share of points whose colours differ by more than an eye sees."""
    assert one.size() == other.size()
    first, second = (channels(image) for image in (one, other))
    return sum(abs(left - right) > 8 for left, right in zip(first, second, strict=True)) / len(first)


def channels(image: QImage) -> bytes:
    """Return the channels of all points."""
    whole = image.convertToFormat(QImage.Format.Format_RGB888)  # named, because the bits are its own and end with it
    return bytes(whole.constBits())


@needs_a_screen
@pytest.mark.criterion("desktop-18")
def test_a_console_looks_the_same_on_every_desktop_and_on_none(tmp_path: Path, figure: Callable[[str], None], thorough: bool) -> None:
    reference = pictured(tmp_path / "offscreen", "")
    assert differing(reference, reference.rgbSwapped()) > 0.5  # other colours would be noticed
    with screen() as display:
        names = ("", "GNOME", "KDE", "XFCE") if thorough else ("KDE",)
        shares = {name: differing(reference, pictured(tmp_path / f"x11{name}", name, display)) for name in names}
    figure(
        f"at most {max(shares.values()):.2%} of all points differ between X11 as {', '.join(name or 'no desktop' for name in names)} and no screen"
    )
    assert max(shares.values()) <= 0.001


@pytest.mark.criterion("desktop-18")
@pytest.mark.parametrize(("choice", "worn"), [("system", DARK), ("light", LIGHT)])
def test_the_system_is_followed_where_it_says_something_unless_somebody_chose(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: str, worn: Tokens
) -> None:
    look = Look(qapp, tmp_path, choice)
    monkeypatch.setattr(module, "_of_the_system", lambda: DARK)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(worn.window)
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
