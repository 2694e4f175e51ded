"""Reports between machines, and services' notes in mail."""

from __future__ import annotations

import json

import pytest

from server.domain.mail.notifications import is_report, service_event
from server.domain.mail.reading import read


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: multipart/report; report-type=tlsrpt; boundary=b",
        b"Content-Type: application/tlsrpt+gzip",
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        b"Subject: Report domain: example.com Submitter: example.net Report-ID: 1",
        b'Content-Type: application/gzip; name="example.net!example.com!1700000000!1700086399.xml.gz"',
    ],
)
def test_reports_are_known(header: bytes) -> None:
    assert is_report(read(header + b"\n\nx\n"))


def test_mail_about_reports_is_none() -> None:
    assert not is_report(read(b"Subject: The DMARC report you asked for\n\nHere it is.\n"))


def test_a_note_about_a_bounce_is_read() -> None:
    note = {
        "notificationType": "Bounce",
        "bounce": {"bouncedRecipients": [{"emailAddress": "bob@example.com", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]},
    }
    found = service_event(read(b"Content-Type: text/plain\n\n" + json.dumps(note).encode() + b"\n--\nunsubscribe here"))
    assert found is not None
    assert (found.complaint, found.statuses[0].address, found.statuses[0].diagnostic) == (False, "bob@example.com", "550 5.1.1 user unknown")


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'{"notificationType":"Bounce"}', b'{"notificationType":"Bounce","bounce":{"bouncedRecipients":7}}', b'{"Message":"{"}']
)
def test_what_is_no_note_is_left_alone(body: bytes) -> None:
    assert service_event(read(b"Subject: x\n\n" + body)) is None
