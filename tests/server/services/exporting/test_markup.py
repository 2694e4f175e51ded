"""Text inside XML."""

from __future__ import annotations

from xml.parsers import expat

from hypothesis import given
from hypothesis import strategies as st

from server.services.exporting.markup import escape

HOLDABLE = st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])))


@given(st.text(HOLDABLE))
def test_every_text_that_xml_can_hold_comes_back(text: str) -> None:
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = found.append
    parser.Parse(f"<a>{escape(text)}</a>".encode(), True)
    assert "".join(found) == text


def test_what_it_cannot_hold_is_shown_as_a_replacement() -> None:
    assert escape("a\0b\x1f\ud800") == "a\ufffdb\ufffd\ufffd"
    assert escape("plain") == "plain"
