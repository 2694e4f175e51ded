"""The rows of one sheet with their numbers; a cell comes out as a user sees it: dates in ISO 8601, 25 % as 25, #REF! as an error."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import IO, TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser

from server.services.exchange.limits import COLUMNS, WORKBOOK_ROWS
from server.services.exchange.row import Cell, CellError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

MIDNIGHT: Final = time()


class _Parser(WorkSheetParser):
    """Parses rows and nothing else, and forgets each: the inherited `parse` keeps an element per row, and every link and format."""

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]]]:
        sheet_data: Element | None = None
        for event, element in iterparse(self.source, events=("start", "end")):  # noqa: S314 - `workbook_guard` has refused declarations
            if event == "start":
                sheet_data = element if element.tag == DATA_TAG else sheet_data
            elif element.tag == ROW_TAG:
                yield self.parse_row(element)
                self.row_dimensions.clear()
                if sheet_data is not None:
                    sheet_data.clear()


class Sheet:
    """A sheet of an open workbook."""

    def __init__(self, title: str, workbook: Any, strings: Sequence[str], *, visible: bool) -> None:
        """Take the name, the workbook that knows formats and epoch, and its strings."""
        self.title = title
        self.visible = visible
        self._strings = strings
        self._workbook = workbook
        self._percents = _percent_styles(workbook)

    def rows(self, source: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the filled rows of the sheet's XML: number, and cells up to the last filled one."""
        parser = _Parser(
            source,
            self._strings,
            data_only=True,
            epoch=self._workbook.epoch,
            date_formats=self._workbook._date_formats,  # noqa: SLF001 - as openpyxl's own sheet does
            timedelta_formats=self._workbook._timedelta_formats,  # noqa: SLF001 - as above
        )
        for number, cells in parser.parse():
            if number > WORKBOOK_ROWS:
                return
            if values := self._values(cells):
                yield number, values

    def _values(self, cells: list[dict[str, Any]]) -> list[Cell]:
        values: list[Cell] = []
        for cell in cells:
            value = self._value(cell)
            if value is None or value == "" or (isinstance(value, str) and value.isspace()):
                continue
            position = min(cell["column"], COLUMNS) - 1  # one astray far out need not make the row as wide
            values.extend([None] * (position + 1 - len(values)))
            values[position] = value
        return values

    def _value(self, cell: dict[str, Any]) -> Cell:
        """Return what a user sees in the cell, short of rounding."""
        value = cell["value"]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return CellError(value) if cell["data_type"] == "e" else value.replace("_x000D_", "")
        if isinstance(value, int | float):
            return _number(value, percent=cell["style_id"] in self._percents)
        return _moment(value)


def _percent_styles(workbook: Any) -> frozenset[int]:
    """Return the numbers of the styles that show percent."""
    formats = [style.numFmtId for style in workbook._cell_styles]  # noqa: SLF001 - openpyxl tells it per cell only, slowly
    own = dict(enumerate(workbook._number_formats, start=BUILTIN_FORMATS_MAX_SIZE))  # noqa: SLF001 - as above
    return frozenset(index for index, number in enumerate(formats) if "%" in (own.get(number) or BUILTIN_FORMATS.get(number, "")))


def _number(value: float, *, percent: bool) -> Cell:
    """Keep fifteen digits of a fraction, as spreadsheets do: 0.1 + 0.2 is 0.3 there."""
    if not isfinite(value):
        return CellError("#NUM!")
    number = (Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")) * (100 if percent else 1)
    return int(number) if number == number.to_integral_value() else number.normalize()


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()
