"""Saving a text to a file that a person chooses, off the thread that draws."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog

from app.pages.context import Context
from app.pages.requests import written
from app.system.languages import tr
from app.widgets.inspector import Keep


def keeping(context: Context) -> Keep:
    """Return what an inspector calls with a text and its name."""

    def kept(_: object) -> None:
        context.toasts.say(tr("File kept"))

    def keep(name: str, text: str) -> None:
        target = QFileDialog.getSaveFileName(context.window, tr("Save to file…"), f"{name}.txt")[0]
        if target:
            context.jobs.run(lambda _: written(text, target), kept, context.complain)

    return keep
