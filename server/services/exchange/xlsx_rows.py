"""Reads a sheet of a workbook as a table: the first filled row names the columns, the row numbers are those of the sheet."""

from __future__ import annotations

from contextlib import closing
from itertools import takewhile
from typing import TYPE_CHECKING

from server.domain.errors import Unprocessable
from server.services.exchange.row import Cell, CellError, Row, RowError, column_names, numbered_names

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from server.services.exchange.layout import Layout

Numbered = tuple[int, list[Cell]]


def read_columns(path: Path, layout: Layout) -> list[str]:
    """Return the names of the columns."""
    with closing(_sheet_rows(path, layout.sheet)) as rows:
        return _names(next(rows, None), header=layout.header)


def read_rows(path: Path, layout: Layout) -> Generator[Row | RowError]:
    """Yield the rows below the header; blank rows are passed over. Raises Unprocessable where the sheet is damaged."""
    with closing(_sheet_rows(path, layout.sheet)) as rows:
        first = next(rows, None)
        names = _names(first, header=layout.header)
        if first is not None and not layout.header:
            yield _row(names, *first)
        for number, cells in rows:
            yield _row(names, number, cells)


def first_rows(path: Path, sheet_name: str | None, limit: int) -> list[list[Cell]]:
    """Return the filled rows among the first `limit`, header or not, for finding out which it is."""
    with closing(_sheet_rows(path, sheet_name)) as rows:
        return [cells for _, cells in takewhile(lambda row: row[0] <= limit, rows)]


def _sheet_rows(path: Path, sheet_name: str | None) -> Generator[Numbered]:
    from server.services.exchange.workbook import sheet_rows

    yield from sheet_rows(path, sheet_name)


def _names(first: Numbered | None, *, header: bool) -> list[str]:
    if first is None:
        raise Unprocessable("The sheet is empty.", code="empty_file")
    return column_names(first[1]) if header else numbered_names(len(first[1]))


def _row(names: list[str], number: int, values: list[Cell]) -> Row | RowError:
    surplus = len(values) - len(names)
    cells = dict(zip(names, values + [None] * -surplus, strict=False))
    if surplus > 0:
        return RowError(number, None, "too_many_cells", f"the row has cells right of the table's {len(names)} columns", cells)
    for name, value in cells.items():
        if isinstance(value, CellError):
            return RowError(number, name, "cell_error", f"the cell shows the spreadsheet error {value}", cells)
    return Row(number, cells)
