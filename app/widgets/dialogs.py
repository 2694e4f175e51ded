"""Dialogs of one shape: a heading, a body, a line for what went wrong, and the buttons; Escape leaves, Return does it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.system.languages import tr
from app.theme.wardrobe import dress
from app.widgets.form import Form
from app.widgets.text import column, label, row, scrolling

CLIPBOARD_SECONDS = 60
HIGHEST = 520  # pixels of a form; what is longer scrolls


class Dialog(QDialog):
    """The shape."""

    def __init__(self, parent: QWidget | None, title: str, about: str = "", *, act: str = "", danger: bool = False, width: int = 480) -> None:
        super().__init__(parent)
        dress(self)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setFixedWidth(width)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.leave = QPushButton(tr("Cancel"))
        self.leave.clicked.connect(self.reject)
        self.act = QPushButton(act or tr("Save"))
        self.act.setProperty("role", "danger" if danger else "primary")
        self.act.setDefault(True)
        self.act.clicked.connect(self.confirm)
        head = [label(title, "heading", wrap=True), *([label(about, "muted", wrap=True)] if about else [])]
        self.buttons = row(None, self.leave, self.act)
        self.setLayout(column(*head, 4, self.body, self.fault, 8, self.buttons, margins=(24, 20, 24, 20)))

    def confirm(self) -> None:
        """Do what the dialog is for."""
        self.accept()

    def say(self, fault: str) -> None:
        """Show what went wrong, and let the user try again."""
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.wait(waiting=False)

    def wait(self, *, waiting: bool) -> None:
        """Hold the buttons while something is under way."""
        self.act.setEnabled(not waiting)


class Hub(Dialog):
    """A dialog that leads to others: it steps aside for each, so that two never lie on one another."""

    def lead(self, other: QDialog | None) -> None:
        """Step aside for a dialog, and come back once no other is open."""
        if other:
            self.hide()
            other.finished.connect(lambda _: _soon(self))


def in_turn(dialog: QDialog) -> None:
    """Open a dialog that nobody asked for just now: once none is open any more."""
    if not isValid(dialog):
        return
    other = QApplication.activeModalWidget()
    if isinstance(other, QDialog) and other is not dialog:
        other.finished.connect(lambda _: _soon(dialog))
    else:
        dialog.open()


def _soon(dialog: QDialog) -> None:
    """Open it in its turn, after whatever the dialog that closes now leads to."""
    if isValid(dialog):
        QTimer.singleShot(0, dialog, lambda: in_turn(dialog))


class FormDialog(Dialog):
    """A form to fill in; `submitted` carries the document, and the dialog stays until whoever took it closes it."""

    submitted = Signal(dict)

    def __init__(self, parent: QWidget | None, title: str, form: Form, about: str = "", act: str = "") -> None:
        super().__init__(parent, title, about, act=act, width=540)
        self.form = form
        form.setObjectName("flow")
        gap = (12, 0) if QGuiApplication.isRightToLeft() else (0, 12)
        form.setContentsMargins(gap[0], 0, gap[1], 0)  # the bar that scrolls it stands there
        area = scrolling(form)
        self.body.addWidget(area)
        # Only once the words of the fault, and the part that was folded, have got their room.
        form.blamed.connect(lambda found: QTimer.singleShot(0, form, lambda: area.ensureWidgetVisible(found, 0, 24)))
        grows = any(wanted.fields for wanted in form.fields)
        area.setMinimumHeight(HIGHEST if grows else min(form.sizeHint().height() + 8, HIGHEST))

    def confirm(self) -> None:
        """Hand the document over, unless something is missing."""
        document = self.form.document()
        if document is not None:
            self.say("")
            self.wait(waiting=True)
            self.submitted.emit(document)


class ConfirmDialog(Dialog):
    """Asks before something that hurts: says what will be hit, and wants the name typed where that is asked for."""

    def __init__(self, parent: QWidget | None, title: str, about: str, act: str, typed: str = "") -> None:
        super().__init__(parent, title, about, act=act, danger=True)
        self.radius = label(tr("Counting what this affects…"), wrap=True)
        self.body.addWidget(self.radius)
        self._typed = typed
        self.line = QLineEdit()
        if typed:
            words = label(tr("Type {name} to confirm.", name=typed), "caption", wrap=True)
            words.setBuddy(self.line)
            self.line.setAccessibleName(words.text())
            self.body.addWidget(words)
            self.body.addWidget(self.line)
            self.line.textChanged.connect(lambda _: self._judge())
        self._counted = False
        self._judge()
        self.leave.setDefault(True)
        self.leave.setFocus()

    def tell(self, radius: str) -> None:
        """Show what will be hit; only now it can be confirmed."""
        self.radius.setText(radius)
        self.radius.setVisible(bool(radius))
        self._counted = True
        self._judge()

    def _judge(self) -> None:
        self.act.setEnabled(self._counted and self.line.text().strip() == self._typed)


class SecretDialog(Dialog):
    """Shows a secret this once: masked until asked for, copied with a clipboard that forgets, and left only by saying that it is stored."""

    def __init__(self, parent: QWidget | None, title: str, about: str, secret: str) -> None:
        super().__init__(parent, title, about, act=tr("Done"), width=560)
        self._secret = secret
        self.line = QLineEdit(secret)
        self.line.setReadOnly(True)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setProperty("role", "code")
        self.line.setAccessibleName(tr("Secret"))
        self.show_button = QPushButton(tr("Show"))
        self.show_button.setCheckable(True)
        self.show_button.toggled.connect(self._reveal)
        self.copy_button = QPushButton(tr("Copy"))
        self.copy_button.clicked.connect(self._copy)
        self.stored = QCheckBox(tr("I have stored it in a safe place"))
        self.stored.toggled.connect(self.act.setEnabled)
        self.leave.hide()
        self.act.setEnabled(False)
        self.body.addLayout(row(self.line, self.show_button, self.copy_button))
        self.body.addWidget(self.stored)

    def reject(self) -> None:
        """Refuse to leave by Escape before the secret is stored."""
        if self.stored.isChecked():
            super().reject()

    def done(self, result: int) -> None:
        """Forget the secret with the window."""
        self._secret = ""
        self.line.clear()
        super().done(result)

    def _reveal(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal carries it by position
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.show_button.setText(tr("Hide") if shown else tr("Show"))

    def _copy(self) -> None:
        copy_concealed(self._secret)
        self.copy_button.setText(tr("Copied"))


def copy_concealed(secret: str, seconds: float = CLIPBOARD_SECONDS) -> None:
    """Put a secret on the clipboard, marked so that histories leave it out, and take it back unless something else was copied since."""
    content = QMimeData()
    content.setText(secret)
    content.setData("x-kde-passwordManagerHint", b"secret")
    content.setData("ExcludeClipboardContentFromMonitorProcessing", b"1")
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(content)
    QTimer.singleShot(round(seconds * 1000), clipboard, lambda: clipboard.clear() if clipboard.text() == secret else None)
