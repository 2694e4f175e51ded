"""A console in a process of its own that goes through somebody's first hour with an appliance, as a person does: by what is in sight.

It reads from standard input where the appliance is and what it said at its start, and prints what came to light. What it calls a secret it
says there alone, so that whoever runs it can look for it everywhere else.
"""

from __future__ import annotations

import base64
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTableView, QWidget

from app.main import starting
from app.main.crash import Crashes
from app.pages.bulk_dialog import BulkDialog
from app.pages.list_view import ListWidget
from app.shell.account import AccountDialog
from app.shell.first_run import Begin
from app.shell.second_factor import Enrolment, RecoveryCodes
from app.shell.staying import PassphraseDialog
from app.shell.trusting import TrustDialog
from app.shell.window import Window
from app.shell.workspace import Workspace
from app.theme.brand import Brand
from app.widgets.dialogs import ConfirmDialog, FormDialog, SecretDialog
from server.domain import totp
from tests.pace import PATIENCE

OWN: Final = "canary-own-password-4711"
PASSPHRASE: Final = "canary-passphrase-4712"
STEP_MS: Final = 20
Shown = TypeVar("Shown", bound=QWidget)
Awaits = Iterator[Callable[[], object]]


class Hour:
    """The story; each step yields what has to be so before the next one."""

    def __init__(self, window: Window, given: dict[str, Any]) -> None:
        self.window = window
        self.given = given
        self.told: dict[str, Any] = {}
        self.secrets: dict[str, str] = {"own password": OWN, "passphrase": PASSPHRASE, "one-time password": given["password"]}
        self.seen: set[str] = set()
        self.saw = 0.0

    def story(self) -> Awaits:
        yield from self.sign_in()
        yield from self.begin()
        yield from self.protect()
        yield from self.watch_a_delivery()
        yield from self.act_with_care()

    # Signing in.

    def sign_in(self) -> Awaits:
        scene = self.window.sign_in
        write(scene.url, self.given["url"])
        scene.environment.setCurrentIndex(scene.environment.findData("production"))
        write(scene.email, "operator@localhost")
        write(scene.password, self.given["password"])
        press(scene.remember)
        QTest.keyClick(scene.password, Qt.Key.Key_Return)
        yield lambda: on_top(TrustDialog)
        trust = on_top(TrustDialog)
        self.told["fingerprint"] = "".join(found.text() for found in trust.findChildren(QLabel)).replace("\n", "")
        press(trust.act)
        yield scene.fresh.isVisible
        self.told["focus"] = QApplication.focusWidget() is scene.fresh
        for line in (scene.fresh, scene.again):
            write(line, OWN)
        QTest.keyClick(scene.again, Qt.Key.Key_Return)
        yield lambda: on_top(PassphraseDialog) or on_top(Begin)

    def begin(self) -> Awaits:
        """Whichever of the two windows came first, the other one follows it."""
        for _ in range(2):
            yield lambda: on_top(PassphraseDialog) or on_top(Begin)
            if on_top(PassphraseDialog):
                asked = on_top(PassphraseDialog)
                write(asked.line, PASSPHRASE)
                if asked.again:
                    write(asked.again, PASSPHRASE)
                press(asked.act)
                yield lambda asked=asked: not asked.isVisible()  # type: ignore[misc]
            else:
                yield from self.take_first_steps()

    def take_first_steps(self) -> Awaits:
        steps = on_top(Begin)
        press(steps.tenant)
        yield from self.fill({"name": "Example Engines"})
        yield lambda: steps.isVisible() and steps.key.isEnabled()
        press(steps.key)
        yield from self.fill({"name": "Web shop", "scopes": ["contacts:read"]})
        yield from self.keep("API key")
        yield steps.isVisible
        self.told["first steps"] = steps.act.text()
        press(steps.act)

    def fill(self, document: dict[str, Any]) -> Awaits:
        yield lambda: on_top(FormDialog)
        dialog = on_top(FormDialog)
        dialog.form.fill(document)
        press(dialog.act)
        yield lambda: not dialog.isVisible()

    def keep(self, name: str) -> Awaits:
        """See a secret this once, and say that it is stored."""
        yield lambda: on_top(SecretDialog)
        dialog = on_top(SecretDialog)
        self.secrets[name] = dialog.line.text()
        self.look()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        self.told[f"{name} is left by Escape"] = not dialog.isVisible()
        press(dialog.stored)
        press(dialog.act)
        self.told[f"{name} after it was left"] = dialog.line.text()

    # The second factor.

    def protect(self) -> Awaits:
        self.window.show_account()
        yield lambda: on_top(AccountDialog)
        account = on_top(AccountDialog)
        press(account.factor)
        yield lambda: on_top(Enrolment)
        enrolment = on_top(Enrolment)
        self.secrets["second factor"] = secret = enrolment.secret.text().replace(" ", "")
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        write(enrolment.line, totp.code(key, round(time.time())))
        press(enrolment.act)
        yield lambda: on_top(RecoveryCodes)
        codes = on_top(RecoveryCodes)
        self.secrets["recovery code"] = codes.text.toPlainText().splitlines()[0]
        press(codes.stored)
        press(codes.act)
        yield account.isVisible
        press(account.act)
        self.window.forget()
        scene = self.window.sign_in
        yield lambda: scene.isVisible() and not self.window.jobs.busy
        write(scene.password, OWN)
        QTest.keyClick(scene.password, Qt.Key.Key_Return)
        yield scene.totp.isVisible
        write(scene.totp, totp.code(key, round(time.time()) + totp.PERIOD))  # the code of now was used
        QTest.keyClick(scene.totp, Qt.Key.Key_Return)
        yield lambda: self.is_at_rest() and "address" in self.workspace.banners.reasons
        banner = self.workspace.banners._shown["address"]
        self.told["address"] = banner.findChildren(QLabel)[0].text()
        press(banner.findChildren(QPushButton)[0])
        self.told["banners"] = self.workspace.banners.reasons

    # At work.

    def watch_a_delivery(self) -> Awaits:
        self.workspace.make("webhooks", 0)
        yield from self.fill({"name": "Orders", "url": self.given["receiver"], "events": ["contact.created"]})
        yield from self.keep("webhook secret")
        self.workspace.make("records", 0)
        yield from self.fill({"first_name": "Ada", "last_name": "Berg"})
        self.workspace.look_at("webhooks", 1)
        yield lambda: self.first("webhooks").get("state") == "delivered"
        self.list("webhooks").details.show(self.first("webhooks"))
        drawer = self.list("webhooks").drawer
        drawer.tabs.setCurrentIndex(1)
        yield lambda: any(table.model().rowCount() for table in drawer.findChildren(QTableView))
        self.told["delivery"] = self.first("webhooks")["state"]
        replay = next(action for action in self.list("webhooks").spec.actions if action.key == "replay")
        bulk = self.list("webhooks")._bulk
        assert bulk is not None
        bulk.start(replay)
        yield lambda: on_top(BulkDialog) and on_top(BulkDialog).act.isEnabled()
        dialog = on_top(BulkDialog)
        self.told["replay counts"] = dialog.words.text()
        press(dialog.act)
        yield lambda: dialog.outcome.done
        self.told["replay did"] = dialog.words.text()
        dialog.reject()
        yield lambda: self.first("webhooks").get("attempts", 0) >= 2

    def act_with_care(self) -> Awaits:
        """Take something away, and take that back."""
        self.workspace.look_at("webhooks", 0)
        yield lambda: self.first("webhooks").get("name") == "Orders"
        yield from self.confirm("webhooks", "disable", "Orders")
        yield lambda: self.first("webhooks").get("status") == "disabled"
        press(self.workspace.toasts._shown[-1].buttons[0])
        yield lambda: self.first("webhooks").get("status") == "active"
        self.told["undone"] = self.first("webhooks")["status"]
        self.workspace.go("keys")
        yield lambda: self.first("keys").get("name") == "Web shop"
        yield from self.confirm("keys", "revoke", "Web shop")
        press(self.workspace.toasts._shown[-1].buttons[0])  # it has not begun yet
        yield self.is_at_rest
        self.told["keys after one was nearly revoked"] = len(self.list("keys").listing.model.rows())
        self.fail()

    def confirm(self, page: str, act: str, typed: str) -> Awaits:
        view = self.list(page)
        view.act(next(action for action in view.spec.actions if action.key == act), self.first(page))
        yield lambda: on_top(ConfirmDialog) and on_top(ConfirmDialog).radius.text() != "Counting what this affects…"
        dialog = on_top(ConfirmDialog)
        self.told[f"{act} affects"] = dialog.radius.text()
        self.told[f"{act} before its name is typed"] = dialog.act.isEnabled()
        write(dialog.line, typed)
        press(dialog.act)
        yield lambda: not dialog.isVisible()

    def fail(self) -> None:
        """Let something unforeseen happen that has secrets in its hands."""
        token = self.workspace.session.api.transport.token
        self.secrets["token"] = str(token)
        said = {"Authorization": f"Bearer {token}", "password": OWN, "key": self.secrets["API key"], "secret": self.secrets["webhook secret"]}
        Crashes(self.window.folder, self.window).take(RuntimeError(f"refused: {said}"))
        self.look()

    # What is there.

    @property
    def workspace(self) -> Workspace:
        assert self.window.workspace is not None
        return self.window.workspace

    def is_at_rest(self) -> bool:
        return self.window.workspace is not None and not self.window.jobs.busy and bool(self.workspace.bar.tenants.count())

    def list(self, page: str) -> ListWidget:
        found = self.workspace.page(page).view
        assert isinstance(found, ListWidget)
        return found

    def first(self, page: str) -> dict[str, Any]:
        """Return the first row of a page, which is read again now and then."""
        if not self.window.jobs.busy and time.monotonic() - self.saw > 0.3:
            self.saw = time.monotonic()
            self.workspace.page(page).enter()
        return dict(self.list(page).listing.model.row_at(0) or {})

    def look(self) -> None:
        """Note every word in sight."""
        for widget in QApplication.allWidgets():
            if widget.isVisible():
                self.seen |= set(words(widget))


