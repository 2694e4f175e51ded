"""XML is read row by row, whatever its size, and never does what it says beyond being a table."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from server.domain.errors import Unprocessable
from server.services.exchange.detect import detect_layout
from server.services.exchange.layout import Layout
from server.services.exchange.limits import CELL_CHARACTERS, COLUMNS, LINE_CHARACTERS
from server.services.exchange.readers import open_rows
from server.services.exchange.row import Row, RowError
from server.services.exchange.xml_rows import find_record_path, read_columns


def rows(path: Path, content: str | bytes, record_path: str | None = None) -> list[Row | RowError]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(open_rows(path, detect_layout(path, record_path=record_path).layout))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.xml"


def test_elements_attributes_and_what_lies_inside_become_columns(path: Path) -> None:
    found = rows(
        path,
        """<?xml version="1.0"?>
<export xmlns:a="urn:x"><when>2026</when><contacts>
<contact id="7"><name>Ada &amp; Bob</name><address kind="home"><city>Köln</city><zip/></address><tag>a</tag><tag>b</tag></contact>
<a:contact id="8"><name>  Eve </name></a:contact>
</contacts></export>""",
    )
    cells: dict[str, Any] = {"id": "7", "name": "Ada & Bob", "address.kind": "home", "address.city": "Köln", "address.zip": "", "tag": ["a", "b"]}
    assert found == [Row(3, cells), Row(4, {"id": "8", "name": "Eve"})]
    assert read_columns(path, Layout("xml", "", record_path="export/contacts/contact")) == list(cells)


@pytest.mark.parametrize(
    ("content", "record_path"),
    [
        ("<a><b><c>1</c></b><b><c>2</c></b></a>", "a/b"),
        ("<a><b><c>1</c></b></a>", "a/b"),
        ("<a><m><v>1</v></m><l><b x='1'/><b x='2'/></l></a>", "a/l/b"),
        ("<a><b><p><n x='1'/><n x='2'/></p></b></a>", "a/b"),
    ],
)
def test_rows_are_the_shallowest_elements_that_repeat(path: Path, content: str, record_path: str) -> None:
    path.write_text(content)
    assert find_record_path(path)[0] == record_path


def test_other_elements_may_be_named_as_rows(path: Path) -> None:
    content = "<a><b><c><d>1</d></c></b><b><c><d>2</d></c></b></a>"
    assert [row.cells for row in rows(path, content, "a/b/c")] == [{"d": "1"}, {"d": "2"}]


def test_the_encoding_that_a_document_declares_is_used(path: Path) -> None:
    content = '<?xml version="1.0" encoding="windows-1252"?><a><b><c>Müller €</c></b><b><c>x</c></b></a>'.encode("cp1252")
    assert rows(path, content)[0].cells == {"c": "Müller €"}


REFUSED: dict[str, tuple[str, str]] = {
    "entities": ('<!DOCTYPE a [<!ENTITY x "y">]><a><b><c>&x;</c></b></a>', "dangerous_xml"),
    "a doctype outside": ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a><b><c>x</c></b></a>', "dangerous_xml"),
    "endless nesting": ("<a>" * 1_000, "dangerous_xml"),
    "an endless tag": ("<a>" + "<b><c>1</c></b>" * 20_000 + "<b x='" + "y" * (LINE_CHARACTERS + 200_000), "dangerous_xml"),
    "broken tags": ("<a><b><c>1</b></a>", "unreadable_xml"),
    "a cut end": ("<a><b><c>1</c></b><b>", "unreadable_xml"),
    "nothing that repeats": ("<a>text</a>", "not_a_table"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_honest_table_is_refused(path: Path, what: str) -> None:
    content, code = REFUSED[what]
    with pytest.raises(Unprocessable) as refusal:
        rows(path, content)
    assert refusal.value.stable_code == code


def test_a_row_beyond_the_limits_costs_only_itself(path: Path) -> None:
    long = "y" * (CELL_CHARACTERS + 1)
    many = "".join(f"<c{index}>1</c{index}>" for index in range(COLUMNS + 1))
    deep = "<d>" * 7 + "1" + "</d>" * 7
    found = rows(path, "<a>" + "".join(f"<b>{inside}</b>" for inside in ("<c>1</c>", f"<c>{long}</c>", many, deep, "<c>2</c>")) + "</a>")
    assert [each.code if isinstance(each, RowError) else each.cells for each in found] == [
        {"c": "1"}, "too_long", "too_many_cells", "too_deep", {"c": "2"},
    ]  # fmt: skip


def test_memory_does_not_grow_with_the_rows(path: Path) -> None:
    with path.open("w") as stream:
        stream.write("<a>")
        for number in range(30_000):
            stream.write(f"<b><name>Name {number}</name><email>a{number}@example.com</email></b>")
        stream.write("</a>")
    layout = detect_layout(path).layout
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_rows(path, layout)) == 30_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
