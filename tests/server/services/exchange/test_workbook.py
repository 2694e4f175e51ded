"""Workbooks open with their visible sheets; parts that contradict each other are refused, never a traceback."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from server.domain.errors import Unprocessable
from server.services.exchange import workbook as workbook_module
from server.services.exchange.workbook import sheet_rows, visible_sheets

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = (
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2"><si><t>name</t></si><si><t>note</t></si></sst>'
)
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def _rewritten(path: Path, changes: dict[str, tuple[bytes, bytes]]) -> Path:
    """Copy a workbook, with a pattern replaced in some of its parts."""
    other = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            pattern, new = changes.get(name, (b"(?!)", b""))
            target.writestr(name, re.sub(pattern, new, source.read(name), flags=re.DOTALL))
    return other


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a workbook whose strings are shared, as Excel writes it; openpyxl writes them into the cells."""
    workbook: Any = Workbook()
    workbook.active.title = "first"
    workbook.active.append(["A", "B"])
    workbook.create_sheet("second").append(["x"])
    workbook.create_sheet("secret").sheet_state = "hidden"
    workbook.save(tmp_path / "book.xlsx")
    cells = b'<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    shared = _rewritten(tmp_path / "book.xlsx", {SHEET: (b"<c .*</row>", cells), "[Content_Types].xml": (b"</Types>", STRINGS_TYPE)})
    with zipfile.ZipFile(shared, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", STRINGS)
    return shared


def _texts(path: Path) -> list[tuple[int, list[Any]]]:
    return list(sheet_rows(path, None))


def test_hidden_sheets_are_not_shown(path: Path) -> None:
    assert visible_sheets(path) == ["first", "second"]


def test_strings_may_lie_on_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = _texts(path)
    monkeypatch.setattr(workbook_module, "STRINGS_IN_MEMORY", 0)
    assert _texts(path) == in_memory == [(1, ["name", "note"])]


@pytest.mark.parametrize(
    ("member", "pattern", "new"),
    [
        (SHEET, b"</sheetData>", b""),
        (SHEET, b"<v>0</v>", b"<v>99</v>"),
        (SHEET, b"<v>0</v>", b"<v>zero</v>"),
        (SHEET, b'r="A1"', b'r="???"'),
        ("xl/workbook.xml", b"<sheets>", b"<sheets"),
        ("xl/styles.xml", b"<styleSheet", b"<other"),
        ("[Content_Types].xml", b"sheet.main", b"other"),
        ("xl/sharedStrings.xml", b"</si>", b""),
        ("xl/sharedStrings.xml", b"<si>.*</si>", b""),
    ],
)
def test_a_malformed_part_is_refused_as_damage(path: Path, member: str, pattern: bytes, new: bytes) -> None:
    with pytest.raises(Unprocessable) as refusal:
        _texts(_rewritten(path, {member: (pattern, new)}))
    assert refusal.value.stable_code == "unreadable_workbook"


def test_parts_that_no_table_needs_may_be_broken(path: Path) -> None:
    changes = {"docProps/core.xml": (b"<", b""), "xl/theme/theme1.xml": (b"<", b""), SHEET: (b"<pageMargins[^>]*>", b'<pageMargins left="x"/>')}
    assert _texts(_rewritten(path, changes)) == _texts(path)


def test_a_row_number_beyond_the_format_ends_the_sheet(path: Path) -> None:
    assert _texts(_rewritten(path, {SHEET: (b'<row r="1"', b'<row r="99999999999"')})) == []
