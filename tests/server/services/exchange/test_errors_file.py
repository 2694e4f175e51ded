"""Refused rows can be downloaded, opened in a spreadsheet without danger, mended and imported again."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.convert import clean
from server.services.exchange.detect import detect_layout
from server.services.exchange.errors_file import ErrorsFile, neutralised
from server.services.exchange.readers import open_rows
from server.services.exchange.row import Cell, Row, RowError

CELLS: dict[str, Cell] = {
    "E-Mail": "carol@",
    "Telefon": "+49 221",
    "Notiz": '=HYPERLINK("http://x")',
    "Liste": ["a", Decimal("1.5")],
    "Zahl": Decimal("1.50"),
    "Leer": None,
}


def _records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def test_a_line_holds_the_row_as_it_came_and_why_it_was_refused(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    with ErrorsFile(path, list(CELLS), ";") as errors:
        errors.write([RowError(7, "E-Mail", "invalid_value", "not an address", CELLS)])
        errors.write([RowError(9, "E-Mail", "a", "bad", CELLS), RowError(9, "Zahl", "b", "worse", CELLS)])
        errors.write([RowError(11, None, "too_few_cells", "the row has 1 cells")])
        assert errors.rows == 3
    header, first, second, third = _records(path)
    assert header == ["E-Mail", "Telefon", "Notiz", "Liste", "Zahl", "Leer", "row", "column", "reason"]
    assert first == ["carol@", "'+49 221", '\'=HYPERLINK("http://x")', '["a", "1.5"]', "1.50", "", "7", "E-Mail", "not an address"]
    assert second[-3:] == ["9", "E-Mail, Zahl", "E-Mail: bad; Zahl: worse"]
    assert third == [""] * 6 + ["11", "", "the row has 1 cells"]


def test_the_file_begins_with_a_mark_so_that_spreadsheets_read_umlauts(tmp_path: Path) -> None:
    with ErrorsFile(tmp_path / "errors.csv", ["Größe"]):
        pass
    assert (tmp_path / "errors.csv").read_bytes() == "\ufeffGröße,row,column,reason\r\n".encode()


def test_a_file_is_gone_on_with_from_what_was_flushed(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    with ErrorsFile(path, ["Größe"], ";") as errors:
        errors.write([RowError(1, None, "a", "first", {"Größe": "ü"})])
        kept = errors.flush()
        errors.write([RowError(2, None, "a", "written, but never counted", {"Größe": "ä"})])
    with ErrorsFile(path, ["Größe"], ";", kept=kept) as errors:
        errors.write([RowError(2, None, "a", "second", {"Größe": "ö"})])
        assert errors.flush() == path.stat().st_size
    assert _records(path) == [["Größe", "row", "column", "reason"], ["ü", "1", "", "first"], ["ö", "2", "", "second"]]


def test_a_file_that_lost_its_end_says_so(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    with ErrorsFile(path, ["a"], ";") as errors:
        kept = errors.flush()
    with ErrorsFile(path, ["a"], ";", kept=kept + 100):
        pass
    assert _records(path)[-1] == ["", "", "", "some refused rows before this one were lost in a power cut"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_neutralised_also_in_column_names(tmp_path: Path, text: str) -> None:
    assert neutralised(text) == f"'{text}"
    with ErrorsFile(tmp_path / "errors.csv", [text], ";") as errors:
        errors.write([RowError(1, text, "code", text, {text: text})])
    for record in _records(tmp_path / "errors.csv"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in record)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip))
def test_what_was_neutralised_is_read_as_it_was(text: str) -> None:
    assert clean(neutralised(text)) == clean(text) or text.startswith("'")


def test_the_file_can_be_imported_again(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    with ErrorsFile(path, ["E-Mail", "Notiz"], ";") as errors:
        errors.write([RowError(7, "E-Mail", "code", "reason", {"E-Mail": "carol@", "Notiz": "a;\nb"})])
    [row] = open_rows(path, detect_layout(path).layout)
    assert row == Row(2, {"E-Mail": "carol@", "Notiz": "a;\nb", "row": "7", "column": "E-Mail", "reason": "reason"})
