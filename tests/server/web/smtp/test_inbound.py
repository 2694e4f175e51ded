"""Mail from other servers: taken for whom a route names, refused for everybody else, and committed before the sender hears of it."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.services.email import arrivals, messages, receiving, return_paths, routes, suppressions
from server.services.email.routes import NewEmailRoute
from server.store import database, email_arrivals
from server.web.smtp import inbound
from tests import receiving as receiving_rig
from tests.mailing import listening, sending_settings, submit, verified
from tests.pace import seconds, until
from tests.peers.exim import Exim
from tests.peers.opensmtpd import OpenSMTPD
from tests.peers.postfix import Postfix
from tests.peers.sink import Sink
from tests.receiving import mail


@pytest.fixture
def port(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Return the port of a listener that runs in a thread of its own; name servers are not asked."""
    verified(alice.tenant_id, "example.com")
    wanted: dict[str, Any] = {"name": "Help", "addresses": ["help@example.com"], "actions": [{"type": "activity"}]}
    routes.create(alice, NewEmailRoute.model_validate(wanted))
    words = {"spf": "pass", "dkim": "none", "dmarc": "pass", "arc": "none"}
    monkeypatch.setattr(receiving, "authenticate", lambda *_given, **_named: type("Found", (), {"words": words, "policy": None})())
    settings = sending_settings(tmp_path, **{"email.max_message_bytes": 20_000})
    with listening(lambda execution, sock: inbound.listen(settings, execution, sock, None)) as number:
        yield number


def refused(port: int, to: str, raw: bytes = b"Subject: x\r\n\r\nx\r\n") -> tuple[int, str]:
    """Return what the server says to a message that it does not take."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        try:
            client.sendmail("bob@customer.test", [to], raw)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[to]
            return code, said.decode()
        except smtplib.SMTPResponseException as error:
            return error.smtp_code, str(error.smtp_error)
    raise AssertionError


def test_mail_for_a_route_is_there_when_its_sender_hears_so(alice: Actor, port: int) -> None:
    for _ in range(2):
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("bob@customer.test", ["help+42@example.com"], mail())
    (found,) = arrivals.list_page(alice, None, 10, {})[0]
    assert ("help+42@example.com" in found["recipients"], found["identity"], len(found["seen"])) == (True, "bob@customer.test", 1)


def test_nothing_is_relayed_and_nobody_else_is_there(alice: Actor, port: int) -> None:
    assert refused(port, "eve@elsewhere.test")[0] == 550
    assert refused(port, "other@example.com")[0] == 550
    assert arrivals.list_page(alice, None, 10, {})[0] == []


@pytest.mark.criterion("email-19")
def test_a_return_path_is_taken_when_it_is_genuine_alone(alice: Actor, port: int, tmp_path: Path) -> None:
    with database.transaction():
        database.execute("UPDATE sending_domains SET return_path = 'bounce.example.com'")
    message = submit(alice, sending_settings(tmp_path))
    genuine = return_paths.make(alice.tenant_id, alice.mode, "example.com", message["recipients"][0]["id"]) or ""
    assert refused(port, f"{genuine[:40]}{'b' if genuine[40] == 'a' else 'a'}{genuine[41:]}")[0] == 550
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("", [genuine], mail(from_="MAILER-DAEMON@mx.customer.test", subject="failure notice"))
    assert len(arrivals.list_page(alice, None, 10, {})[0]) == 1


def test_what_is_too_large_or_goes_in_circles_is_refused(port: int) -> None:
    code, words = refused(port, "help@example.com", b"Subject: x\r\n\r\n" + b"x" * 30_000)
    assert (code, "5.3.4 The message is too large: at most 0.02 MB are taken here" in words) == (552, True)
    looping = b"Received: from a by b\r\n" * 60 + mail()
    assert refused(port, "help@example.com", looping)[0] == 554


@pytest.mark.criterion("email-19")
@pytest.mark.parametrize("program", ["postfix", "exim", "opensmtpd"])
def test_what_a_real_mail_server_returns_is_on_the_timeline_of_its_message_within_seconds(
    alice: Actor, port: int, sink: Callable[[], Sink], program: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with database.transaction():
        database.execute("UPDATE sending_domains SET return_path = 'bounce.example.com'")
    message = submit(alice, sending_settings(tmp_path), to=["bob@customer.test", "carol@customer.test"])
    box = sink()
    box.plan["bob@customer.test"] = ["550 5.1.1 <bob@customer.test>: User unknown"] * 9
    server: Postfix | Exim | OpenSMTPD = request.getfixturevalue(program)(box.port, port)
    for one in message["recipients"]:
        path = return_paths.make(alice.tenant_id, alice.mode, "example.com", one["id"]) or ""
        with smtplib.SMTP("127.0.0.1", server.port) as client:
            client.sendmail(path, [one["address"]], mail(from_="alice@example.com", to=one["address"], message_id="<stripped@nowhere.test>"))
    until(lambda: arrivals.list_page(alice, None, 10, {})[0] != [])
    assert seconds(receiving_rig.sort, time.process_time) < 5
    (returned,) = arrivals.list_page(alice, None, 10, {})[0]
    assert (returned["kind"], returned["state"], returned["sent_message_id"]) == ("bounce", "done", message["id"])
    states = {one["address"]: one["state"] for one in messages.get(alice, message["id"])["recipients"]}
    assert states == {"bob@customer.test": "bounced", "carol@customer.test": "queued"}
    assert set(suppressions.check(alice.tenant_id, alice.mode, "transactional", states)) == {"bob@customer.test"}


def talk(port: int, *lines: bytes) -> list[bytes]:
    """Send lines as they are, and return every answer until the server hangs up or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"".join(lines) + b"QUIT\r\n")
        with client.makefile("rb") as answers:
            return [line.rstrip() for line in answers]


