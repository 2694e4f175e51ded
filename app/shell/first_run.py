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
from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.text import column, frame, label, row

LOCAL: Final = ("http://127.0.0.1:8080", "https://127.0.0.1:8080", "https://127.0.0.1:8443")
START_SECONDS: Final = 20
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


class Begin(Dialog):
    """What is left to do on a new appliance: a first tenant, a first key."""

    def __init__(self, context: Context, tenant_made: Callable[[], None], has_tenant: Callable[[], bool]) -> None:
        about = tr("Two steps and a program can use the API. You can do both later.")
        super().__init__(context.window, tr("Welcome"), about, act=tr("Done"), width=520)
        self._has_tenant = has_tenant
        self.leave.hide()
        self.tenant = QPushButton(tr("New tenant"))
        self.key = QPushButton(tr("New API key"))
        acting = Acting(context, tenant_made)
        self.tenant.clicked.connect(lambda: acting.start(tenants.TENANTS.create) if tenants.TENANTS.create else None)
        self.key.clicked.connect(lambda: acting.start(keys.KEYS.create) if keys.KEYS.create else None)
        first = tr("A tenant is a company with its own records, keys and webhooks.")
        second = tr("A key lets a program use this tenant's API. It is shown once.")
        self.body.addWidget(_step("1", tr("The first tenant"), first, self.tenant))
        self.body.addWidget(_step("2", tr("The first key"), second, self.key))
        self.judge()

    def judge(self) -> None:
        """Look which steps can be taken."""
        self.key.setEnabled(self._has_tenant())


def _step(number: str, title: str, about: str, button: QPushButton) -> QWidget:
    words = column(label(f"{number}. {title}", "heading"), label(about, "caption", wrap=True), spacing=2)
    line = row(words, button, margins=(14, 12, 14, 12))
    line.setStretch(0, 1)
    return frame("card", line)
