"""Saving to a file that a person chooses, off the thread that draws: a text, or what the appliance answers."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog

from app.client.api import Call
from app.pages.context import Context
from app.pages.moving import MovingDialog
from app.pages.requests import kept, written
from app.system.languages import tr
from app.widgets.inspector import Keep


def keeping(context: Context) -> Keep:
    """Return what an inspector calls with a text and its name."""

    def said(_: object) -> None:
        context.toasts.say(tr("File kept"))

    def keep(name: str, text: str) -> None:
        target = QFileDialog.getSaveFileName(context.window, tr("Save to file…"), f"{name}.txt")[0]
        if target:
            context.jobs.run(lambda _: written(text, target), said, context.complain)

    return keep


def download(context: Context, call: Call, name: str, done: str) -> None:
    """Ask where to, and keep what the appliance answers there."""

    def said(_: object) -> None:
        context.toasts.say(done)

    target = QFileDialog.getSaveFileName(context.window, done, name)[0]
    if target:
        api = context.api
        MovingDialog(context, name, lambda cancellation, progress: kept(api, call, target, cancellation, progress), said)
