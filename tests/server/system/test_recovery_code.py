"""The recovery code: a person can write it down, type it back sloppily, and learns of a slip."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.system import recovery_code

MASTER, DIGEST = bytes(range(32)), bytes(range(100, 116))
CODE = recovery_code.encode(1, MASTER, DIGEST)


@given(st.integers(0, 65_535), st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_a_code_gives_back_what_it_was_made_of(number: int, master: bytes, digest: bytes) -> None:
    assert recovery_code.decode(recovery_code.encode(number, master, digest)) == (number, master, digest)


def test_a_code_is_made_of_groups_without_letters_that_are_mistaken() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){21}[0-9A-HJKMNP-TV-Z]{4}", CODE)


def test_case_spacing_and_lookalikes_do_not_matter() -> None:
    sloppy = CODE.lower().replace("-", "  \n").replace("0", "o").replace("1", "l")
    assert recovery_code.decode(sloppy) == (1, MASTER, DIGEST)


@given(st.integers(0, len(CODE) - 1), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_mistyped_letter_is_noticed(place: int, letter: str) -> None:
    assume(CODE[place] not in {"-", letter})
    with pytest.raises(Unprocessable, match="mistyped"):
        recovery_code.decode(CODE[:place] + letter + CODE[place + 1 :])


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("", "this one has 0"), (CODE[:-1], "this one has 87"), (CODE[:-1] + "U", "holds no U"), (CODE[:-1] + "é", "holds no É")],
)
def test_what_is_no_code_is_refused_with_what_is_wrong(code: str, sentence: str) -> None:
    with pytest.raises(Unprocessable, match=sentence) as refused:
        recovery_code.decode(code)
    assert refused.value.stable_code == "invalid_recovery_code"
