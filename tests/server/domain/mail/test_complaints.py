"""Complaints: typed as their reporter typed them."""

from __future__ import annotations

import pytest

from server.domain.mail.complaints import SUPPRESSING, complaint, returned_copy
from server.domain.mail.reading import read

ARF = (
    b'From: fbl@example.net\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\n\nThis is a complaint.\n'
    b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: %s\nUser-Agent: x/1\nVersion: 1\n%s"
    b"\n--b\nContent-Type: message/rfc822\n\nFrom: alice@example.com\nTo: bob@example.net\nMessage-ID: <1@example.com>\n\nBuy!\n--b--\n"
)


@pytest.mark.criterion("email-21")
@pytest.mark.parametrize(
    ("kind", "suppresses"), [("abuse", True), ("opt-out", True), ("not-spam", False), ("auth-failure", False), ("unheard-of", False)]
)
def test_only_some_complaints_stop_mail(kind: str, suppresses: bool) -> None:
    found = complaint(read(ARF % (kind.encode(), b"")))
    assert found is not None
    assert found.feedback_type == (kind if kind != "unheard-of" else "other")
    assert (found.feedback_type in SUPPRESSING) is suppresses


def test_who_complained_is_what_the_report_states_else_whom_the_message_was_for() -> None:
    stated = complaint(read(ARF % (b"abuse", b"Original-Rcpt-To: <charlie@example.net>\n")))
    silent = complaint(read(ARF % (b"abuse", b"")))
    assert stated is not None
    assert silent is not None
    assert stated.recipients == ("charlie@example.net",)
    assert silent.recipients == ("bob@example.net",)
    assert silent.returned is not None
    assert silent.returned.header("message-id") == "<1@example.com>"


def test_the_message_itself_returned_by_a_provider_is_a_complaint() -> None:
    raw = b"From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\nContent-Type: message/rfc822\n\nTo: bob@example.net\n\nBuy!\n"
    found = complaint(read(raw))
    assert found is not None
    assert found.recipients == ("bob@example.net",)


def test_ordinary_mail_is_no_complaint_and_encloses_nothing() -> None:
    mail = read(b"Subject: complaint about message from 192.0.2.1\nFrom: bob@example.net\n\nHello\n")
    assert complaint(mail) is None
    assert returned_copy(mail) is None
