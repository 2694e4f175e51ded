"""Addresses are read as people write them; what could end a header or a command is refused, and spellings of one address are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.domain.mail.addressing import has_controls, mailbox, normal


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("bob@example.com", "", "bob@example.com"),
        ("Bob B. <bob@Example.COM>", "Bob B.", "bob@example.com"),
        ('"B, \\"Bob\\"" <bob@example.com>', 'B, "Bob"', "bob@example.com"),
        ("<bob+tag@example.com>", "", "bob+tag@example.com"),
        ("b@bücher.example", "", "b@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_apart(text: str, name: str, address: str) -> None:
    found = mailbox(text)
    assert (found.name, found.address) == (name, address)
    assert mailbox(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "bob", "bob@", "@example.com", "bob@localhost", "bob@127.0.0.1", "bob@exa_mple.com", "bob example@example.com", "a..b@example.com",
        "bob@example.com\r\nBcc: eve@example.com", "Bob\n <bob@example.com>", "bob@example.com> SIZE=1", "b" * 65 + "@example.com",
        "bob@" + "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + ".com", "Bob <bob@example.com> x", "bob\x00@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        mailbox(text)
    assert caught.value.stable_code == "invalid_address"
    assert not has_controls(caught.value.detail)


@given(st.text(max_size=80))
def test_whatever_is_read_can_stand_in_a_header_and_a_command(text: str) -> None:
    try:
        found = mailbox(text)
    except Unprocessable:
        return
    assert found.header.isascii()
    assert not has_controls(found.header)
    assert not set(found.address) & set("<>\r\n ") or found.address.startswith('"')


@pytest.mark.criterion("email-25")
def test_every_spelling_of_an_address_is_one() -> None:
    spellings = ["Bob@Example.com", "BOB@EXAMPLE.COM", " bob@example.com ", "bob@example.com"]
    assert {normal(one) for one in spellings} == {"bob@example.com"}
    assert normal("straße@BÜCHER.example") == normal("STRASSE@xn--bcher-kva.example")


def test_a_name_beyond_ascii_is_encoded() -> None:
    assert mailbox("Jörg <j@example.com>").header == "=?utf-8?b?SsO2cmc=?= <j@example.com>"
