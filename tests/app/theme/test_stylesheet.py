"""The style sheet: every word in braces is a token, and no colour is written out."""

from __future__ import annotations

import re
from pathlib import Path

from app.theme.stylesheet import TEMPLATE, stylesheet
from app.theme.tokens import DARK, LIGHT


def test_every_token_is_filled_in_and_the_drawings_are_there(tmp_path: Path) -> None:
    for tokens in (LIGHT, DARK):
        text = stylesheet(tokens, tmp_path)
        assert "{{" not in text
        assert all(Path(path).exists() for path in re.findall(r"url\(([^)]*)\)", text))


def test_the_template_names_no_colour() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*[,{.:\[])", TEMPLATE.read_text(encoding="utf-8")) == []
