"""The sender: mail goes out signed, is tried again where a server asks for it, and nothing is lost or sent twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dkim
import pytest

from server.domain.actor import Actor
from server.store import database
from server.system.settings import Settings
from server.worker.mail import MailSender
from tests.mailing import happened, sending_settings, states, submit, verified
from tests.pace import until
from tests.peers.sink import Sink

Start = Callable[[Settings], MailSender]
Serve = Callable[..., Sink]


@pytest.fixture
def box(sink: Serve) -> Sink:
    """Return a mail server that takes everything."""
    return sink("plain")


@pytest.fixture
def settings(box: Sink, tmp_path: Path) -> Settings:
    """Return settings whose relay is that server."""
    return sending_settings(tmp_path, **{"email.relay": f"smtp://127.0.0.1:{box.port}"})


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def test_a_message_goes_out_to_everybody_it_is_for_and_bcc_stays_secret(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    made = submit(alice, settings, to=["bob@customer.test"], cc=["Carl <carl@other.test>"], bcc=["dora@secret.test"])
    assert (made["state"], len(made["recipients"])) == ("queued", 3)
    sender(settings)
    box.wait_for(3)
    until(lambda: set(states(alice, made["id"])) == {"sent"})
    assert sorted(box.recipients()) == ["bob@customer.test", "carl@other.test", "dora@secret.test"]
    assert all(b"secret.test" not in raw for raw in box.raw)
    assert {raw["Message-ID"] for raw in box.messages} == {made["message_id"]}
    assert box.raw[0].startswith(b"DKIM-Signature:")
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'email.sent'") == (3,)


def test_a_refusal_for_now_is_tried_again_with_the_servers_words_kept(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    box.plan["bob@customer.test"] = ["451 4.7.1 Greylisted, try again in 300 seconds"]
    made = submit(alice, settings)
    running = sender(settings)
    until(lambda: states(alice, made["id"]) == ["deferred"])
    told = happened(alice, made["id"])[-1]
    assert (told["type"], told["detail"]["code"], told["detail"]["reply"]) == (
        "deferred", 451, "4.7.1 Greylisted, try again in 300 seconds",
    )  # fmt: skip
    due = database.row("SELECT due_at - created_at FROM email_recipients")
    assert due is not None
    assert due[0] >= 299_000
    database.run("UPDATE email_recipients SET due_at = 0")
    running.wake()
    until(lambda: states(alice, made["id"]) == ["sent"])
    assert box.tried["bob@customer.test"] == 2


def test_a_dead_address_bounces_and_is_never_written_to_again(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    box.plan["bob@customer.test"] = ["550 5.1.1 User unknown"]
    made = submit(alice, settings)
    sender(settings)
    until(lambda: states(alice, made["id"]) == ["bounced"])
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'email.bounced'") == (1,)
    again = submit(alice, settings, to=["BOB@customer.test"])
    assert [one["reason"] for one in again["recipients"]] == ["suppressed_hard_bounce"]
    assert happened(alice, again["id"])[0]["detail"]["reason"] == "hard_bounce"


def test_what_is_dropped_after_the_last_line_is_sent_again_under_the_same_message_id(
    alice: Actor, settings: Settings, box: Sink, sender: Start
) -> None:
    box.data_plan["bob@customer.test"] = ["drop"]
    made = submit(alice, settings)
    running = sender(settings)
    until(lambda: states(alice, made["id"]) == ["deferred"])
    database.run("UPDATE email_recipients SET due_at = 0")
    running.wake()
    box.wait_for(1)
    assert box.messages[0]["Message-ID"] == made["message_id"]


def test_one_connection_carries_many_messages(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    for number in range(20):
        submit(alice, settings, to=[f"p{number}@customer.test"])
    sender(settings)
    box.wait_for(20)
    assert box.connections <= 3


def test_what_is_suppressed_after_it_was_taken_in_is_not_sent(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    from server.store import email_suppressions

    made = submit(alice, settings)
    row = {"id": "sup_1", "stream": "", "kind": "address", "value": "bob@customer.test", "reason": "complaint", "source": "arf"}
    email_suppressions.insert(alice.tenant_id, alice.mode, {**row, "created_at": 1, "updated_at": 1})
    sender(settings)
    until(lambda: states(alice, made["id"]) == ["suppressed"])
    assert box.raw == []
    assert happened(alice, made["id"])[-1]["detail"]["source"] == "arf"


def test_a_message_whose_deadline_passed_is_not_sent(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    made = submit(alice, settings)
    database.run("UPDATE email_recipients SET deadline_at = 1")
    sender(settings)
    until(lambda: states(alice, made["id"]) == ["expired"])
    assert box.raw == []


def test_test_mail_leaves_for_nowhere(settings: Settings, box: Sink, sender: Start, alice: Actor) -> None:
    from dataclasses import replace

    sandboxed = replace(alice, mode="test")
    verified(alice.tenant_id, "example.com", mode="test")
    made = submit(sandboxed, settings)
    sender(settings)
    until(lambda: states(sandboxed, made["id"]) == ["delivered"])
    assert box.raw == []


def test_signatures_hold_for_somebody_elses_verifier(alice: Actor, settings: Settings, box: Sink, sender: Start) -> None:
    made = submit(alice, settings, html="<p>.</p>", text=".\n..\n.dot\n", subject="Grüße an alle " * 8)
    sender(settings)
    box.wait_for(1)
    public = database.row("SELECT public FROM dkim_keys")
    assert public is not None
    record = f"v=DKIM1; k=ed25519; p={public[0]}".encode()
    assert dkim.verify(box.raw[0], dnsfunc=lambda *_args, **_named: record)
    assert made["message_id"] == box.messages[0]["Message-ID"]
