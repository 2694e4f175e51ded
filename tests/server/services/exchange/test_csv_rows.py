"""CSV comes in row by row with true line numbers; whatever is broken costs one row error and nothing behind it."""

import csv
import io
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.services.exchange import csv_rows
from server.services.exchange.layout import Layout
from server.services.exchange.limits import CELL_CHARACTERS, LINE_CHARACTERS
from server.services.exchange.row import Row, RowError

COMMA = Layout("csv")


def _read(tmp_path: Path, content: str | bytes, layout: Layout = COMMA) -> list[Row | RowError]:
    path = tmp_path / "list.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(csv_rows.read_rows(path, layout))


def _outline(rows: list[Row | RowError]) -> list[tuple[int, object]]:
    """Return (line, code) of the broken rows and (line, first cell) of the others."""
    return [(row.line, row.code if isinstance(row, RowError) else next(iter(row.cells.values()))) for row in rows]


def test_rows_carry_the_line_where_they_start(tmp_path: Path) -> None:
    rows = _read(tmp_path, 'name,note\ncarol,"one\ntwo\n\nthree"\n\n\ndave,x\n')
    assert rows == [Row(2, {"name": "carol", "note": "one\ntwo\n\nthree"}), Row(8, {"name": "dave", "note": "x"})]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_ending_is_read(tmp_path: Path, newline: str) -> None:
    assert _outline(_read(tmp_path, newline.join(["name,city", "carol,rome", "dave,paris"]))) == [(2, "carol"), (3, "dave")]


def test_the_mark_and_the_sep_line_are_no_part_of_the_first_column(tmp_path: Path) -> None:
    layout = Layout("csv", encoding="utf-8-sig", delimiter=";", skip_lines=1)
    assert _read(tmp_path, "\ufeffsep=;\r\nname;city\r\ncarol;rome\r\n", layout) == [Row(3, {"name": "carol", "city": "rome"})]


def test_blank_and_repeated_column_names_are_told_apart(tmp_path: Path) -> None:
    assert _read(tmp_path, "Email,,Email, City \na,b,c,d\n") == [Row(2, {"Email": "a", "column 2": "b", "Email (2)": "c", "City": "d"})]


def test_without_a_header_the_columns_are_numbered_and_the_first_row_counts(tmp_path: Path) -> None:
    rows = _read(tmp_path, "\ncarol,rome\ndave,paris\n", Layout("csv", header=False))
    assert rows == [Row(2, {"column 1": "carol", "column 2": "rome"}), Row(3, {"column 1": "dave", "column 2": "paris"})]


def test_rows_of_blanks_are_passed_over_and_surplus_blanks_cut_off(tmp_path: Path) -> None:
    assert _outline(_read(tmp_path, "a,b\n,\n , \n1,2,,\n")) == [(4, "1")]


