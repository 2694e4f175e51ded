"""Mailbox files: each of their messages is found, and nothing else is taken for one."""

from __future__ import annotations

import time

import pytest

from server.domain.mail.mbox import MOST_MESSAGES, messages_in

ONE = b"Subject: one\nFrom: a@example.com\n\nHello\n\n"
TWO = b"Subject: two\n\nFrom here on it is a sentence.\n\nFrom noon, 12:00, we are away.\nSo it is.\n"
LINE = b"From a@example.com Thu Apr 29 23:34:45 2015\n"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_each_message_of_a_mailbox_file_is_found_and_no_sentence_is_one(end: bytes) -> None:
    found = messages_in((LINE + ONE + LINE + TWO).replace(b"\n", end))
    assert [one.replace(end, b"\n") for one in found] == [ONE, TWO]


def test_one_message_is_itself() -> None:
    assert messages_in(ONE + LINE + TWO) == [ONE + LINE + TWO], "what does not begin as a mailbox file is none"
    assert messages_in(LINE + ONE) == [ONE]
    assert messages_in(b"From nobody\n\nx") == [b"From nobody\n\nx"]
    assert messages_in(b"") == [b""]


def test_a_file_of_very_many_costs_little() -> None:
    began = time.thread_time()
    assert len(messages_in((LINE + ONE) * (3 * MOST_MESSAGES))) == MOST_MESSAGES
    assert messages_in(b"From " + b"\n\nFrom " * 1_000_000) != []
    assert time.thread_time() - began < 5
