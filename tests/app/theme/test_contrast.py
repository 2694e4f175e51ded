"""Contrast: WCAG's own examples, and shades that can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.theme.contrast import ENOUGH, contrast, legible_on, mixed

COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@pytest.mark.parametrize(("one", "other", "ratio"), [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)])
def test_the_known_values_come_out(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)


@given(COLOURS)
def test_a_shade_can_be_read_on_white_and_another_on_black(colour: str) -> None:
    assert contrast(legible_on(colour, ("#ffffff", "#f4f6f9")), "#f4f6f9") >= ENOUGH
    assert contrast(legible_on(colour, ("#0f131a", "#1d2430")), "#1d2430") >= ENOUGH


def test_a_mix_of_everything_is_the_other() -> None:
    assert mixed("#102030", "#ffffff", 1.0) == "#ffffff"
