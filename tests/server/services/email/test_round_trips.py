"""A test's message comes back out of a real mailbox, by IMAP and by POP3, or the step that keeps it is named."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.outbound import guard
from server.services.email import account_tests, account_walks, accounts, round_trips
from server.services.email.accounts import NewAccount
from tests.peers.dovecot import PASSWORD, USER, Dovecot
from tests.peers.ports import free_port
from tests.peers.sink import Sink

PORTS = {"imap": "imaps", "pop3": "pop3s"}


@pytest.fixture
def database_kind() -> str:
    """Return the embedded database: what is tested is the walk, and it asks the database nothing."""
    return "sqlite"


@pytest.fixture
def box(sink: Callable[..., Sink]) -> Sink:
    """Return a server that asks for a password, whichever the account has."""
    found = sink("starttls")
    found.passwords = {USER: PASSWORD}
    return found


@pytest.fixture
def trusting(certificate: tuple[Path, Path], dovecot: Dovecot) -> Callable[[], ssl.SSLContext]:
    """Return what makes a context that trusts the server and the mail store."""
    guard.install(["127.0.0.0/8"])

    def context() -> ssl.SSLContext:
        found = dovecot.context()
        found.load_verify_locations(certificate[0])
        return found

    return context


@pytest.fixture
def delivering(box: Sink, dovecot: Dovecot) -> Iterator[None]:
    """Bring what is sent into the mailbox, as the account's own server would."""

    def deliver() -> None:
        box.wait_for(1)
        dovecot.deliver(box.raw[0])

    thread = threading.Thread(target=deliver)
    thread.start()
    yield
    thread.join()


def account(actor: Actor, box: Sink, kind: str, port: int, **parts: Any) -> str:
    servers = {"smtp": {"host": "localhost", "port": box.port, "security": "starttls"}, kind: {"host": "localhost", "port": port}}
    body = {"name": "Office", "address": USER, "password": PASSWORD, **servers, **parts}
    return str(accounts.create(actor, NewAccount.model_validate(body))["id"])


@pytest.mark.criterion("email-30")
@pytest.mark.usefixtures("delivering")
@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_what_was_sent_is_found_in_the_mailbox(
    alice: Actor, box: Sink, dovecot: Dovecot, trusting: Callable[[], ssl.SSLContext], kind: str, figure: Callable[[str], None]
) -> None:
    found = account_tests.run(alice, account(alice, box, kind, dovecot.ports[PORTS[kind]]), trusting)
    assert (found["ok"], [one["step"] for one in found["steps"]]) == (True, [*account_walks.SMTP, *account_walks.MAILBOX])
    assert {one["state"] for one in found["steps"]} == {"done"}
    assert found["milliseconds"] < 20_000
    figure(f"the whole way there and back by {kind} in {found['milliseconds']} ms")


@dataclass
class Fault:
    """What is wrong with a mailbox."""

    port: int
    password: str = PASSWORD
    trusted: bool = True


@pytest.fixture
def fault(request: pytest.FixtureRequest, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Return the fault of a name and kind of mailbox."""
    name, kind = request.param
    monkeypatch.setattr(round_trips, "WAIT_SECONDS", 0.3)
    ports = {"port": free_port(), "plain": dovecot.ports[kind]}
    password = "another" if name == "password" else PASSWORD
    return Fault(ports.get(name, dovecot.ports[PORTS[kind]]), password, trusted=name != "certificate")


STEPS = {
    "port": ("mailbox_connect", "refused"),
    "plain": ("mailbox_connect", ""),
    "certificate": ("mailbox_connect", "certificate"),
    "password": ("mailbox_auth", "lets nobody in"),
    "lost": ("fetch", "not in the inbox"),
}


@pytest.mark.criterion("email-30")
@pytest.mark.parametrize(("fault", "name", "kind"), [((name, kind), name, kind) for name in STEPS for kind in PORTS], indirect=["fault"])
def test_what_keeps_it_from_coming_back_is_named(
    alice: Actor, box: Sink, trusting: Callable[[], ssl.SSLContext], certificate: tuple[Path, Path], fault: Fault, name: str, kind: str
) -> None:
    box.passwords = {USER: fault.password}
    context = trusting if fault.trusted else lambda: ssl.create_default_context(cafile=str(certificate[0]))
    found = account_tests.run(alice, account(alice, box, kind, fault.port, password=fault.password), context)
    (failed,) = [one for one in found["steps"] if one["state"] == "failed"]
    assert found["failed_step"] == failed["step"] == STEPS[name][0]
    assert STEPS[name][1] in failed["detail"]
    assert "works" in failed["remedy"] or "taken" in failed["remedy"], "that sending works is told"
    assert box.envelopes == [(USER, USER)]


def test_an_account_that_only_receives_is_tested_for_that(alice: Actor, dovecot: Dovecot, trusting: Callable[[], ssl.SSLContext]) -> None:
    server = {"host": "localhost", "port": dovecot.ports["imaps"]}
    body = {"name": "Inbox", "address": USER, "password": PASSWORD, "imap": server}
    found = account_tests.run(alice, str(accounts.create(alice, NewAccount.model_validate(body))["id"]), trusting)
    assert ([one["step"] for one in found["steps"]], found["ok"]) == (list(account_walks.MAILBOX), True)
