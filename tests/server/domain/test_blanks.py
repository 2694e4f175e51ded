"""White space is one set everywhere: in the schemas, where texts are trimmed, and where bodies are validated."""

from __future__ import annotations

import re
import sys

import jsonschema_rs
import pytest
from pydantic import BaseModel, ConfigDict

from server.domain.blanks import UNBLANK, WHITE_SPACE, trimmed, unblank


class Trimming(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    text: str


def test_every_character_is_white_space_to_all_of_them_or_to_none() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert [one for one in characters if not Trimming(text=one).text] == list(WHITE_SPACE)
    assert [one for one in characters if re.search(UNBLANK, one) is None] == list(WHITE_SPACE)
    validator = jsonschema_rs.validator_for({"pattern": UNBLANK})
    assert [one for one in characters if not validator.is_valid(one)] == list(WHITE_SPACE)
    assert [one for one in characters if not trimmed(one)] == list(WHITE_SPACE)


@pytest.mark.parametrize("least", [1, 2, 3, 8])
def test_what_is_too_short_without_the_white_space_around_it_does_not_fit(least: int) -> None:
    pattern = unblank(least)
    for inside in ("x" * least, "x" + "\n" * least + "x"):
        assert re.search(pattern, f"\x85 {inside}\u2028")
    for outside in ("", " " * least, "x" * (least - 1), f"\x85{'x' * (least - 1)}\u2028"):
        assert re.search(pattern, outside) is None
