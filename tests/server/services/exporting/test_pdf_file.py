"""PDF tables, by what stands on their pages."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import Any

from server.services.exporting import pdf_file
from server.services.exporting.columns import Table
from server.services.exporting.pdf_file import wrapped
from tests.server.services.exporting.tables import plain


def pages(table: Table, documents: list[dict[str, Any]]) -> list[str]:
    """Return what is written on each page."""
    file = b"".join(pdf_file.write(table, [documents]))
    assert file.startswith(b"%PDF-")
    assert file.rstrip().endswith(b"%%EOF")
    streams = re.findall(rb"/Filter /FlateDecode[^>]*>>\s*stream\r?\n(.*?)endstream", file, re.DOTALL)
    texts = [zlib.decompress(stream).decode("latin-1") for stream in streams if not stream.startswith(b"%")]
    return [" ".join(re.findall(r"\((.*?)\) Tj", text)) for text in texts if " Tj" in text]


def test_every_row_is_on_a_page_under_the_header() -> None:
    found = pages(plain("name", "city"), [{"name": f"row{number}", "city": "Bonn"} for number in range(200)])
    assert len(found) > 3
    assert all("name city" in page for page in found)
    words = " ".join(found).split()
    assert [word for word in words if word.startswith("row")] == [f"row{number}" for number in range(200)]
    assert "page 2" in found[1]


def test_a_page_shows_what_was_asked_for_or_what_is_telling() -> None:
    names = [f"c{number}" for number in range(30)]
    document = {name: "x" for name in names if name != "c3"}
    assert "c3" not in pages(plain(*names), [document])[0].split()
    assert len([word for word in pages(plain(*names), [document])[0].split() if word in names]) == pdf_file.MOST_CHOSEN
    asked = replace(plain(*names[:12]), fields=frozenset(names[:12]))
    assert set(names[:12]) <= set(pages(asked, [document])[0].split())


def test_an_empty_table_is_one_page() -> None:
    assert len(pages(plain("a"), [])) == 1


def test_what_cannot_be_drawn_is_said_on_the_pages_where_it_stands() -> None:
    rows = [{"name": "हिन्दी" if number == 0 else "Ada"} for number in range(100)]
    first, *others = pages(plain("name"), rows)
    assert "stands for what this format cannot show here \\(Devanagari\\). CSV, XLSX, JSONL and XML hold it in full." in first
    assert others
    assert not any("stands for" in page for page in others)


def test_letters_of_several_scripts_stand_in_one_file() -> None:
    file = b"".join(pdf_file.write(plain("a"), [[{"a": text} for text in ("Київ 東京", "서울", "Jürgen")]]))
    assert all(font in file for font in (b"DejaVuSans", b"STSong-Light", b"HYSMyeongJo-Medium"))


def test_a_long_text_is_broken_and_its_end_shown_by_dots() -> None:
    assert wrapped("short", 100, "Helvetica") == ("short",)
    lines = wrapped("a few words that do not fit on one line of this width at all, nor on two or three", 60, "Helvetica")
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert len(wrapped("x" * 500, 60, "Helvetica")) == 3
