"""What a message is. The real mail lies in the folder that JUNCTION_TEST_DATA names; the shapes here are the smallest of each kind."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.domain.mail.judging import judge
from server.domain.mail.reading import read
from tests.server.domain.mail.families import CORPORA, expected, judged, real_mail, score

# One of each, as their programs write them; what is expected stands in X-Expected.
NOTICES = sorted((Path(__file__).parent / "notices").glob("*.eml"))
DSN = (
    b"From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n'
    b"Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; bob@example.com\nAction: %s\nStatus: %s\nDiagnostic-Code: smtp; %s\n--b--\n"
)
ORDINARY = (
    b"From: alice@example.com\nTo: bob@example.com\nSubject: Undeliverable promises\n\nYour plan failed, the address is unknown.\n",
    b"From: alice@example.com\nSubject: Delivery status of an order\n\nThe parcel could not be delivered to 5 Main Street. Call bob@example.com.\n",
    b"From: postmaster@example.com\nSubject: Welcome\n\nYour mailbox bob@example.com is ready.\n",
    b"From: alice@example.com\nSubject: Re: Mail delivery failed\nIn-Reply-To: <1@example.com>\n\nDid you see <bob@example.com>: user unknown?\n",
    b"From: list@example.com\nList-Id: <l.example.com>\nSubject: Out of office rules\n\nHello\n",
    b"",
)


@pytest.mark.parametrize(
    ("action", "status", "said", "kind", "reason", "hard"),
    [
        (b"failed", b"5.1.1", b"550 5.1.1 User unknown", "bounce", "userunknown", True),
        (b"failed", b"5.2.2", b"552 5.2.2 Mailbox full", "bounce", "mailboxfull", False),
        (b"delayed", b"4.5.0", b"", "bounce", "expired", False),
        (b"delivered", b"2.0.0", b"250 ok", "report", "delivered", False),
        (b"failed", b"5.1.1", b"550 5.7.1 IP address blacklisted", "bounce", "blocked", False),
    ],
)
def test_a_report_says_what_became_of_each_recipient(action: bytes, status: bytes, said: bytes, kind: str, reason: str, hard: bool) -> None:
    found = judge(DSN % (action, status, said))
    assert found.kind == kind
    assert [(one.address, one.reason, one.hard) for one in found.recipients] == [("bob@example.com", reason, hard)]


@pytest.mark.parametrize("raw", ORDINARY, ids=range(len(ORDINARY)))
def test_mail_that_only_speaks_of_failures_is_ordinary(raw: bytes) -> None:
    assert judge(raw).kind == "ordinary"


@pytest.mark.parametrize(
    "header", [b"Auto-Submitted: auto-replied", b"Subject: Automatic reply: hello", b"Subject: Abwesenheitsnotiz", b"X-Autoreply: yes"]
)
def test_an_auto_reply_is_told_from_a_bounce(header: bytes) -> None:
    found = judge(b"From: bob@example.com\n" + header + b"\n\nI am away until Monday.\n")
    assert (found.kind, found.recipients[0].address, found.recipients[0].reason) == ("auto_reply", "bob@example.com", "vacation")


def test_mail_that_a_machine_makes_is_no_reply() -> None:
    assert judge(b"From: cron@example.com\nAuto-Submitted: auto-generated\nSubject: Cron\n\ndone\n").kind == "ordinary"


@pytest.mark.criterion("email-18")
@real_mail
def test_real_bounces_are_judged_like_the_verdicts_given_with_them(figure: Callable[[str], None]) -> None:
    found = score(judged(list(expected())))
    figure(str(found))
    assert found.agreed >= 0.98
    assert found.false_hard <= 0.01
    assert found.reasons >= 0.95


@pytest.mark.criterion("email-18")
@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_the_notices_of_servers_that_no_real_mail_is_at_hand_of(path: Path) -> None:
    raw = path.read_bytes()
    found = judge(raw)
    said = [(one.address or "-", one.reason, "hard" if one.hard else "soft") for one in found.recipients]
    assert (found.kind, said) == ("bounce", [tuple(one.split()) for one in read(raw).headers("x-expected")])


@pytest.mark.criterion("email-18")
@real_mail
def test_damaged_real_mail_breaks_nothing() -> None:
    chance = random.Random(20261121)
    mails = [path.read_bytes() for path in sorted((CORPORA / "bounces").glob("*.eml"))]
    for _ in range(400):
        raw = bytearray(chance.choice(mails))
        for _ in range(chance.randint(1, 30)):
            place = chance.randrange(len(raw) + 1)
            raw[place : place + chance.randint(0, 60)] = chance.randbytes(chance.randint(0, 8))
        assert judge(bytes(raw)).kind in {"bounce", "complaint", "auto_reply", "report", "ordinary"}


@pytest.mark.criterion("email-21")
@real_mail
def test_reports_and_complaints_among_real_mail_are_what_they_are() -> None:
    assert {judge(path.read_bytes()).kind for path in (CORPORA / "arf").glob("*.eml")} == {"complaint"}
    assert {judge(path.read_bytes()).kind for path in (CORPORA / "dmarc").glob("*.eml")} == {"report"}


def test_a_report_whose_boundary_is_broken_is_read_all_the_same() -> None:
    raw = (DSN % (b"failed", b"5.1.1", b"550 User unknown")).replace(b'boundary="b"', b'boundary="other"')
    assert [one.address for one in judge(raw).recipients] == ["bob@example.com"]
    assert read(raw).problem is None


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize(
    "unit",
    [b"-", b"--- x ", b"bob@example.com\n", b"<bob@example.com>:\n unknown\n\n", b"Final-Recipient: rfc822; a@b.c\nAction: failed\n", b"user ", b" "],
    ids=["dashes", "marks", "addresses", "paragraphs", "fields", "words", "blanks"],
)
def test_a_notice_of_the_same_without_end_is_judged_soon(unit: bytes) -> None:
    raw = b"From: MAILER-DAEMON@example.com\nSubject: Mail delivery failed\n\nCould not be delivered:\n" + unit * (1_000_000 // len(unit))
    began = time.thread_time()
    judge(raw)
    assert time.thread_time() - began < 10
