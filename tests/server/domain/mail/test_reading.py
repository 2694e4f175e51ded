"""Reading whatever bytes arrive: nothing is raised, and what a carrier says is never mixed with what it encloses."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.reading import decoded, read, unfolded, without_tags
from tests.pace import quickest

SEEDS = (
    b"From: a@example.com\r\nTo: group: b@example.com, c;, <\r\nSubject: =?nope?B?8J+YgA==?=\r\n\r\nhi",
    b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: message/rfc822\n\nFrom: x@example.com\n\ninner\n--b\n\nouter\n--b--',
    b"Content-Type: text/plain; charset=martian\nContent-Transfer-Encoding: base64\n\n!!!! not base64 \xff\xfe",
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.com\nStatus: 5.1.1\n",
)


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=12)), max_size=12))
def test_no_bytes_whatsoever_break_the_reader(seed: bytes, changes: list[tuple[int, bytes]]) -> None:
    raw = bytearray(seed)
    for place, inserted in changes:
        raw[place : place + len(inserted) // 2] = inserted
    mail = read(bytes(raw))
    assert all(isinstance(part.text(), str) and isinstance(part.content(), bytes) for part in mail.parts)
    assert isinstance(mail.text(), str)
    assert all("@" in address for address in mail.addresses("from", "to", "cc"))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_mail_are_read_too(raw: bytes) -> None:
    assert isinstance(read(raw).header("subject"), str)


def test_what_an_enclosed_message_says_is_not_taken_for_what_its_carrier_says() -> None:
    mail = read(SEEDS[1])
    assert mail.text() == "outer"
    assert [part.encloses for part in mail.parts] == [True, False]


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000 + b"--b--",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(2000)),
        b"Content-Type: message/rfc822\n\n" * 3000,
        b"Subject: x\n\n" + b"a" * 20_000_000,
        b"Subject: " + b"=?utf-8?B?YQ==?= " * 200_000 + b"\n\nx",
        b"Content-Type: text/html\n\n" + b"<style" * 300_000,
    ],
    ids=["10,000 parts", "2,000 levels", "3,000 messages in messages", "a line of 20 MB", "a header of 3 MB", "unclosed tags"],
)
def test_a_bomb_takes_seconds_at_most(raw: bytes) -> None:
    assert quickest(lambda: read(raw).text(), 10, clock=time.thread_time) < 10


def test_headers_are_decoded_and_put_on_one_line() -> None:
    mail = read(b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n aus Kiel\r\n\r\n")
    assert mail.header("subject") == "Gr\u00fc\u00dfe aus Kiel"
    assert mail.header("absent") == ""
    assert unfolded("=?x-unknown?q?caf=E9?=")
    assert unfolded("=?utf-8?b?abcde?=") == "=?utf-8?b?abcde?="


def test_addresses_are_folded_and_each_is_named_once() -> None:
    mail = read(b"To: Bob <BOB@Example.com>, bob@example.com\nCc: Team: alice@example.com;\n\n")
    assert mail.addresses("to", "cc") == ["bob@example.com", "alice@example.com"]


def test_html_is_read_without_its_tags_and_scripts() -> None:
    assert without_tags("<p>Hi&nbsp;you<script>x = '<p>'</script> 1 < 2</p>").split() == ["Hi", "you", "1", "<", "2"]


def test_a_charset_that_is_none_does_not_matter() -> None:
    assert decoded("na\u00efve".encode(), "martian") == "na\u00efve"
    assert decoded(b"\xff\xfe\xfa", "") != ""


def test_a_report_that_was_encoded_as_a_whole_is_read() -> None:
    status = base64.encodebytes(b"Reporting-MTA: dns; x\n\nFinal-Recipient: utf-8; a@example.com\n")
    raw = b"Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n" + status
    assert b"a@example.com" in read(raw).parts[0].content()


@pytest.mark.criterion("email-22")
@pytest.mark.parametrize("raw", [b"Content-Type: text/plain; charset=utf-7\n\n+2AA-a", b"Subject: a\0b\n\na\0b", b"Subject: =?utf-7?q?+2AA-?=\n\na"])
def test_what_no_database_keeps_is_marked(raw: bytes) -> None:
    mail = read(raw)
    for text in (mail.text(), mail.header("subject")):
        assert "\0" not in text
        text.encode("utf-8")  # raises for half of a surrogate pair
