"""What comes back is believed as far as it is proven, and has the same consequences as a refusal in the dialogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.services.email import messages, return_paths, returns, stats, suppressions
from server.store import database
from server.system import settings as loading
from tests import receiving
from tests.mailing import submit, verified
from tests.receiving import sorted_out

DAY_MS = 86_400_000
DSN = (
    "From: Mail Delivery System <MAILER-DAEMON@mx.customer.test>\r\nTo: {path}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    "Message-ID: <{number}@mx.customer.test>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nSorry {number}.\r\n'
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.test\r\n\r\n"
    "Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n{copy}--b--\r\n"
)
ARF = (
    'From: fbl@provider.test\r\nTo: {path}\r\nSubject: complaint\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nVersion: 1\r\nUser-Agent: x\r\n"
    "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {header}\r\nTo: bob@customer.test\r\n\r\nBuy\r\n--b--\r\n"
)


@pytest.fixture
def sent(alice: Actor, tmp_path: Path) -> dict[str, Any]:
    """Return a message to Bob and Carol."""
    verified(alice.tenant_id, "example.com")
    with database.transaction():
        database.execute("UPDATE sending_domains SET return_path = 'bounce.example.com'")
    return submit(alice, loading.load(tmp_path, {}, {}), to=["bob@customer.test", "carol@customer.test"])


def path_of(actor: Actor, message: dict[str, Any], number: int = 0) -> str:
    """Return the return path of a recipient."""
    found = return_paths.make(actor.tenant_id, actor.mode, "example.com", message["recipients"][number]["id"])
    assert found is not None
    return found


def dsn(path: str, number: int = 1, **parts: str) -> bytes:
    """Return a report of Bob's server."""
    usual = {"address": "bob@customer.test", "action": "failed", "status": "5.1.1", "said": "550 5.1.1 User unknown", "copy": ""}
    return DSN.format(path=path, number=number, **{**usual, **parts}).encode()


def suppressed(actor: Actor, address: str = "bob@customer.test") -> str | None:
    """Return why nothing is sent to an address."""
    found = suppressions.check(actor.tenant_id, actor.mode, "transactional", [address])
    return found[address]["reason"] if found else None


def events_of(actor: Actor, message: dict[str, Any]) -> list[str]:
    """Return what came back of a message."""
    return [one["type"] for one in messages.history(actor, message["id"], None, 50)[0] if one["type"] not in {"queued", "email.queued"}]


@pytest.mark.criterion("email-19")
def test_a_bounce_finds_its_recipient_by_the_return_path_alone(alice: Actor, sent: dict[str, Any]) -> None:
    found = sorted_out(alice, dsn(path_of(alice, sent), address="forwarded@elsewhere.test"), envelope=(path_of(alice, sent),))
    assert (found["kind"], found["state"], found["sent_message_id"]) == ("bounce", "done", sent["id"])
    states = {one["address"]: one["state"] for one in messages.get(alice, sent["id"])["recipients"]}
    assert states == {"bob@customer.test": "bounced", "carol@customer.test": "queued"}
    assert suppressed(alice) == "hard_bounce"
    assert suppressed(alice, "carol@customer.test") is None
    assert suppressed(alice, "forwarded@elsewhere.test") is None


@pytest.mark.criterion("email-19")
def test_a_forged_bounce_is_nobodys(alice: Actor, sent: dict[str, Any]) -> None:
    genuine = path_of(alice, sent)
    forged = f"{genuine[:40]}{'b' if genuine[40] == 'a' else 'a'}{genuine[41:]}"
    header = sent["message_id"]
    copy = f"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {header}\r\n\r\nHello\r\n"
    found = sorted_out(alice, dsn(forged, copy=copy), envelope=(forged,))
    assert (found["state"], found["reason"]) == ("ignored", "its return path is forged")
    assert (suppressed(alice), [one["state"] for one in messages.get(alice, sent["id"])["recipients"]]) == (None, ["queued", "queued"])


