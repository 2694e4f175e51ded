"""The first run: finds an appliance on this computer or starts one, and after signing in makes the first tenant and the first key.

Each step can be skipped; what it does is what the pages do, so nothing is set up in a way of its own.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtWidgets import QPushButton, QWidget

from app.client.api import Api, Call
from app.client.cancellation import Cancellation
from app.client.errors import ClientError, Untrusted
from app.client.transport import Transport
from app.pages import keys, tenants
from app.pages.acting import Acting
from app.pages.context import Context
from app.pages.specs import Action
from app.system.languages import tr
from app.widgets.dialogs import Hub
from app.widgets.text import column, frame, label, row

LOCAL: Final = ("http://127.0.0.1:8080", "https://127.0.0.1:8080", "https://127.0.0.1:8443")
START_SECONDS: Final = 20
MARK_PIXELS: Final = 20
LISTENS_SECONDS: Final = 0.3  # on this computer somebody listens at once, or nobody does


def find(cancellation: Cancellation, addresses: tuple[str, ...] = LOCAL) -> str | None:
    """Return the address of an appliance on this computer; None when there is none. One whose certificate is unknown is one too."""
    for address in filter(_is_listened_on, addresses):
        try:
            Api(Transport(address)).send(Call("GET", "/healthz"), cancellation)
        except Untrusted:
            return address
        except ClientError:
            continue
        return address
    return None


def _is_listened_on(address: str) -> bool:
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=LISTENS_SECONDS).close()
    except OSError:
        return False
    return True


def start_local(folder: Path, cancellation: Cancellation) -> str | None:
    """Start an appliance on this computer that outlives the console, its greeting kept in the folder; return its address once it answers."""
    command = [sys.executable, "-m", "server", "serve", "--data", str(folder / "appliance")]
    with (folder / "appliance.txt").open("wb") as greeting:
        (folder / "appliance.txt").chmod(0o600)  # it holds the one-time password
        subprocess.Popen(command, stdout=greeting, stderr=greeting, start_new_session=True)  # noqa: S603 - our own program
    for _ in range(START_SECONDS * 2):
        cancellation.sleep(0.5)
        if address := find(cancellation, LOCAL[:1]):
            return address
    return None


class Begin(Hub):
    """What is left to do on a new appliance: a first tenant, a first key. `tenant_made` is called when the first step was done."""

    def __init__(self, context: Context, tenant_made: Callable[[], None], has_tenant: Callable[[], bool]) -> None:
        about = tr("Two steps and a program can use the API. You can do both later.")
        super().__init__(context.window, tr("Welcome"), about, act=tr("Later"), width=520)
        self._has_tenant = has_tenant
        self._has_key = False
        self.leave.hide()
        self.tenant = QPushButton(tr("New tenant"))
        self.key = QPushButton(tr("New API key"))
        self._making_tenant, self._making_key = Acting(context, tenant_made), Acting(context, self._key_made)
        self.tenant.clicked.connect(lambda: self._begin(self._making_tenant, tenants.TENANTS.create))
        self.key.clicked.connect(lambda: self._begin(self._making_key, keys.KEYS.create))
        self._marks = [label(""), label("")]
        for mark in self._marks:
            mark.setPixmap(context.look.drawing("check", MARK_PIXELS, "ok"))
        first = tr("A tenant is a company with its own records, keys and webhooks.")
        second = tr("A key lets a program use this tenant's API. It is shown once.")
        self.body.addWidget(_step("1", tr("The first tenant"), first, self._marks[0], self.tenant))
        self.body.addWidget(_step("2", tr("The first key"), second, self._marks[1], self.key))
        self.judge()

    def judge(self) -> None:
        """Look which steps were taken, and which can be."""
        done = self._has_tenant(), self._has_key
        for mark, is_done in zip(self._marks, done, strict=True):
            mark.setVisible(is_done)
        self.tenant.setDisabled(done[0])
        self.key.setEnabled(done[0])
        self.act.setText(tr("Done") if all(done) else tr("Later"))
        (self.act if all(done) else self.key if done[0] else self.tenant).setFocus()

    def _begin(self, acting: Acting, action: Action | None) -> None:
        if action:
            self.lead(acting.start(action))

    def _key_made(self) -> None:
        self._has_key = True
        self.judge()


def _step(number: str, title: str, about: str, mark: QWidget, button: QPushButton) -> QWidget:
    words = column(label(f"{number}. {title}", "heading"), label(about, "caption", wrap=True), spacing=2)
    line = row(words, mark, button, margins=(14, 12, 14, 12))
    line.setStretch(0, 1)
    return frame("card", line)