HELLO = b"EHLO x\r\nMAIL FROM:<bob@customer.test>\r\nRCPT TO:<help@example.com>\r\nDATA\r\n"


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize("dot", [b"\n.\n", b"\n.\r\n", b"\n.\r", b"\r.\r\n", b"\r.\n"])
def test_a_message_that_another_server_could_take_for_two_is_refused(alice: Actor, port: int, dot: bytes) -> None:
    smuggled = b"MAIL FROM:<eve@evil.test>\r\nRCPT TO:<help@example.com>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n"
    said = talk(port, HELLO, mail(), b"one" + dot + smuggled, b".\r\n")
    assert said[-2].startswith(b"554 5.6.0")
    assert arrivals.list_page(alice, None, 10, {})[0] == []


@pytest.mark.parametrize("dot", [b"\r\n.\n", b"\r\n.\r"])
def test_a_dot_that_does_not_end_a_message_is_taken_away(alice: Actor, port: int, dot: bytes) -> None:
    said = talk(port, HELLO, mail(), b"one" + dot + b"MAIL FROM:<eve@evil.test>\r\n.\r\n")
    assert said[-2].startswith(b"250")
    (taken,) = arrivals.list_page(alice, None, 10, {})[0]
    assert b"." not in (email_arrivals.content(alice.tenant_id, alice.mode, taken["id"]) or b"").partition(b"one")[2].partition(b"MAIL")[0]


def test_a_dot_that_is_meant_is_taken(alice: Actor, port: int) -> None:
    assert talk(port, HELLO, mail(), b"one\r\n..\r\n..two\nthree\r\n", b".\r\n")[-2].startswith(b"250")
    assert len(arrivals.list_page(alice, None, 10, {})[0]) == 1


def test_whoever_tries_out_addresses_is_sent_off(port: int) -> None:
    guesses = [b"RCPT TO:<guess%d@example.com>\r\n" % number for number in range(50)]
    said = talk(port, b"EHLO x\r\nMAIL FROM:<bob@customer.test>\r\n", *guesses)
    assert (said.count(b"550 5.1.1 There is nobody here with this address"), said[-1][:9]) == (20, b"421 4.7.0")


def test_one_address_holds_only_so_many_connections(port: int) -> None:
    held = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(20)]
    assert [client.recv(3) for client in held] == [b"220"] * 20
    with socket.create_connection(("127.0.0.1", port), 10) as late:
        assert late.recv(9) == b"421 4.7.0"
    for client in held:
        client.close()
    until(lambda: talk(port)[0].startswith(b"220"))


def test_too_many_recipients_are_told_to_come_in_another_message(port: int) -> None:
    said = talk(port, b"EHLO x\r\nMAIL FROM:<bob@customer.test>\r\n", *[b"RCPT TO:<help+%d@example.com>\r\n" % number for number in range(102)])
    assert [line[:9] for line in said if line.startswith(b"452")] == [b"452 4.5.3"] * 2
