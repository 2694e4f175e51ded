"""Testing an account: name service, connection, TLS, sign-in and a message to itself, step by step, up to the first that fails.

What is told is the step, the server's own words, and what to do about it.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel

from server.domain.actor import Actor
from server.domain.errors import JunctionError, Unprocessable
from server.domain.mail import addressing
from server.domain.permissions import permit
from server.outbound.guard import AddressRefused
from server.outbound.smtp import Session, SmtpFailed, stuffed
from server.services.email import accounts, composing
from server.services.email.composing import Draft
from server.store import database, email_accounts
from server.system import clock, ids

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from server.outbound.smtp import Peer
    from server.store.tables import Row

STEPS: Final = ("dns", "connect", "greeting", "tls", "auth", "send")
SECONDS: Final = 6.0
_REMEDIES: Final = {
    "dns": "Check the name of the server; the DNS knows no address of it.",
    "connect": "Check host and port, and whether a firewall lets this connection out.",
    "greeting": "The server answers, but will not talk to this host; its words say why.",
    "tls": "Check the port and the kind of TLS: 465 speaks it from the first byte, 587 after STARTTLS; the certificate must be the server's own.",
    "auth": "Check user name and password; many providers want a password for applications, or XOAUTH2.",
    "send": "The server took the sign-in but not the message; its words say why.",
}


class WalkedStepView(BaseModel):
    """One step: done, failed, or not reached."""

    step: str
    state: str
    milliseconds: int
    detail: str | None
    code: int | None
    remedy: str | None


class AccountTestView(BaseModel):
    """What a test found; `failed_step` is the first that failed, null when all is well."""

    object: str
    account_id: str
    ok: bool
    failed_step: str | None
    steps: list[WalkedStepView]
    milliseconds: int
    tested_at: str


class _Walk:
    """The steps so far."""

    def __init__(self) -> None:
        self.began = self.since = time.monotonic()
        self.steps: list[dict[str, Any]] = []

    def note(self, step: str, state: str, detail: str | None = None, code: int | None = None) -> None:
        now = time.monotonic()
        taken, self.since = round((now - self.since) * 1000), now
        remedy = _REMEDIES[step] if state == "failed" else None
        self.steps.append({"step": step, "state": state, "milliseconds": taken, "detail": detail, "code": code, "remedy": remedy})

    def done_before(self, step: str) -> None:
        """Note the steps of a session that went well before one."""
        noted = {one["step"] for one in self.steps}
        for one in STEPS[: STEPS.index(step)]:
            if one not in noted:
                self.note(one, "done")


def run(actor: Actor, account_id: str, context: Callable[[], ssl.SSLContext] | None = None) -> dict[str, Any]:
    """Test an account now and remember what was found. `context` makes what verifies servers, None for the authorities of this host."""
    permit(actor, "email:write")
    row = accounts.find(actor, account_id)
    walk = _Walk()
    _walk(row, walk, context)
    failed = next((one for one in walk.steps if one["state"] == "failed"), None)
    reached = {one["step"] for one in walk.steps}
    for step in STEPS:
        if step not in reached:
            walk.note(step, "not_reached")
    found = {"object": "email_account_test", "account_id": account_id, "ok": failed is None, "failed_step": failed["step"] if failed else None}
    found |= {"steps": walk.steps, "milliseconds": round((time.monotonic() - walk.began) * 1000), "tested_at": clock.rfc3339(clock.now_ms())}
    status = row["status"] if row["status"] == "disabled" else "failing" if failed else "active"
    with database.transaction():
        email_accounts.note(actor.tenant_id, actor.mode, account_id, status, failed["detail"] if failed else None, orjson.dumps(found).decode())
    return found


def _walk(row: Row, walk: _Walk, context: Callable[[], ssl.SSLContext] | None) -> None:
    server = accounts.servers_of(row).get("smtp")
    if server is None:
        raise Unprocessable("The account has no server to send through.", code="no_smtp_server")
    try:
        socket.getaddrinfo(server["host"], server["port"], type=socket.SOCK_STREAM)
    except OSError as error:
        walk.note("dns", "failed", f"{server['host']}: {error.strerror or error}")
        return
    walk.note("dns", "done")
    try:
        peer = accounts.peer(row)
    except JunctionError as error:
        walk.note("auth", "failed", error.detail)
        return
    try:
        _send(row, peer, walk, context)
    except AddressRefused as error:
        walk.note("connect", "failed", error.detail)
    except SmtpFailed as error:
        walk.done_before(error.step)
        walk.note(error.step, "failed", error.detail, error.reply.code if error.reply else None)


def _send(row: Row, peer: Peer, walk: _Walk, context: Callable[[], ssl.SSLContext] | None) -> None:
    """Send a message from the account to itself."""
    own = addressing.mailbox(row["address"])
    session = Session(peer, helo=own.domain, context=context() if context else None, timeout=SECONDS)
    try:
        walk.done_before("send")
        draft = Draft(f"<{ids.new_id('test')}@{own.domain}>", own, [own], "Test of this mail account", clock.now_ms(), text="It works.\n")
        body = stuffed(composing.compose(draft, largest=100_000))
        reply = session.begin(own.address, own.address, body) or session.finish()
        walk.note("send", "done" if reply.accepted else "failed", f"{reply.code} {reply.text}", reply.code)
    finally:
        session.close()
