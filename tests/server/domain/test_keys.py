"""The text of keys."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.actor import Mode
from server.domain.keys import ALPHABET, PATTERN, KeyKind, ParsedKey, hint, mint, parse
from tests.pace import quickest

KEY = mint("live", "key")


@pytest.mark.parametrize("mode", ["live", "test"])
@pytest.mark.parametrize("kind", ["key", "opr", "ses", "oat", "ort", "ocs", "oir", "ocr"])
def test_a_new_key_says_its_mode_and_kind_and_is_found_by_the_published_pattern(mode: Mode, kind: KeyKind) -> None:
    key = mint(mode, kind)
    assert parse(key) == ParsedKey(mode, kind)
    assert key.startswith(f"jct_{mode}_{kind}_")
    assert re.findall(PATTERN, f"key={key}\n") == [key]


def test_no_two_keys_are_alike() -> None:
    assert len({mint("live", "key") for _ in range(100)}) == 100


@given(st.integers(0, len(KEY) - 1), st.characters())
def test_one_mistyped_character_is_always_noticed(place: int, character: str) -> None:
    mistyped = KEY[:place] + character + KEY[place + 1 :]
    assert (parse(mistyped) is None) == (mistyped != KEY)


@given(st.integers(0, len(KEY) - 2))
def test_two_neighbours_swapped_are_always_noticed(place: int) -> None:
    swapped = KEY[:place] + KEY[place + 1] + KEY[place] + KEY[place + 2 :]
    assert (parse(swapped) is None) == (swapped != KEY)


@given(st.text() | st.text(ALPHABET, min_size=71, max_size=71).map("jct_live_key_".__add__))
def test_a_made_up_key_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text", ["", KEY + "\n", " " + KEY, KEY[:-1], KEY + "0", KEY.upper(), KEY.replace("live", "test"), KEY.replace("_key_", "_opr_")]
)
def test_a_key_that_was_altered_or_embedded_is_none(text: str) -> None:
    assert parse(text) is None


def test_the_checksum_is_crc32_in_base62_so_that_others_can_check_it() -> None:
    number = 0
    for character in KEY[-6:]:
        number = number * 62 + ALPHABET.index(character)
    crc = 0xFFFFFFFF
    for byte in KEY[:-6].encode():
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    assert number == crc ^ 0xFFFFFFFF


def test_a_hint_shows_the_prefix_and_four_characters() -> None:
    assert hint(KEY) == f"jct_live_key_…{KEY[-4:]}"
    assert hint("hunter2") == "…"


def test_parsing_is_cheap_enough_for_every_request() -> None:
    assert quickest(lambda: [parse(KEY) for _ in range(1000)], 0.03, tries=10, clock=time.thread_time) < 0.03
