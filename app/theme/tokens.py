"""The two themes as data. Everything that has a colour takes it from here by what it means, never by what it looks like.

`PAIRS` are the texts that stand on grounds; each has a contrast of at least 4.5 to 1 in both themes and in every brand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from app.theme.contrast import ENOUGH, contrast, legible_on, mixed


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme; colours are `#rrggbb`."""

    name: str
    window: str
    surface: str
    raised: str
    sunken: str
    hover: str
    border: str
    border_strong: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_text: str
    accent_soft: str
    ok: str
    ok_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    danger_fill: str
    on_danger: str
    calm: str
    calm_soft: str
    series: tuple[str, ...]
    radius: int = 8

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return contrast(self.window, "#ffffff") > contrast(self.window, "#000000")


LIGHT: Final = Tokens(
    name="light",
    window="#f4f6f9",
    surface="#ffffff",
    raised="#ffffff",
    sunken="#eef1f5",
    hover="#edf1f7",
    border="#dfe4ec",
    border_strong="#b9c2d0",
    text="#161b26",
    muted="#566072",
    accent="#1f5fd6",
    on_accent="#ffffff",
    accent_text="#1a54c2",
    accent_soft="#e6eefc",
    ok="#0f6b45",
    ok_soft="#def5e9",
    warning="#8a4b00",
    warning_soft="#fdf0d8",
    danger="#b3202c",
    danger_soft="#fde8e9",
    danger_fill="#c5283a",
    on_danger="#ffffff",
    calm="#4a5568",
    calm_soft="#e9edf3",
    series=("#1f5fd6", "#0f8a7e", "#b45309", "#9333a8", "#c5283a"),
)
DARK: Final = Tokens(
    name="dark",
    window="#0f131a",
    surface="#161b24",
    raised="#1d2430",
    sunken="#11161e",
    hover="#222a37",
    border="#283140",
    border_strong="#414d61",
    text="#e8ecf3",
    muted="#9aa6b8",
    accent="#316cdf",
    on_accent="#ffffff",
    accent_text="#8cb4ff",
    accent_soft="#1a2a47",
    ok="#5fd6a0",
    ok_soft="#12301f",
    warning="#f2bd5c",
    warning_soft="#362708",
    danger="#ff8f96",
    danger_soft="#3b161b",
    danger_fill="#c9303f",
    on_danger="#ffffff",
    calm="#b6c0d0",
    calm_soft="#252d3a",
    series=("#6ea3ff", "#41c9b8", "#f0a955", "#c893dd", "#ff8f96"),
)
THEMES: Final = {"light": LIGHT, "dark": DARK}

_GROUNDS: Final = ("window", "surface", "raised", "sunken", "hover")
PAIRS: Final = (
    *((text, ground) for text in ("text", "muted", "accent_text") for ground in _GROUNDS),
    ("on_accent", "accent"),
    ("on_danger", "danger_fill"),
    ("text", "accent_soft"),
    ("muted", "accent_soft"),
    ("accent_text", "accent_soft"),
    *((tone, f"{tone}_soft") for tone in ("ok", "warning", "danger", "calm")),
    *((tone, ground) for tone in ("ok", "warning", "danger", "calm") for ground in ("surface", "raised", "window")),
)


def branded(tokens: Tokens, accent: str, radius: int | None = None) -> Tokens:
    """Return a theme with a partner's accent, moved as far towards black or white as legibility asks."""
    ground = "#ffffff" if contrast(accent, "#ffffff") >= contrast(accent, "#101010") else "#101010"
    fill = legible_on(accent, (ground,))
    softer = (mixed(accent, tokens.surface, share) for share in (0.85, 0.9, 0.95, 1.0))
    soft = next(shade for shade in softer if contrast(shade, tokens.muted) >= ENOUGH)
    grounds = (*(getattr(tokens, name) for name in _GROUNDS), soft)
    words = legible_on(accent, grounds)
    return replace(
        tokens,
        accent=fill,
        on_accent=ground,
        accent_text=words,
        accent_soft=soft,
        series=(words, *tokens.series[1:]),
        radius=tokens.radius if radius is None else radius,
    )
