"""Opens XLSX workbooks for reading only, their strings kept out of memory; imported on first use, because openpyxl is heavy."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from server.domain.errors import Unprocessable
from server.services.exchange.limits import STRINGS_IN_MEMORY, WORKBOOK_ROWS
from server.services.exchange.shared_strings import SpilledStrings, parse_strings
from server.services.exchange.workbook_guard import inspect_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.workbook import Workbook

# What openpyxl raises, by trial, on parts that are missing, malformed or contradict each other.
DAMAGE: Final = (ParseError, KeyError, ValueError, IndexError, TypeError, AttributeError, OSError)


class _Reader(ExcelReader):
    """Leaves out what no table needs, and spills long string tables to disk."""

    def read_strings(self) -> None:
        part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        name = part.PartName[1:]
        with self.archive.open(name) as source:
            spill = self.archive.getinfo(name).file_size > STRINGS_IN_MEMORY
            self.shared_strings: Any = SpilledStrings(parse_strings(source)) if spill else list(parse_strings(source))

    def read_properties(self) -> None:
        """Not needed."""

    def read_custom(self) -> None:
        """Not needed."""

    def read_theme(self) -> None:
        """Not needed."""


def visible_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that a user sees."""
    with _open_workbook(path) as workbook:
        return [sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible"]


@contextmanager
def open_sheet(path: Path, name: str | None) -> Iterator[Any]:
    """Open one sheet, the first visible one by default: a ReadOnlyWorksheet, whose published types do not fit its methods.

    Raises Unprocessable when there is none, or it cannot be read.
    """
    with _open_workbook(path) as workbook:
        sheets: dict[str, Any] = {sheet.title: sheet for sheet in workbook.worksheets}
        chosen = name or next((title for title, sheet in sheets.items() if sheet.sheet_state == "visible"), "")
        if chosen not in sheets:
            raise Unprocessable(f"The workbook has no sheet called {chosen!r}; it has: {', '.join(sheets)}.", code="no_such_sheet")
        sheets[chosen].reset_dimensions()  # the declared size may be wrong, and is not needed
        yield sheets[chosen]


def rows_of(sheet: Any, columns: int, last_row: int = WORKBOOK_ROWS) -> Iterator[tuple[Any, ...]]:
    """Yield the rows, each `columns` cells wide. Raises Unprocessable where the sheet is damaged."""
    try:
        yield from sheet.iter_rows(max_col=columns, max_row=last_row)
    except DAMAGE as error:
        raise _damaged(error) from error


@contextmanager
def _open_workbook(path: Path) -> Iterator[Workbook]:
    # Said of features that a table does not use, and of dates out of range, which are reported as row errors.
    warnings.filterwarnings("ignore", module=r"openpyxl\.")
    with path.open("rb") as stream:
        inspect_workbook(stream)
        try:
            reader = _Reader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read()
        except DAMAGE as error:
            raise _damaged(error) from error
        try:
            yield reader.wb
        finally:
            reader.wb.close()
            if isinstance(reader.shared_strings, SpilledStrings):
                reader.shared_strings.close()


def _damaged(error: Exception) -> Unprocessable:
    return Unprocessable(f"The workbook is damaged: {error}", code="unreadable_workbook")