def test_ragged_rows_are_refused_with_both_counts(tmp_path: Path) -> None:
    rows = _read(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3\n")
    assert _outline(rows) == [(2, "too_few_cells"), (3, "too_many_cells"), (4, "1")]
    assert isinstance(rows[0], RowError)
    assert rows[0].reason == "the row has 2 cells, the table has 3 columns"
    assert rows[0].cells == {"a": "1", "b": "2"}


def test_short_rows_are_filled_where_that_is_the_habit_of_the_file(tmp_path: Path) -> None:
    assert _read(tmp_path, "a,b\n1\n", Layout("csv", fill_short_rows=True)) == [Row(2, {"a": "1", "b": ""})]


def test_a_quote_that_nobody_closes_costs_only_its_own_line(tmp_path: Path) -> None:
    rows = _read(tmp_path, 'name,city\n"carol,rome\ndave,paris\nerin,"oslo"\nfrank,bonn\n')
    assert _outline(rows) == [(2, "bad_quotes"), (3, "dave"), (4, "erin"), (5, "frank")]


def test_a_stray_quote_in_the_last_column_does_not_swallow_what_follows(tmp_path: Path) -> None:
    rows = _read(tmp_path, 'name,city\ncarol,"rome\ndave,paris\nerin,"oslo"\n')
    assert _outline(rows) == [(2, "bad_quotes"), (3, "dave"), (4, "erin")]


def test_a_quote_open_to_the_end_of_a_long_file_does_not_swallow_it(tmp_path: Path) -> None:
    rows = _read(tmp_path, 'name,city\n"carol,rome\n' + "dave,paris\n" * 50_000)
    assert len(rows) == 50_001
    assert _outline(rows)[:2] == [(2, "bad_quotes"), (3, "dave")]
    assert rows[-1].line == 50_002


def test_quotes_inside_a_cell_are_read_leniently(tmp_path: Path) -> None:
    rows = _read(tmp_path, 'name,city\n"Carol" the Great,rome\n6\' 2" tall,bonn\n"a" ,x\n')
    assert _outline(rows) == [(2, "Carol the Great"), (3, "6' 2\" tall"), (4, "a ")]


def test_a_quoted_cell_after_a_space_is_still_quoted(tmp_path: Path) -> None:
    assert _read(tmp_path, 'a,b\n1, "x, y"\n') == [Row(2, {"a": "1", "b": "x, y"})]


def test_nul_and_undecodable_bytes_name_their_column(tmp_path: Path) -> None:
    rows = _read(tmp_path, b"name,city\ncarol,r\0me\nJ\xf6rg,bonn\ndave,paris\n")
    assert _outline(rows) == [(2, "nul_character"), (3, "bad_encoding"), (4, "dave")]
    assert [row.column for row in rows if isinstance(row, RowError)] == ["city", "name"]


def test_a_half_character_of_utf_16_is_a_row_error(tmp_path: Path) -> None:
    content = "name,city\nca".encode("utf-16-le") + b"\x00\xd8" + ",rome\ndave,paris\n".encode("utf-16-le")
    assert _outline(_read(tmp_path, content, Layout("csv", encoding="utf-16-le"))) == [(2, "bad_encoding"), (3, "dave")]


def test_a_monstrous_cell_is_refused_and_reading_goes_on(tmp_path: Path) -> None:
    rows = _read(tmp_path, "a,b\n1," + "x" * (CELL_CHARACTERS + 1) + "\n2,y\n")
    assert _outline(rows) == [(2, "too_long"), (3, "2")]


def test_a_monstrous_line_is_not_held_in_memory_and_reading_goes_on(tmp_path: Path) -> None:
    rows = _read(tmp_path, "a,b\n1," + "x," * LINE_CHARACTERS + "\n2,y\n")
    assert _outline(rows) == [(2, "too_long"), (3, "2")]


def test_a_table_without_columns_or_with_too_many_is_refused(tmp_path: Path) -> None:
    for content, code in (("\n\n", "empty_file"), ("a," * 3000 + "\n1\n", "too_many_columns"), ('"a,b\n1,2\n', "not_a_table")):
        with pytest.raises(Unprocessable) as refusal:
            _read(tmp_path, content)
        assert refusal.value.stable_code == code


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t"), max_size=20)


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=20), delimiter=st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    read = _read(tmp_path_factory.mktemp("csv"), text.getvalue(), Layout("csv", delimiter=delimiter))
    assert [tuple(row.cells.values()) for row in read] == [row for row in rows if any(map(str.strip, row))]


@given(junk=st.text(st.sampled_from(string.ascii_letters + '",\n;'), max_size=200))
def test_no_junk_ends_the_reading_or_hides_the_line_behind_it(tmp_path_factory: pytest.TempPathFactory, junk: str) -> None:
    rows = _read(tmp_path_factory.mktemp("csv"), f"a,b\n{junk}\nlast,row\n")
    assert rows[-1] == Row(junk.count("\n") + 3, {"a": "last", "b": "row"}) or junk.count('"') % 2 == 0
    assert len(rows) <= junk.count("\n") + 2
