"""A sheet comes in as a user sees it: dates, percent, booleans, numbers of fifteen digits; errors of the spreadsheet are row errors."""

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
