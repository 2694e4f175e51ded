"""Testing an account names the first step that fails, in the server's own words, before anybody loses patience."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.outbound import guard
from server.services.email import account_tests, account_walks, accounts
from server.services.email.accounts import AccountChange, NewAccount
from tests.peers.mail_providers import Provider, Refused
from tests.peers.ports import free_port
from tests.peers.sink import Sink

ADDRESS = "office@example.com"


@pytest.fixture
def database_kind() -> str:
    """Return the embedded database: what is tested is the walk, and it asks the database nothing."""
    return "sqlite"


def account(actor: Actor, port: int, host: str = "localhost", security: str = "starttls", **parts: Any) -> str:
    server = {"host": host, "port": port, "security": security}
    body = {"name": "Office", "address": ADDRESS, "password": "right", "smtp": server, **parts}
    return str(accounts.create(actor, NewAccount.model_validate(body))["id"])


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> Callable[[], ssl.SSLContext]:
    """Return what makes a context that trusts the server's own certificate."""
    return lambda: ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def box(sink: Callable[..., Sink]) -> Sink:
    """Return a server that asks for a password."""
    found = sink("starttls")
    found.passwords = {ADDRESS: "right"}
    return found


def test_an_account_that_works_sends_a_message_to_itself(alice: Actor, box: Sink, trusting: Callable[[], ssl.SSLContext]) -> None:
    found = account_tests.run(alice, account_id := account(alice, box.port), trusting)
    assert (found["ok"], found["failed_step"]) == (True, None)
    assert [one["state"] for one in found["steps"]] == ["done"] * 6
    assert box.envelopes == [(ADDRESS, ADDRESS)]
    shown = accounts.get(alice, account_id)
    assert (shown["status"], shown["last_test"]["ok"]) == ("active", True)


@contextmanager
def saying(*lines: bytes) -> Iterator[int]:
    """Listen, say something to whoever connects for each thing heard, and hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                for line in filter(None, lines):
                    connection.sendall(line)
                    connection.settimeout(5)
                    if not connection.recv(4096):
                        return

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


HELLO = b"250-x\r\n250 AUTH PLAIN\r\n"


@pytest.mark.criterion("email-30")
@pytest.mark.parametrize(
    ("lines", "step", "words"),
    [
        ((b"554 5.7.1 Your address is on a list\r\n",), "greeting", "on a list"),
        ((b"421 Too busy\r\n",), "greeting", "Too busy"),
        ((b"",), "connect", ""),
        ((b"220 x\r\n", b"502 No hello\r\n", b"502 No helo\r\n"), "greeting", "No helo"),
        ((b"220 x\r\n", HELLO), "tls", "TLS"),
        ((b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"454 TLS is broken\r\n"), "tls", "454 TLS is broken"),
        ((b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n", b"not TLS\r\n"), "tls", "TLS"),
    ],
)
def test_a_server_that_breaks_off_is_named_by_its_step(alice: Actor, lines: tuple[bytes, ...], step: str, words: str) -> None:
    with saying(*lines) as port:
        found = account_tests.run(alice, account(alice, port))
    assert (found["ok"], found["failed_step"]) == (False, step)
    (failed,) = [one for one in found["steps"] if one["state"] == "failed"]
    assert words in failed["detail"]
    assert failed["remedy"]
    assert [one["state"] for one in found["steps"]].index("failed") == account_walks.SMTP.index(step)
    assert found["milliseconds"] < 20_000


@pytest.mark.criterion("email-30")
@pytest.mark.parametrize("fault", ["dns", "port", "private", "certificate", "password", "rcpt", "data", "tls_on_plain", "sender"])
def test_every_fault_is_named_right(
    alice: Actor, box: Sink, trusting: Callable[[], ssl.SSLContext], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: dict[str, Any] = {"port": box.port}
    step, words, context = "connect", "", trusting
    if fault == "dns":
        monkeypatch.setattr(socket, "getaddrinfo", _no_name)
        parts, step, words = {"port": 587, "host": "nowhere.invalid"}, "dns", "nowhere.invalid"
    elif fault == "port":
        parts, words = {"port": free_port()}, "refused"
    elif fault == "private":
        guard.install(())
        words = "not a public address"
    elif fault == "certificate":
        context, step, words = ssl.create_default_context, "tls", "certificate"
    elif fault == "password":
        parts, step, words = {"port": box.port, "password": "wrong"}, "auth", "535"
    elif fault in {"rcpt", "sender"}:
        box.plan[ADDRESS], step, words = ["550 5.7.1 Not you"], "send", "550 5.7.1 Not you"
    elif fault == "data":
        box.data_plan[ADDRESS], step, words = ["552 5.3.4 Too big"], "send", "552 5.3.4 Too big"
    else:
        parts, step = {"port": box.port, "security": "tls"}, "tls"
    found = account_tests.run(alice, account_id := account(alice, **parts), context)
    assert found["failed_step"] == step
    (failed,) = [one for one in found["steps"] if one["state"] == "failed"]
    assert words in failed["detail"]
    assert accounts.get(alice, account_id)["status"] == "failing"


def test_an_account_that_hands_mail_to_a_provider_is_tested_there(alice: Actor, provider: Callable[[str], Provider]) -> None:
    there = provider("sendgrid")
    body = {"name": "API", "address": ADDRESS, "auth": "api_key", "password": "key", "provider": "sendgrid", "api": {"endpoint": there.endpoint}}
    account_id = str(accounts.create(alice, NewAccount.model_validate(body))["id"])
    found = account_tests.run(alice, account_id)
    assert ([one["step"] for one in found["steps"]], found["ok"]) == (list(account_walks.API), True)
    assert there.differences == []
    assert found["steps"][-1]["detail"] == "Taken as sg-1"
    answers = {
        "auth": Refused(401, {"errors": [{"message": "authorization required"}]}),
        "send": Refused(403, {"errors": [{"message": "no sender"}]}),
    }
    for step, refused in answers.items():
        there.plan = [refused.answer]
        found = account_tests.run(alice, account_id)
        assert found["failed_step"] == step
        assert refused.words["errors"][0]["message"] in accounts.get(alice, account_id)["status_reason"]
    accounts.update(alice, account_id, AccountChange.model_validate({"api": {"endpoint": f"http://127.0.0.1:{free_port()}"}}))
    assert account_tests.run(alice, account_id)["failed_step"] == "connect"


def _no_name(*_arguments: Any, **_named: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
