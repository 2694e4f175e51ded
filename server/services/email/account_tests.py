"""Testing an account: name service, connection, TLS, sign-in, a message to itself, and that message back out of its mailbox.

It ends at the first step that fails. What is told is the step, the server's own words, and what to do about it.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson
from pydantic import BaseModel

from server.domain.actor import Actor
from server.domain.errors import JunctionError
from server.domain.mail import addressing, provider_refusals
from server.domain.permissions import permit
from server.outbound.guard import AddressRefused
from server.outbound.mail_apis.handing import Hand
from server.outbound.mail_apis.letters import Letter
from server.outbound.smtp import Session, SmtpFailed, stuffed
from server.services.email import account_walks, accounts, composing, round_trips
from server.services.email.account_walks import StepFailed, Walk
from server.services.email.composing import Draft
from server.store import database, email_accounts
from server.system import clock, ids

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from server.outbound.mail_apis.letters import ApiAccount
    from server.store.tables import Row

SECONDS: Final = 5.0
"""How long each answer of a server is waited for."""


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


def run(actor: Actor, account_id: str, context: Callable[[], ssl.SSLContext] | None = None) -> dict[str, Any]:
    """Test an account now and remember what was found. `context` makes what verifies servers, None for the authorities of this host."""
    permit(actor, "email:write")
    row = accounts.find(actor, account_id)
    walk = Walk(_planned(row))
    failed: StepFailed | None = None
    try:
        _walk(row, walk, context() if context else None)
    except StepFailed as error:
        failed = error
        walk.failed(error)
    found = {"object": "email_account_test", "account_id": account_id, "ok": failed is None, "failed_step": failed.step if failed else None}
    found |= {"steps": walk.steps(), "milliseconds": round((time.monotonic() - walk.began) * 1000), "tested_at": clock.rfc3339(clock.now_ms())}
    status = row["status"] if row["status"] == "disabled" else "failing" if failed else "active"
    with database.transaction():
        email_accounts.note(actor.tenant_id, actor.mode, account_id, status, failed.detail if failed else None, orjson.dumps(found).decode())
    return found


def _planned(row: Row) -> tuple[str, ...]:
    """Return the steps for what an account has: a way to send, a mailbox, or both."""
    ways = accounts.servers_of(row)
    sending = account_walks.API if accounts.API in ways else account_walks.SMTP if "smtp" in ways else ()
    return sending + (account_walks.MAILBOX if {"imap", "pop3"} & ways.keys() else ())


def _walk(row: Row, walk: Walk, context: ssl.SSLContext | None) -> None:
    """Go as far as the account goes. Raises StepFailed."""
    ways, planned = accounts.servers_of(row), _planned(row)
    header_id = None
    if "send" in planned:
        own = addressing.mailbox(row["address"])
        draft = Draft(f"<{ids.new_id('test')}@{own.domain}>", own, [own], "Test of this mail account", clock.now_ms(), text="It works.\n")
        header_id, body = draft.header_id, composing.compose(draft, largest=100_000)
        provider = accounts.api_account(row)
        if provider:
            _hand_over(provider, Letter(own.address, own.address, body, row["id"]), walk)
        else:
            _send(row, ways["smtp"], body, walk, context)
    if "fetch" in planned:
        round_trips.walk(row, header_id, walk, context, SECONDS)


def _look_up(host: str, port: int, walk: Walk) -> None:
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise StepFailed("dns", f"{host}: {error.strerror or error}") from error
    walk.done("dns")


def _send(row: Row, server: dict[str, Any], body: bytes, walk: Walk, context: ssl.SSLContext | None) -> None:
    """Send a message from the account to itself."""
    _look_up(server["host"], server["port"], walk)
    own = addressing.mailbox(row["address"])
    try:
        peer = accounts.peer(row)
    except JunctionError as error:
        raise StepFailed("auth", error.detail) from error
    try:
        session = Session(peer, helo=own.domain, context=context, timeout=SECONDS)
        try:
            walk.done("auth")
            reply = session.begin(own.address, own.address, stuffed(body)) or session.finish()
        finally:
            session.close()
    except AddressRefused as error:
        raise StepFailed("connect", error.detail) from error
    except SmtpFailed as error:
        raise StepFailed(error.step, error.detail, error.reply.code if error.reply else None) from error
    if not reply.accepted:
        raise StepFailed("send", f"{reply.code} {reply.text}", reply.code)
    walk.done("send", f"{reply.code} {reply.text}", reply.code)


def _hand_over(provider: ApiAccount, letter: Letter, walk: Walk) -> None:
    """Hand a message to the account itself to its provider."""
    there = urlsplit(provider.endpoint)
    _look_up(there.hostname or "", there.port or 443, walk)
    hand = Hand(provider, SECONDS)
    try:
        handed = hand.over(letter)
    except JunctionError as error:
        raise StepFailed("connect", error.detail) from error
    finally:
        hand.close()
    if not handed.accepted:
        meant = provider_refusals.verdict(provider.provider, handed.status, handed.words)
        raise StepFailed("auth" if meant.reason == "securityerror" else "send", handed.words, handed.status)
    walk.done("send", f"Taken as {handed.identity}", handed.status)
