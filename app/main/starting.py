"""The order in which the console comes up: guard, application, brand, look, window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from app.jobs.collecting import Collecting
from app.jobs.pool import Jobs
from app.main.crash import Crashes
from app.main.single import Single
from app.pages.table import PAGES
from app.shell.speaking import speak
from app.shell.window import Window
from app.system import folders, profiles
from app.theme import brand
from app.theme.look import Look

# How long a worker may keep the interpreter while the UI thread waits: a fifth of Python's own, so that a frame is not missed.
SWITCH_SECONDS: Final = 0.001


def start(given: argparse.Namespace) -> int:
    """Open the window and stay until it is closed; a console that is open already comes to the front instead."""
    try:
        worn, folder = brand.load(given.brand), folders.configuration()
    except (brand.BadBrand, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    application = application_of(sys.argv[:1])
    Collecting(application).start()
    single = Single(folder)
    if single.call():
        return 0

    def come_forward() -> None:
        window.tray.show_window()

    single.hold(come_forward)  # before the window is built, so that two quick starts are one
    window = window_of(application, folder, worn)
    window.show()
    return application.exec()


def window_of(application: QApplication, folder: Path, worn: brand.Brand) -> Window:
    """Return the window, everything in place."""
    sys.setswitchinterval(SWITCH_SECONDS)
    preferences = profiles.load(folder).preferences
    speak(preferences.language)
    look = Look(application, folder / "drawings", preferences.theme)
    look.wear(worn)
    jobs = Jobs()
    window = Window(look, jobs, PAGES, folder, worn)
    crashes = Crashes(folder, window)
    crashes.install()
    jobs.unexpected.connect(crashes.take)
    return window


def application_of(arguments: list[str]) -> QApplication:
    """Return the application."""
    found = QApplication(arguments)
    found.setApplicationName("junction-console")
    found.setDesktopFileName("junction-console")
    return found
