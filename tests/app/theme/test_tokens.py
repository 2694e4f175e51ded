"""Tokens: every text can be read on every ground it stands on, in both themes and in any brand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.theme.contrast import ENOUGH, contrast
from app.theme.tokens import DARK, LIGHT, PAIRS, Tokens, branded


@pytest.mark.criterion("desktop-17")
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_can_be_read(tokens: Tokens) -> None:
    assert weak(tokens) == []


@pytest.mark.criterion("desktop-17")
@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"), st.sampled_from([LIGHT, DARK]))
def test_every_pair_can_be_read_whatever_a_partners_accent_is(accent: str, tokens: Tokens) -> None:
    assert weak(branded(tokens, accent)) == []


@pytest.mark.criterion("desktop-17")
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_lines_of_a_chart_are_told_from_their_ground(tokens: Tokens) -> None:
    assert [colour for colour in tokens.series if contrast(colour, tokens.surface) < 3] == []


def weak(tokens: Tokens) -> list[str]:
    """Return the pairs that cannot be read."""
    return [f"{text} on {ground}" for text, ground in PAIRS if contrast(getattr(tokens, text), getattr(tokens, ground)) < ENOUGH]


def test_a_theme_knows_whether_it_is_dark() -> None:
    assert (LIGHT.is_dark, DARK.is_dark) == (False, True)
