"""CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io

import pytest

from server.services.exporting import csv_file
from server.services.exporting.columns import Column, Table
from tests.server.services.exporting.tables import plain


def lines(table: Table, *documents: dict[str, object]) -> list[list[str]]:
    """Return what a reader of CSV sees."""
    return list(csv.reader(io.StringIO(b"".join(csv_file.write(table, [documents])).decode(), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "+49 30 1*A1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_text_is_never_a_formula(text: str) -> None:
    assert lines(plain("a"), {"a": text}) == [["a"], [f"'{text}"]]
    assert lines(plain(text))[0] == [f"'{text}"]


def test_numbers_stay_numbers_and_blanks_blank() -> None:
    table = Table("things", "thing", (Column("a", ("a",), "number"), Column("b", ("b",), "boolean"), Column("c", ("c",))))
    assert lines(plain("a"), {"a": "-5,20"}) == [["a"], ["-5,20"]]
    assert lines(plain("a"), {"a": "+49 (0)30 12-34.5/6"}) == [["a"], ["+49 (0)30 12-34.5/6"]]
    assert lines(table, {"a": "-12.50", "b": True}, {"a": -3, "c": 'x,"y"\nz'}) == [["a", "b", "c"], ["-12.50", "true", ""], ["-3", "", 'x,"y"\nz']]


def test_an_empty_table_has_its_header_and_pieces_come_batch_by_batch() -> None:
    assert list(csv_file.write(plain("a", "b"), [])) == [b"a,b\r\n"]
    assert list(csv_file.write(plain("a"), [[{"a": "1"}], [], [{"a": "ü"}]])) == [b"a\r\n", b"1\r\n", "ü\r\n".encode()]
