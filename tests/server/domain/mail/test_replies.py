"""Why a server refused, as servers put it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.reasons import CLASSES, HARD, REASONS
from server.domain.mail.replies import classify_reply, command_in, status_in

SAID = (
    ("550 5.1.1 <bob@example.com>... User unknown", "userunknown"),
    ("550 5.1.2 Bad destination system address", "hostunknown"),
    ("550 5.1.6 Destination mailbox has moved, no forwarding address", "hasmoved"),
    ("556 5.1.10 Recipient address has null MX", "notaccept"),
    ("550 5.2.1 The email account that you tried to reach is disabled", "suspend"),
    ("552 5.2.2 Over quota", "mailboxfull"),
    ("552 5.3.4 message size exceeds my databytes limit", "mesgtoobig"),
    ("452 4.3.1 Insufficient system storage", "systemfull"),
    ("554 5.7.1 <bob@example.com>: Relay access denied", "norelaying"),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "blocked"),
    ("550 5.7.1 likely suspicious due to the very low reputation of the sending IP address", "badreputation"),
    ("550 5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy", "authfailure"),
    ("550 5.7.25 The IP address sending this message does not have a PTR record setup", "requireptr"),
    ("450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages", "speeding"),
    ("421 4.3.2 The maximum number of concurrent connections has been exceeded", "toomanyconn"),
    ("550 5.7.1 Message considered as SPAM", "spamdetected"),
    ("554 5.7.9 Message not accepted for policy reasons", "policyviolation"),
    ("550 virus detected", "virusdetected"),
    ("550 5.1.8 Sender address rejected: Domain not found", "rejected"),
    ("550 5.7.1 This message is not RFC 5322 compliant", "notcompliantrfc"),
    ("450 4.2.0 <bob@example.com>: Recipient address rejected: Greylisted", "expired"),
    ("554 5.4.6 Too many hops", "networkerror"),
    ("503 5.5.1 Bad sequence of commands", "syntaxerror"),
    ("530 5.7.0 Authentication required", "securityerror"),
    ("550 5.6.1 Media not supported", "contenterror"),
    ("Boite du destinataire pleine. Recipient overquota. OFR_417", "mailboxfull"),
    ("554 unspeakable", "undefined"),
)


@pytest.mark.parametrize(("text", "reason"), SAID)
def test_a_reply_has_one_reason(text: str, reason: str) -> None:
    refusal = classify_reply(None, None, text)
    assert (refusal.reason, refusal.hard) == (reason, reason in HARD)


def test_what_servers_write_has_its_reason() -> None:
    """One line each: the reason, the command that was refused where it is known, and the reply."""
    rows = [line.split("\t") for line in (Path(__file__).parent / "notices/replies.tsv").read_text().splitlines()]
    found = [(reason, classify_reply(None, None, text, command=command).reason, text) for reason, command, text in rows]
    wrong = [one for one in found if one[0] != one[1]]
    assert wrong == []
    assert len(rows) > 800


def test_that_nobody_is_there_is_sure_only_when_the_recipient_itself_was_refused() -> None:
    assert classify_reply(550, None, "User unknown", command="RCPT").reason == "userunknown"
    assert classify_reply(550, "5.1.1", "User unknown").hard
    after_content = classify_reply(550, None, "User unknown", command="DATA")
    assert (after_content.reason, after_content.hard) == ("filtered", False)


@pytest.mark.parametrize("text", ["Policy says no", "Please see http://www.openspf.example/Why", "try later", "Blocked"])
def test_a_recipient_refused_for_a_reason_of_policy_is_not_dead(text: str) -> None:
    assert not classify_reply(550, "5.7.1", f"<bob@example.com>: Recipient address rejected: {text}", command="RCPT").hard


def test_a_temporary_status_alone_never_says_that_an_address_is_dead() -> None:
    assert not classify_reply(450, "4.1.1", "please come back").hard
    assert not classify_reply(450, "4.4.4", "").hard
    assert not classify_reply(451, "4.3.2", "does not accept mail").hard


def test_where_the_dialogue_broke_tells_what_was_refused() -> None:
    assert classify_reply(550, None, "Access denied", command="CONN").reason == "blocked"
    assert classify_reply(550, "5.1.0", "example.com does not exist", command="MAIL").reason == "rejected"
    assert command_in("said: 550 no (in reply to\n    RCPT TO command)") == "RCPT"
    assert command_in("no word of it") == ""


def test_an_address_of_a_host_is_no_status() -> None:
    assert status_in("host mx[5.1.1.9] said: 550 5.7.1 no") == "5.7.1"
    assert status_in("5.0.0 (#5.2.2)") == "5.2.2"


@given(
    st.text(max_size=200), st.sampled_from([None, 250, 421, 450, 550, 552, "x"]), st.sampled_from([None, "", "5.1.1", "4.2.2", "9.9.9", "nonsense"])
)
def test_every_reply_has_a_reason_that_is_in_the_table(text: str, code: int | str | None, enhanced: str | None) -> None:
    refusal = classify_reply(code, enhanced, text)
    assert refusal.reason in REASONS
    assert not (refusal.hard and refusal.reason not in HARD)


def test_every_reason_for_a_refusal_has_a_class() -> None:
    assert set(REASONS) - set(CLASSES) == {"delivered", "vacation"}
