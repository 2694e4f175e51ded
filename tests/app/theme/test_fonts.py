"""Fonts: the bundled ones are found by their names, and their licence lies beside them."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QFontInfo

from app.system.folders import RESOURCES
from app.theme import fonts
from app.theme.look import Look


def test_the_bundled_fonts_are_used(look: Look) -> None:
    fonts.install()
    assert {fonts.TEXT, fonts.CODE} <= set(QFontDatabase.families())
    assert QFontInfo(fonts.body()).family() == fonts.TEXT
    assert QFontInfo(fonts.code()).family() == fonts.CODE
    assert fonts.emphasised(20).pixelSize() == 20


def test_their_licence_names_each_of_them() -> None:
    text = (RESOURCES / "fonts" / "LICENSE-OFL.txt").read_text(encoding="utf-8")
    assert all(name in text for name in fonts.FILES)
