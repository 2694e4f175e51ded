"""Notices written for people: who could not be reached, and what was said about each."""

from __future__ import annotations

import pytest

from server.domain.mail.prose import failures, notice

QMAIL = """Hi. This is the qmail-send program at mx.example.com.

<bob@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 no mailbox

<charlie@example.com>:
Sorry, quota exceeded.

--- Below this line is a copy of the message.

Return-Path: <alice@example.org>
To: dave@example.net
"""
EXIM = """recipients. The following address(es) failed:

  bob@example.com
    SMTP error from remote mail server after RCPT TO:<bob@example.com>:
    550 unknown
  charlie@example.com
    mailbox is full
"""


def test_what_comes_back_is_not_read_as_what_the_server_says() -> None:
    assert "dave" not in notice(QMAIL)
    assert notice("no copy at all") == "no copy at all"


@pytest.mark.parametrize("text", [QMAIL, EXIM], ids=["paragraphs", "indented"])
def test_each_recipient_has_its_own_words(text: str) -> None:
    found = dict(failures(notice(text), [], set()))
    assert list(found) == ["bob@example.com", "charlie@example.com"]
    assert "550" in found["bob@example.com"]
    assert "550" not in found["charlie@example.com"]


def test_an_address_in_a_sentence_is_found_and_the_reader_is_none_of_the_failures() -> None:
    said = "Dear alice@example.org, your mail could not be delivered to: <bob@example.com> since their mailbox is full."
    assert failures(said, [], {"alice@example.org"}) == [("bob@example.com", said)]


def test_headers_name_recipients_where_the_text_does_not() -> None:
    assert failures("Something failed.", ["bob@example.com"], set()) == [("bob@example.com", "Something failed.")]
    assert failures("Nothing is said.", [], set()) == []
