"""What a mask shows of a value: never more than a quarter, nothing of what is short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.masking import BULLETS, is_mask, mask


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4111111111111234", "1234"), ("DE89370400440532013000", "3000"), ("123-45-6789", "89"), ("C01X00T47", "47"), ("1234567", ""), ("", ""),
        ("first line\nlast line. ", ""), ("passphrase with spaces at-en", ""),
    ],
)  # fmt: skip
def test_a_mask_ends_like_a_long_value(value: str, shown: str) -> None:
    assert mask(value) == BULLETS + shown


@given(st.text().filter(lambda value: not is_mask(value)))
def test_a_mask_never_shows_more_than_a_quarter(value: str) -> None:
    found = mask(value)
    assert is_mask(found)
    assert mask(found) == found
    tail = found.removeprefix(BULLETS)
    assert len(tail) <= min(4, len(value) // 4)
    assert value.endswith(tail)


def test_only_what_begins_like_a_mask_is_one() -> None:
    assert [is_mask(value) for value in ("••••1234", "•••1234", "x••••", None, 4)] == [True, False, False, False, False]