@pytest.mark.criterion("email-19")
def test_without_a_return_path_a_report_is_believed_of_those_the_message_was_for(alice: Actor, charlie: Actor, sent: dict[str, Any]) -> None:
    copy = f"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {sent['message_id']}\r\n\r\nHello\r\n"
    assert sorted_out(alice, dsn("alice@example.com", 1, address="eve@evil.test", copy=copy))["state"] == "ignored"
    assert sorted_out(charlie, dsn("x@other.test", 2, copy=copy))["state"] == "ignored"
    assert sorted_out(alice, dsn("alice@example.com", 3, address="Carol@Customer.Test", copy=copy))["state"] == "done"
    assert suppressed(alice, "carol@customer.test") == "hard_bounce"
    assert suppressed(alice) is None


@pytest.mark.criterion("email-20")
@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("5.7.1", "554 5.7.1 Client host blocked using zen.spamhaus.org"),
        ("5.7.1", "550 5.7.1 Message considered as spam"),
        ("5.7.1", "550 5.7.1 rejected for policy reasons"),
        ("5.2.2", "552 5.2.2 Mailbox full"),
    ],
)
def test_blocks_policy_spam_and_a_full_mailbox_never_suppress_at_first_sight(alice: Actor, sent: dict[str, Any], status: str, said: str) -> None:
    found = sorted_out(alice, dsn(path_of(alice, sent), status=status, said=said))
    assert (found["state"], suppressed(alice)) == ("done", None)


@pytest.mark.criterion("email-20")
def test_a_mailbox_that_stays_full_for_days_is_suppressed_and_a_success_starts_anew(alice: Actor) -> None:
    with database.transaction():
        assert [returns.stays_full(alice, "bob@customer.test", day * DAY_MS) for day in (0, 1, 2)] == [False, False, False]
        returns.succeeded(alice.tenant_id, alice.mode, "Bob@customer.test")
        assert [returns.stays_full(alice, "bob@customer.test", day * DAY_MS) for day in (3, 4, 5, 6)] == [False, False, False, True]


@pytest.mark.criterion("email-21")
@pytest.mark.parametrize(("kind", "reason"), [("abuse", "complaint"), ("opt-out", "complaint"), ("not-spam", None), ("auth-failure", None)])
def test_a_complaint_suppresses_by_its_type_alone(alice: Actor, sent: dict[str, Any], kind: str, reason: str | None) -> None:
    found = sorted_out(alice, ARF.format(path="fbl@example.com", kind=kind, header=sent["message_id"]).encode())
    assert (found["kind"], found["state"]) == ("complaint", "done")
    assert suppressed(alice) == reason


def test_a_delay_ends_nothing(alice: Actor, sent: dict[str, Any]) -> None:
    sorted_out(alice, dsn(path_of(alice, sent), action="delayed", status="4.4.7", said="connection timed out"))
    assert [one["state"] for one in messages.get(alice, sent["id"])["recipients"]] == ["queued", "queued"]
    assert suppressed(alice) is None


def test_an_auto_reply_is_noted_at_the_message_it_answers(alice: Actor, sent: dict[str, Any]) -> None:
    away = receiving.mail(auto_submitted="auto-replied", subject="Away", in_reply_to=sent["message_id"])
    assert sorted_out(alice, away)["sent_message_id"] == sent["id"]
    assert any("auto_replied" in one for one in events_of(alice, sent))


def test_what_comes_back_is_counted_for_its_stream_and_reason(alice: Actor, sent: dict[str, Any]) -> None:
    sorted_out(alice, dsn(path_of(alice, sent)), envelope=(path_of(alice, sent),))
    complaint = ARF.format(path=path_of(alice, sent, 1), kind="abuse", header=sent["message_id"]).encode()
    sorted_out(alice, complaint, envelope=(path_of(alice, sent, 1),))
    total = stats.read(alice, "stream", 1, {"stream": "transactional"})["total"]
    assert (total["bounced"], total["complained"], total["reasons"]["bounced"]) == (1, 1, {"userunknown": 1})
