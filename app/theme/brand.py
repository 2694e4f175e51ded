"""A partner's brand: a folder with `brand.toml` and pictures, applied at run time; without one the product's own name is used.

name = "Example Hosting"
accent = "#7c3aed"
radius = 6
font = "Example Sans"          # its files lie beside
logo = "logo.svg"
[links]
Support = "https://example.com/support"
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.system.folders import RESOURCES

DEFAULT_NAME: Final = "Junction"
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
KNOWN: Final = frozenset({"name", "accent", "radius", "font", "logo", "links"})


class BadBrand(Exception):
    """The brand folder cannot be used; the text says what to mend."""


@dataclass(frozen=True, slots=True)
class Brand:
    """What a partner changes."""

    name: str = DEFAULT_NAME
    accent: str | None = None
    radius: int | None = None
    font: str | None = None
    logo: Path | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


def load(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Brand:
    """Return the brand of a folder: the given one, that of `JUNCTION_CONSOLE_BRAND`, or the bundled one. Raises BadBrand."""
    found = folder or Path(environ.get("JUNCTION_CONSOLE_BRAND") or RESOURCES / "brand")
    path = found / "brand.toml"
    if not path.exists():
        if folder is not None:
            raise BadBrand(f"{path} is not there.")
        return Brand()
    try:
        return _brand(tomllib.loads(path.read_text(encoding="utf-8")), found)
    except tomllib.TOMLDecodeError as error:
        raise BadBrand(f"{path} is no TOML: {error}") from error


def _brand(document: dict[str, Any], folder: Path) -> Brand:
    if unknown := sorted(set(document) - KNOWN):
        raise BadBrand(f"{folder / 'brand.toml'} says {', '.join(unknown)}, which is unknown; known are {', '.join(sorted(KNOWN))}.")
    accent = document.get("accent")
    if accent is not None and not _COLOUR.fullmatch(str(accent)):
        raise BadBrand(f"accent is {accent!r}; a colour is written #rrggbb.")
    logo = folder / document["logo"] if document.get("logo") else None
    if logo is not None and not logo.exists():
        raise BadBrand(f"{logo} is not there.")
    return Brand(
        str(document.get("name") or DEFAULT_NAME), accent, document.get("radius"), document.get("font"), logo, document.get("links", {}), folder
    )
