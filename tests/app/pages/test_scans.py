"""What the virus scanner made of something, and who may read it."""

from __future__ import annotations

import pytest

from app.pages.arrivals import ATTACHMENTS, attachments
from app.pages.scans import SCANS, readable, scan_of_mail


@pytest.mark.parametrize(
    ("state", "reason", "scan"),
    [
        ("done", None, "clean"),
        ("done", "unscanned", "unscanned"),
        ("arrived", None, "pending"),
        ("held", "the scanner does not answer", "pending"),
        ("held", "cannot be scanned: too large", "failed"),
        ("quarantined", "infected: Eicar", "infected"),
    ],
)
def test_an_attachment_is_saved_only_once_its_mail_was_found_clean(state: str, reason: str | None, scan: str) -> None:
    mail = {"id": "inm_1", "state": state, "reason": reason, "attachments": [{"number": 2, "file_name": "a.pdf", "media_type": "application/pdf"}]}
    assert scan_of_mail(mail) == scan
    (found,) = attachments(mail)
    assert (found["mail"], found["number"], found["scan"]) == ("inm_1", 2, scan)
    assert ATTACHMENTS.actions[0].fits(found) is (scan == "clean")


def test_a_content_that_waits_or_is_infected_is_not_read() -> None:
    assert [scan for scan in SCANS if readable({"content": {"scan": scan}})] == ["unscanned", "clean"]
    assert not readable({"content": None})