def words(widget: QWidget) -> Iterator[str]:
    """Yield what a widget shows, and what it tells those who listen."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.displayText()
    if isinstance(widget, QPlainTextEdit):
        yield widget.toPlainText()


def on_top(kind: type[Shown]) -> Shown:
    """Return the window in front when it is of this kind; what is false otherwise."""
    found = QApplication.activeModalWidget()
    return found if isinstance(found, kind) and isinstance(found, QDialog) else None  # type: ignore[return-value]


def press(button: QAbstractButton) -> None:
    """Click a button, or mark a box by the space bar; nobody can do so to what is not in sight."""
    assert button.isVisible(), button.text()
    assert button.isEnabled(), button.text()
    if isinstance(button, QCheckBox):
        QTest.keyClick(button, Qt.Key.Key_Space)
    else:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(line: QLineEdit, text: str) -> None:
    """Type into a line that is in sight."""
    assert line.isVisible(), line.accessibleName()
    line.selectAll()
    QTest.keyClicks(line, text)


def innermost(story: Any) -> FrameType:
    """Return where a story waits."""
    while story.gi_yieldfrom is not None:
        story = story.gi_yieldfrom
    frame: FrameType = story.gi_frame
    return frame


def main() -> None:
    """Go through the story, and print."""
    given = json.loads(sys.stdin.readline())
    application = starting.application_of(["console"])
    window = starting.window_of(application, Path(given["folder"]), Brand())
    window.show()
    hour = Hour(window, given)
    story = hour.story()
    ready: list[Callable[[], object]] = [lambda: True]
    since = [time.monotonic()]

    def step() -> None:
        if ready[0]():
            since[0] = time.monotonic()
            ready[0] = next(story, application.quit)
        elif time.monotonic() - since[0] > PATIENCE:
            hour.look()
            traceback.print_stack(innermost(story))
            sys.stderr.write("\n".join(sorted(hour.seen)))
            application.exit(1)

    timer = QTimer(interval=STEP_MS)
    timer.timeout.connect(step)
    timer.start()
    if application.exec():
        sys.exit(1)
    window.close()
    print(json.dumps({"told": hour.told, "secrets": hour.secrets, "seen": sorted(hour.seen), "arguments": sys.argv}))


if __name__ == "__main__":
    main()
