"""Fetching from a real mail store: nothing missed, nothing doubled, nothing touched."""

from __future__ import annotations

import imaplib
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import NeedsUser, Unprocessable
from server.outbound import imap, pop3
from server.outbound.imap import encoded_name
from server.services import deliveries, webhooks
from server.services.email import accounts, arrivals, fetching, inbound_policies, sorting
from server.services.email.accounts import AccountChange, NewAccount
from server.services.email.inbound_policies import InboundPolicy, InboundPolicyChange
from server.services.webhook_bodies import NewWebhook
from server.store import database, email_accounts
from server.system import settings as loading
from tests.peers.dovecot import PASSWORD, USER, Dovecot
from tests.peers.nsd import NameServer
from tests.receiving import mail
from tests.server.services.email.arrivals import MESSAGE, ZONES, signed

Row = dict[str, Any]


def account(actor: Actor, dovecot: Dovecot, service: str, password: str = PASSWORD) -> Row:
    """Make an account that mail is fetched from, and return its row."""
    server = {"host": "localhost", "port": dovecot.ports[service], "security": "tls"}
    kind = {"imaps": "imap", "pop3s": "pop3"}[service]
    body = {"name": service, "address": USER, "username": USER, "password": password, kind: server}
    found = accounts.create(actor, NewAccount.model_validate(body))
    row = email_accounts.find(actor.tenant_id, actor.mode, found["id"])
    assert row is not None
    return row


@pytest.fixture(autouse=True)
def zones(impatient: None, name_server: NameServer) -> None:
    """Serve senders' zones."""
    name_server.serve(ZONES)


def listed(actor: Actor) -> list[Row]:
    """Return everything that arrived."""
    return arrivals.list_page(actor, None, 100, {})[0]


def subjects(actor: Actor) -> list[str]:
    """Return the subjects of everything that arrived."""
    return sorted(one["subject"] for one in listed(actor))


def bring(dovecot: Dovecot, *numbers: int) -> None:
    """Put mails into the mailbox."""
    for number in numbers:
        dovecot.deliver(mail(subject=f"Mail {number}", message_id=f"<{number}@x.test>", body=f"Number {number}"))


@pytest.mark.criterion("email-24")
@pytest.mark.parametrize("service", ["imaps", "pop3s"])
def test_what_is_new_is_fetched_once_and_everything_stays(alice: Actor, dovecot: Dovecot, service: str) -> None:
    row = account(alice, dovecot, service)
    bring(dovecot, 1, 2)
    assert [fetching.fetch(row), fetching.fetch(row)] == [2, 0]
    bring(dovecot, 3)
    assert fetching.fetch(row) == 1
    assert subjects(alice) == ["Mail 1", "Mail 2", "Mail 3"]
    other = account(alice, dovecot, "imaps")
    assert fetching.fetch(other) == 3
    assert subjects(alice) == ["Mail 1", "Mail 2", "Mail 3"]


@pytest.mark.criterion("email-24")
def test_a_kill_between_two_mails_and_renumbered_folders_double_nothing(alice: Actor, dovecot: Dovecot) -> None:
    row = account(alice, dovecot, "imaps")
    bring(dovecot, 1, 2)
    fetching.fetch(row)
    with database.transaction():
        database.execute("UPDATE email_mailboxes SET place = 0")
    assert fetching.fetch(row) == 2
    with database.transaction():
        database.execute("UPDATE email_mailboxes SET validity = 'another'")
    assert fetching.fetch(row) == 2
    assert subjects(alice) == ["Mail 1", "Mail 2"]


