"""Finds and keeps what somebody stays signed in with, and asks for the vault's passphrase where the computer has no keyring that works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.client.errors import ClientError
from app.jobs.pool import Jobs
from app.shell.remembering import Remembering
from app.system.languages import tr
from app.widgets.dialogs import Dialog, in_turn
from app.widgets.text import label

SHORTEST: Final = 8
_LANE: Final = "staying"


class Staying:
    """What the window asks; nothing of it holds the window up."""

    def __init__(self, window: QWidget, jobs: Jobs, remembering: Remembering) -> None:
        self._window = window
        self._jobs = jobs
        self._remembering = remembering

    def find(self, profile_id: str, found: Callable[[str], None]) -> None:
        """Hand over what was kept for a profile; a vault is opened first. Nothing happens where nothing was kept."""

        def look(_: object) -> tuple[str | None, bool]:
            return self._remembering.find(profile_id), self._remembering.is_sealed(profile_id)

        def judge(seen: tuple[str | None, bool]) -> None:
            token, is_sealed = seen
            if token:
                found(token)
            elif is_sealed:
                self._ask(lambda: self.find(profile_id, found), lambda: None)

        self._jobs.run(look, judge, _nobody_refuses, _LANE)

    def keep(self, profile_id: str, token: str, lost: Callable[[], None]) -> None:
        """Keep a token; `lost` is called when there is no place for it and the user wants none."""

        def judge(kept: bool) -> None:  # noqa: FBT001 - what the pool hands over
            if not kept:
                self._ask(lambda: self.keep(profile_id, token, lost), lost)

        self._jobs.run(lambda _: self._remembering.keep(profile_id, token), judge, _nobody_refuses)

    def renew(self, profile_id: str, token: str) -> None:
        """Keep a token in place of the one that was kept; where none was, none is."""

        def work(_: object) -> None:
            if self._remembering.find(profile_id):
                self._remembering.keep(profile_id, token)

        self._jobs.run(work, lambda _: None, _nobody_refuses)

    def forget(self, profile_id: str) -> None:
        """Keep nothing of a profile any longer."""
        self._jobs.run(lambda _: self._remembering.forget(profile_id), lambda _: None, _nobody_refuses)

    def _ask(self, opened: Callable[[], None], left: Callable[[], None]) -> None:
        dialog = PassphraseDialog(self._window, is_new=not self._remembering.has_vault)

        def judge(is_open: bool) -> None:  # noqa: FBT001 - what the pool hands over
            if is_open:
                dialog.accept()
                opened()
            else:
                dialog.say(tr("That is not its passphrase."))

        dialog.given.connect(lambda words: self._jobs.run(lambda _: self._remembering.open(words), judge, _nobody_refuses))
        dialog.rejected.connect(left)
        dialog.line.setFocus()
        in_turn(dialog)


class PassphraseDialog(Dialog):
    """Asks for the passphrase of the vault, twice where the vault is made with it."""

    given = Signal(str)

    def __init__(self, parent: QWidget, *, is_new: bool) -> None:
        title = tr("Choose a passphrase") if is_new else tr("Open what keeps you signed in")
        about = tr("This computer has no keyring that works. What keeps you signed in is sealed in a file under a passphrase of yours.")
        super().__init__(parent, title, about, act=tr("Seal it") if is_new else tr("Open"))
        self.line = self._line(tr("Passphrase"))
        self.again = self._line(tr("The same once more")) if is_new else None
        self.leave.setText(tr("Not now"))

    def confirm(self) -> None:
        """Hand the passphrase over, unless it is too short or mistyped."""
        words = self.line.text()
        if self.again and len(words) < SHORTEST:
            self.say(tr("Take at least {count} characters.", count=SHORTEST))
        elif self.again and self.again.text() != words:
            self.say(tr("The two are not the same."))
        else:
            self.say("")
            self.wait(waiting=True)
            self.given.emit(words)

    def _line(self, words: str) -> QLineEdit:
        line = QLineEdit()
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setAccessibleName(words)
        caption = label(words, "caption")
        caption.setBuddy(line)
        self.body.addWidget(caption)
        self.body.addWidget(line)
        return line


def _nobody_refuses(error: ClientError) -> None:
    """Raise what cannot come: keeping is a matter of this computer alone."""
    raise error
