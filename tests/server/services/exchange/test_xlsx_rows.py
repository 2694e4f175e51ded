"""A sheet comes in as a user sees it: dates, percent, booleans, numbers of fifteen digits; errors of the spreadsheet are row errors."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from server.domain.errors import Unprocessable
from server.services.exchange import xlsx_rows
from server.services.exchange.layout import Layout
from server.services.exchange.row import Row, RowError

LAYOUT = Layout("xlsx")


def _saved(tmp_path: Path, *rows: list[Any], **formats: str) -> Path:
    workbook = Workbook()
    sheet: Any = workbook.active
    for row in rows:
        sheet.append(row)
    for address, number_format in formats.items():
        sheet[address].number_format = number_format
    workbook.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def _read(path: Path, layout: Layout = LAYOUT) -> list[Row | RowError]:
    return list(xlsx_rows.read_rows(path, layout))


def _values(path: Path) -> list[Any]:
    [row] = _read(path)
    return list(row.cells.values())


def test_values_come_out_as_a_user_sees_them(tmp_path: Path) -> None:
    moments = [date(2026, 12, 31), datetime(2026, 12, 31, 14, 30), datetime(2026, 12, 31), time(9, 5), timedelta(hours=1)]  # noqa: DTZ001 - workbooks know no zones
    path = _saved(tmp_path, list("abcdefghijklm"), [*moments, 0.1 + 0.2, 3.0, 10115, 0.25, True, "0049 221", 0.125, 12345678.9], I2="0%", L2="0.0 %")
    assert _values(path) == [
        *("2026-12-31", "2026-12-31T14:30:00", "2026-12-31", "09:05:00", "1:00:00"),
        *(Decimal("0.3"), 3, 10115, 25, True, "0049 221", Decimal("12.5"), Decimal("12345678.9")),
    ]


def test_the_line_is_the_row_number_of_the_sheet_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    path = _saved(tmp_path, [None], ["name", None, "name"], [], [None, " "], ["carol", 1, "x"])
    assert _read(path) == [Row(5, {"name": "carol", "column 2": 1, "name (2)": "x"})]


def test_cells_right_of_the_table_and_spreadsheet_errors_are_row_errors(tmp_path: Path) -> None:
    first, second = _read(_saved(tmp_path, ["a", "b"], [1, 2, None, "astray"], [1, "#REF!"]))
    assert isinstance(first, RowError)
    assert isinstance(second, RowError)
    assert (first.line, first.column, first.code) == (2, None, "too_many_cells")
    assert (second.line, second.column, second.code) == (3, "b", "cell_error")
    assert "#REF!" in second.reason


def test_a_date_that_no_calendar_has_is_a_row_error(tmp_path: Path) -> None:
    bad, good = _read(_saved(tmp_path, ["day"], [99_999_999], [45_000], A2="yyyy-mm-dd", A3="yyyy-mm-dd"))
    assert isinstance(bad, RowError)
    assert (bad.column, bad.code) == ("day", "cell_error")
    assert good.cells == {"day": "2023-03-15"}


def test_without_a_header_the_columns_are_numbered(tmp_path: Path) -> None:
    assert _read(_saved(tmp_path, ["carol", 1]), Layout("xlsx", header=False)) == [Row(1, {"column 1": "carol", "column 2": 1})]


def test_the_first_visible_sheet_is_read_unless_one_is_named(tmp_path: Path) -> None:
    workbook = Workbook()
    sheets: list[Any] = [workbook.active, workbook.create_sheet("Kontakte"), workbook.create_sheet("Firmen")]
    for sheet in sheets:
        sheet.append([sheet.title])
    sheets[0].sheet_state = "hidden"
    path = tmp_path / "book.xlsx"
    workbook.save(path)
    assert xlsx_rows.read_columns(path, LAYOUT) == ["Kontakte"]
    assert xlsx_rows.read_columns(path, Layout("xlsx", sheet="Firmen")) == ["Firmen"]
    with pytest.raises(Unprocessable) as refusal:
        xlsx_rows.read_columns(path, Layout("xlsx", sheet="Orte"))
    assert refusal.value.stable_code == "no_such_sheet"
    assert "Kontakte" in refusal.value.detail


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unprocessable) as refusal:
        _read(_saved(tmp_path))
    assert refusal.value.stable_code == "empty_file"


def test_the_first_rows_show_what_is_there_before_it_is_known_what_the_header_is(tmp_path: Path) -> None:
    assert xlsx_rows.first_rows(_saved(tmp_path, [], ["a", None], ["b", 2], ["c", 3]), None, 3) == [["a"], ["b", 2]]
