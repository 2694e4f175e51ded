"""Delivery status fields, well and badly written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.reports import delivery_statuses


def test_every_recipient_of_a_report_is_read() -> None:
    text = "\n\n".join(f"Final-Recipient: rfc822; bob{number}@example.com\nAction: failed\nStatus: 5.1.1" for number in range(30))
    assert [one.address for one in delivery_statuses("Reporting-MTA: dns; mx.example.com\n\n" + text)] == [
        f"bob{number}@example.com" for number in range(30)
    ]


def test_fields_go_on_over_lines_and_an_empty_line_among_them_does_no_harm() -> None:
    text = "Final-Recipient: RFC822; <bob@example.com>\n\nAction: failed\nStatus: 5.2.2 (full)\nDiagnostic-Code: smtp; 552\n  Over quota"
    (one,) = delivery_statuses(text)
    assert (one.address, one.action, one.diagnostic) == ("bob@example.com", "failed", "552 Over quota")


def test_recipients_without_an_empty_line_between_are_told_apart() -> None:
    text = "Final-Recipient: rfc822; a@example.com\nStatus: 5.1.1\nFinal-Recipient: rfc822; b@example.com\nStatus: 5.2.2"
    assert [(one.address, one.status) for one in delivery_statuses(text)] == [("a@example.com", "5.1.1"), ("b@example.com", "5.2.2")]


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(delivery_statuses(text), list)
