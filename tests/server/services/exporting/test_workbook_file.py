"""Workbooks, as somebody else's library reads them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from server.services.exporting import workbook_file
from server.services.exporting.columns import Column, Table
from tests.server.services.exporting.tables import plain


def opened(table: Table, *batches: list[dict[str, Any]]) -> Any:
    """Return the workbook."""
    return load_workbook(io.BytesIO(b"".join(workbook_file.write(table, batches))))


def test_cells_have_their_types_and_no_text_is_a_formula() -> None:
    columns = (Column("n", ("n",), "number"), Column("d", ("d",), "date"), Column("b", ("b",), "boolean"), Column("t", ("t",)))
    sheet = opened(
        Table("deals", "deal", columns), [{"n": "12.50", "d": "2026-11-20", "b": True, "t": "=1+1"}], [], [{"n": 7, "d": "0987-01-01", "t": " <&> "}]
    )["deals"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [["n", "d", "b", "t"], [12.5, datetime(2026, 11, 20), True, "=1+1"], [7, "0987-01-01", None, " <&> "]]  # noqa: DTZ001 - cells have no zone
    assert sheet["D2"].data_type == "s" or sheet["D2"].data_type == "inlineStr"
    assert sheet["A1"].font.b
    assert sheet.freeze_panes == "A2"


def test_digits_that_a_cell_would_lose_stay_as_text() -> None:
    sheet = opened(Table("x", "x", (Column("n", ("n",), "number"),)), [{"n": "1234567890123456.78"}, {"n": 2**62}, {"n": 1e300}])["x"]
    assert [cell.value for cell in sheet["A"]][1:] == ["1234567890123456.78", str(2**62), 1e300]


def test_what_no_cell_can_hold_is_cut_or_replaced_visibly() -> None:
    sheet = opened(plain("a"), [{"a": "x" * 40_000}, {"a": "a\0b"}])["things"]
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A2"].value.endswith("…")
    assert sheet["A3"].value == "a\ufffdb"


def test_a_table_that_is_too_long_goes_on_in_the_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "MOST_ROWS", 4)
    book = opened(plain("a"), [{"a": str(number)} for number in range(5)], [{"a": str(number)} for number in range(5, 8)])
    assert {sheet.title: [cell.value for cell in sheet["A"]] for sheet in book} == {
        "things": ["a", "0", "1", "2"],
        "things 2": ["a", "3", "4", "5"],
        "things 3": ["a", "6", "7"],
    }


def test_an_empty_table_is_a_workbook_with_a_header_and_pieces_come_as_it_grows() -> None:
    assert [[cell.value for cell in row] for row in opened(plain("a", "b"))["things"].iter_rows()] == [["a", "b"]]
    rows = [[{"a": f"{number * 7919:x}" * 50} for number in range(start, start + 500)] for start in range(0, 5000, 500)]
    assert len(list(workbook_file.write(plain("a"), rows))) > 3
