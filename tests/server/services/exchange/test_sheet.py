"""A cell of a sheet comes out as a user sees it, and rows are forgotten once they are read."""

import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from server.services.exchange.limits import COLUMNS
from server.services.exchange.row import CellError
from server.services.exchange.workbook import sheet_rows


def _saved(tmp_path: Path, *rows: list[Any], **formats: str) -> Path:
    workbook = Workbook()
    sheet: Any = workbook.active
    for row in rows:
        sheet.append(row)
    for address, number_format in formats.items():
        sheet[address].number_format = number_format
    workbook.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def _changed(path: Path, old: bytes, new: bytes) -> Path:
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old, new))
    return changed


def _values(path: Path) -> list[Any]:
    [(_, values)] = sheet_rows(path, None)
    return values


def test_values_come_out_as_a_user_sees_them(tmp_path: Path) -> None:
    moments = [date(2026, 12, 31), datetime(2026, 12, 31, 14, 30), datetime(2026, 12, 31), time(9, 5), timedelta(hours=1)]  # noqa: DTZ001 - workbooks know no zones
    path = _saved(tmp_path, [*moments, 0.1 + 0.2, 3.0, 10115, 0.25, True, "0049 221", 0.125, 12345678.9], I1="0%", L1="0.0 %")
    assert _values(path) == [
        *("2026-12-31", "2026-12-31T14:30:00", "2026-12-31", "09:05:00", "1:00:00"),
        *(Decimal("0.3"), 3, 10115, 25, True, "0049 221", Decimal("12.5"), Decimal("12345678.9")),
    ]


@pytest.mark.parametrize(("written", "read"), [(b"12345678901234567", 12345678901234567), (b"1e999", CellError("#NUM!"))])
def test_long_whole_numbers_keep_every_digit_and_endless_ones_are_errors(tmp_path: Path, written: bytes, read: Any) -> None:
    assert _values(_changed(_saved(tmp_path, [424242]), b"<v>424242</v>", b"<v>" + written + b"</v>")) == [read]


def test_rows_keep_their_numbers_and_end_with_the_last_filled_cell(tmp_path: Path) -> None:
    assert list(sheet_rows(_saved(tmp_path, [], [None, "a", " "], [], ["b"]), None)) == [(2, [None, "a"]), (4, ["b"])]


def test_a_cell_far_out_does_not_make_its_row_as_wide(tmp_path: Path) -> None:
    path = _changed(_saved(tmp_path, ["a", "b"]), b'r="B1"', b'r="ZZZ1"')
    assert len(_values(path)) == COLUMNS


def test_a_style_that_the_workbook_does_not_have_leaves_the_number_good(tmp_path: Path) -> None:
    assert _values(_changed(_saved(tmp_path, [1.5]), b'r="A1"', b'r="A1" s="77"')) == [Decimal("1.5")]


def test_the_rows_of_a_long_sheet_are_not_kept(tmp_path: Path) -> None:
    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet()
    for number in range(20_000):
        sheet.append([f"name {number}", number])
    workbook.save(tmp_path / "long.xlsx")
    rows = sheet_rows(tmp_path / "long.xlsx", None)
    next(rows)
    tracemalloc.start()
    assert sum(1 for _ in rows) == 19_999
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 500_000
