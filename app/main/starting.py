"""The order in which the console comes up: guard, application, look, window."""

from __future__ import annotations

import argparse
import sys

from PySide6.QtWidgets import QApplication

from app.jobs.pool import Jobs
from app.pages.table import PAGES
from app.shell.window import Window
from app.system import folders
from app.theme.look import Look

NAME = "Junction"


def start(given: argparse.Namespace) -> int:  # noqa: ARG001 - pictures come with their own file
    """Open the window and stay until it is closed."""
    application = application_of(sys.argv[:1])
    folder = folders.configuration()
    look = Look(application, folder / "drawings")
    jobs = Jobs()
    window = Window(look, jobs, PAGES, folder, NAME)
    window.show()
    return application.exec()


def application_of(arguments: list[str]) -> QApplication:
    """Return the application."""
    found = QApplication(arguments)
    found.setApplicationName(NAME)
    found.setDesktopFileName("junction-console")
    return found
