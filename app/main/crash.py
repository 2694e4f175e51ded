"""What nobody foresaw: a report without secrets, shown before anything is done with it, kept on this computer and sent nowhere."""

from __future__ import annotations

import platform
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from app.system.languages import tr
from app.widgets.dialogs import Dialog

# What looks like a credential, whatever it is called: keys and tokens of the appliance, webhook secrets, bearer headers, passwords.
SECRETS: Final = re.compile(
    r"jct_\w+|whsec_[\w+/=-]+|(?i:bearer)\s+\S+|(?i:password|secret|totp|token|passphrase)['\"]?\s*[:=]\s*(?:'[^']*'|\"[^\"]*\"|\S+)"
)


def redacted(text: str) -> str:
    """Return a text with everything that looks like a secret taken out."""
    return SECRETS.sub("[redacted]", text)


def report(error: BaseException) -> str:
    """Return what is worth knowing about an error."""
    versions = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.release()}"
    return redacted(f"{versions}\n\n{''.join(traceback.format_exception(error))}")


class CrashDialog(Dialog):
    """Shows a report."""

    def __init__(self, parent: QWidget | None, text: str) -> None:
        about = tr("The console goes on. This report stays on this computer; copy it if you want to pass it on.")
        super().__init__(parent, tr("Something unexpected happened"), about, act=tr("Close"), width=720)
        self.leave.hide()
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setProperty("role", "code")
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Report"))
        self.text.setMinimumHeight(280)
        copy = QPushButton(tr("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        self.body.addWidget(self.text)
        self.body.addWidget(copy)


class Crashes:
    """Takes what nobody foresaw. One dialog at a time; every report goes into the folder."""

    def __init__(self, folder: Path, window: QWidget | None = None) -> None:
        self._folder = folder
        self.window = window
        self.dialog: CrashDialog | None = None

    def install(self) -> None:
        """Take what no slot has caught."""
        sys.excepthook = self._hook

    def take(self, error: BaseException) -> None:
        """Keep and show a report."""
        text = report(error)
        (self._folder / "last-report.txt").write_text(text, encoding="utf-8")
        if self.dialog is None or not self.dialog.isVisible():
            self.dialog = CrashDialog(self.window, text)
            self.dialog.open()

    def _hook(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.exit(130)
        self.take(error)
