"""Addresses are cut before they are decoded, and what is no UTF-8 is refused."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid
from server.web.addresses import ascii_path, ascii_target, decoded, storable

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@given(st.text(CHARACTERS))
def test_whatever_a_client_encodes_is_what_is_read(text: str) -> None:
    assert decoded(quote(text, safe="")) == text


@pytest.mark.parametrize("segment", ["%", "%4", "%zz", "%ff", "%C3%28", "%00", "a%00b", "%ED%A0%80"])
def test_what_is_no_percent_encoded_utf_8_is_refused(segment: str) -> None:
    with pytest.raises(Invalid) as refused:
        decoded(segment)
    assert refused.value.stable_code == "malformed_address"


def test_a_slash_inside_a_segment_is_a_slash_of_its_name() -> None:
    assert decoded("a%2Fb") == "a/b"
    assert decoded("a+b") == "a+b"


@given(st.binary())
def test_any_path_can_be_logged(raw: bytes) -> None:
    path = ascii_path("/" + raw.decode("utf-8", "surrogateescape"))
    assert path.isascii()
    path.encode()


def test_a_plain_path_stays_as_it_was_sent() -> None:
    assert ascii_path("/api/v1/contacts/%2F") == "/api/v1/contacts/%2F"
    assert ascii_path("/\udcff") == "/%FF"


@pytest.mark.parametrize(("text", "fits"), [("", True), ("ü😀", True), ("\0", False), ("a\ud800", False)])
def test_nul_and_half_characters_cannot_be_stored(text: str, fits: bool) -> None:
    assert storable(text) is fits


def test_a_target_keeps_its_query_and_becomes_ascii() -> None:
    assert ascii_target("/a%20b?c=d&e") == "/a%20b?c=d&e"
    assert ascii_target("/\udcff?x=\u00e9") == "/%FF?x=%C3%A9"