@pytest.mark.criterion("email-24")
@pytest.mark.parametrize("service", ["imaps", "pop3s"])
def test_a_mail_that_is_too_large_is_told_with_its_reason_once(alice: Actor, dovecot: Dovecot, service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (imap, pop3, fetching):
        monkeypatch.setattr(module, "LARGEST", 20_000)
    row = account(alice, dovecot, service)
    watcher = str(webhooks.create(alice, NewWebhook(name="W", url="https://hooks.example.com/", events=["email.passed_over"]), most=9)["id"])
    bring(dovecot, 1)
    dovecot.deliver(mail(subject="Plans as a film", message_id="<film@x.test>", body="x" * 78 + "\r\n" + "y" * 30_000))
    bring(dovecot, 2)
    for _ in range(3):
        fetching.fetch(row)
    assert subjects(alice) == ["Mail 1", "Mail 2", "Plans as a film"], "what lies behind it is fetched"
    (found,) = (one for one in listed(alice) if one["subject"] == "Plans as a film")
    assert (found["state"], found["sender"], found["message_id"], found["attachments"]) == ("ignored", "bob@customer.test", "film@x.test", [])
    assert found["reason"].startswith("too large: it has 0.0 MB, and at most 0 MB are fetched. It stays in the mailbox")
    assert found["size"] > 30_000
    assert len(found["seen"]) == 1
    (told,) = deliveries.list_page(alice, watcher, {}, None, 10)[0]
    assert told["event_type"] == "email.passed_over"
    assert sorting.sort_due(loading.load(Path("nowhere"), {}, {})) == 2, "there is nothing of it to be sorted"


def test_a_password_that_is_wrong_is_told_at_the_account(alice: Actor, dovecot: Dovecot) -> None:
    row = account(alice, dovecot, "imaps", password="wrong")
    with pytest.raises(NeedsUser) as refused:
        fetching.fetch(row)
    fetching.note(row, refused.value)
    assert accounts.get(alice, row["id"])["status"] == "failing"


@pytest.mark.criterion("email-23")
@pytest.mark.parametrize("service", ["imaps", "pop3s"])
def test_who_a_fetched_mail_is_from_is_known_by_its_signature_alone(alice: Actor, dovecot: Dovecot, service: str) -> None:
    row = account(alice, dovecot, service)
    claimed = b"Authentication-Results: mx.example.net; dmarc=pass header.from=sender.test\r\n"
    unsigned = MESSAGE.replace(b"Hi", b"Unsigned")
    for raw in (signed(), claimed + unsigned, signed(MESSAGE.replace(b"Hi", b"Changed")).replace(b"Hello", b"Hallo")):
        dovecot.deliver(raw)
    fetching.fetch(row)
    found = {one["subject"]: (one["identity"], one["authentication"]["dkim"], one["authentication"]["dmarc"]) for one in listed(alice)}
    assert found == {"Hi": ("ann@sender.test", "pass", "pass"), "Unsigned": (None, "none", "none"), "Changed": (None, "fail", "none")}


@pytest.mark.criterion("email-23")
def test_what_a_trusted_server_found_out_counts_in_what_is_fetched_from_it() -> None:
    said = b"Authentication-Results: mx.mailbox.test; spf=pass; dmarc=pass header.from=sender.test\r\n"
    assert fetching.vouched(said + MESSAGE, ("mx.mailbox.test",))["dmarc"] == "pass"
    assert fetching.vouched(said + MESSAGE)["dmarc"] == "none"
    assert fetching.vouched(said + MESSAGE, ("mx.other.test",))["dmarc"] == "none"


@pytest.mark.criterion("email-23")
def test_each_tenant_says_itself_whose_findings_it_believes(alice: Actor, dovecot: Dovecot) -> None:
    row = account(alice, dovecot, "imaps")
    said = b"Authentication-Results: mx.mailbox.test; dmarc=pass header.from=sender.test\r\n"
    dovecot.deliver(said + MESSAGE)
    chosen = InboundPolicyChange(trusted_authserv_ids=["mx.mailbox.test"])
    inbound_policies.put(alice, chosen, loading.load(Path("nowhere"), {}, {}))
    assert fetching.fetch(row, InboundPolicy(trusted_authserv_ids=("mx.other.test",))) == 1
    assert [one["identity"] for one in listed(alice)] == ["ann@sender.test"]


def append(dovecot: Dovecot, folder: str, raw: bytes, *, anew: bool = False) -> None:
    """Put a mail into a folder as a mail program does, into one made anew if so wanted."""
    with imaplib.IMAP4_SSL("localhost", dovecot.ports["imaps"]) as client:
        client.login(USER, PASSWORD)
        name = f'"{encoded_name(folder)}"'
        if anew:
            client.delete(name)
        client.create(name)
        assert client.append(name, "", "", raw)[0] == "OK"


@pytest.mark.criterion("email-24")
@pytest.mark.parametrize("folder", ["Sent", "\u00c9l\u00e9ments & envoy\u00e9s"])
def test_chosen_folders_are_read_besides_the_inbox(alice: Actor, dovecot: Dovecot, folder: str) -> None:
    row = account(alice, dovecot, "imaps")
    bring(dovecot, 1)
    append(dovecot, folder, mail(subject="Answer", from_=USER, to="bob@customer.test", message_id="<s1@test.local>"))
    changed = accounts.update(alice, row["id"], AccountChange.model_validate({"folders": [folder, "Nowhere", folder]}))
    assert changed["folders"] == [folder, "Nowhere"]
    row = email_accounts.find(alice.tenant_id, alice.mode, row["id"]) or {}
    assert [fetching.fetch(row), fetching.fetch(row)] == [2, 0]
    assert subjects(alice) == ["Answer", "Mail 1"]
    assert "Nowhere" in accounts.get(alice, row["id"])["status_reason"]
    again = mail(subject="Later answer", from_=USER, to="bob@customer.test", message_id="<s2@test.local>")
    append(dovecot, folder, again, anew=True)
    assert fetching.fetch(row) == 1, "a folder that was made anew has another validity, and is read from its beginning"
    assert subjects(alice) == ["Answer", "Later answer", "Mail 1"]


def test_folders_need_a_protocol_that_has_them(alice: Actor, dovecot: Dovecot) -> None:
    row = account(alice, dovecot, "pop3s")
    with pytest.raises(Unprocessable) as refused:
        accounts.update(alice, row["id"], AccountChange.model_validate({"folders": ["Sent"]}))
    assert [fault.pointer for fault in refused.value.faults] == ["/folders"]
