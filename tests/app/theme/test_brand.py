"""Brands: a folder is taken as it is, and one that cannot be used says what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.theme import brand
from app.theme.brand import BadBrand, Brand


@pytest.mark.criterion("desktop-20")
def test_a_folder_gives_name_accent_links_and_logo(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "brand.toml").write_text(
        'name = "Example"\naccent = "#7c3aed"\nradius = 4\nlogo = "logo.svg"\n[links]\nSupport = "https://e.example"\n', encoding="utf-8"
    )
    found = brand.load(environ={"JUNCTION_CONSOLE_BRAND": str(tmp_path)})
    assert (found.name, found.accent, found.radius, found.links) == ("Example", "#7c3aed", 4, {"Support": "https://e.example"})
    assert found.logo == tmp_path / "logo.svg"


@pytest.mark.parametrize(
    ("text", "says"),
    [('accent = "violet"', "#rrggbb"), ('logo = "none.svg"', "not there"), ('colour = "x"', "unknown"), ("name = ", "no TOML")],
)
def test_a_folder_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "brand.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadBrand, match=says):
        brand.load(tmp_path)


def test_without_a_folder_the_products_own_name_is_used(tmp_path: Path) -> None:
    assert brand.load(environ={"JUNCTION_CONSOLE_BRAND": str(tmp_path)}) == Brand()
    with pytest.raises(BadBrand, match="not there"):
        brand.load(tmp_path / "missing")
