"""Reads a sheet of a workbook row by row; a cell comes out as a user sees it: dates in ISO 8601, 25 % as 25."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Unprocessable
from server.services.exchange.limits import COLUMNS
from server.services.exchange.row import Cell, Row, RowError, column_names, numbered_names

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from server.services.exchange.layout import Layout

BEYOND: Final = 10  # columns right of the table that are looked at, to notice cells that belong to none
MIDNIGHT: Final = time()


class _CellError(str):
    """A cell that shows an error of the spreadsheet, such as #REF!."""

    __slots__ = ()


def read_columns(path: Path, layout: Layout) -> list[str]:
    """Return the names of the columns."""
    from server.services.exchange.workbook import open_sheet

    with open_sheet(path, layout.sheet) as sheet:
        return _start(sheet, header=layout.header)[1]


def read_rows(path: Path, layout: Layout) -> Generator[Row | RowError]:
    """Yield the rows below the header; blank rows are passed over. Raises Unprocessable where the sheet is damaged."""
    from server.services.exchange.workbook import open_sheet, rows_of

    with open_sheet(path, layout.sheet) as sheet:
        first, names = _start(sheet, header=layout.header)
        for number, cells in enumerate(rows_of(sheet, len(names) + BEYOND), start=1):
            if number >= first:
                values = [_value_of(cell) for cell in cells]
                if any(map(_filled, values)):
                    yield _row(number, names, values)


def first_rows(path: Path, sheet_name: str | None, limit: int) -> list[list[Cell]]:
    """Return the first filled rows of a sheet, header or not, for finding out which it is."""
    from server.services.exchange.workbook import open_sheet

    with open_sheet(path, sheet_name) as sheet:
        return [values for _, values in _filled_rows(sheet, limit)]


def _filled_rows(sheet: Any, limit: int | None = None) -> Iterator[tuple[int, list[Cell]]]:
    from server.services.exchange.workbook import rows_of

    for number, cells in enumerate(rows_of(sheet, COLUMNS), start=1):
        if limit is not None and number > limit:
            return
        values = [_value_of(cell) for cell in cells]
        while values and not _filled(values[-1]):
            values.pop()
        if values:
            yield number, values


def _start(sheet: Any, *, header: bool) -> tuple[int, list[str]]:
    """Return the number of the first row to read, and the names of the columns."""
    for number, values in _filled_rows(sheet):
        return (number + 1, column_names(values)) if header else (number, numbered_names(len(values)))
    raise Unprocessable(f"The sheet {sheet.title!r} is empty.", code="empty_file")


def _row(number: int, names: list[str], values: Sequence[Cell]) -> Row | RowError:
    cells = dict(zip(names, values, strict=False))
    if any(map(_filled, values[len(names) :])):
        return RowError(number, None, "too_many_cells", f"the row has cells right of the table's {len(names)} columns", cells)
    for name, value in cells.items():
        if isinstance(value, _CellError):
            return RowError(number, name, "cell_error", f"the cell shows the spreadsheet error {value}", cells)
    return Row(number, cells)


def _filled(value: Cell) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _value_of(cell: Any) -> Cell:
    """Return what a user sees in the cell, short of rounding."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _CellError(value) if cell.data_type == "e" else value.replace("_x000D_", "")
    if isinstance(value, int | float):
        return _number(value, percent="%" in cell.number_format)
    return _moment(value)


def _number(value: float, *, percent: bool) -> Cell:
    """Keep fifteen digits, as spreadsheets do: 0.1 + 0.2 is 0.3 there."""
    number = Decimal(f"{value:.15g}") * (100 if percent else 1)
    return int(number) if number == number.to_integral_value() else number.normalize()


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()
