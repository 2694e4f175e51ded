"""How well a colour is read on another, by the formula of WCAG 2.2, section 1.4.3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

ENOUGH: Final = 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share (0 to 1) of another in it."""
    parts = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(own + (theirs - own) * share):02x}" for own, theirs in parts)


def legible_on(colour: str, grounds: Sequence[str]) -> str:
    """Return the nearest shade of a colour that can be read on all of these grounds."""
    towards = "#000000" if min(_luminance(ground) for ground in grounds) > 0.18 else "#ffffff"
    shades = (mixed(colour, towards, step / 20) for step in range(21))
    return next((shade for shade in shades if all(contrast(shade, ground) >= ENOUGH for ground in grounds)), towards)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
