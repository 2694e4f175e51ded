"""Opens XLSX workbooks for reading only, their strings kept out of memory; imported on first use, because openpyxl is heavy."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS

from server.domain.errors import Unprocessable
from server.services.exchange.limits import STRINGS_IN_MEMORY
from server.services.exchange.shared_strings import SpilledStrings, parse_strings
from server.services.exchange.sheet import Sheet
from server.services.exchange.workbook_guard import inspect_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.services.exchange.row import Cell

# What openpyxl raises, by trial, on parts that are missing, malformed or contradict each other; both parsers of XML that it may find
# raise a SyntaxError.
DAMAGE: Final = (SyntaxError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError, OSError)


class _Reader(ExcelReader):
    """Reads what a table needs; properties, themes and names that nobody looks at cannot spoil it."""

    def read(self) -> None:
        """Read everything but the rows."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.sheets: dict[str, tuple[Sheet, str]] = {}
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                opened = Sheet(sheet.name, self.wb, self.shared_strings, visible=sheet.state == "visible")
                self.sheets[sheet.name] = (opened, relation.target)

    def read_strings(self) -> None:
        """Read the shared strings; long tables are spilled to disk."""
        part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        name = part.PartName[1:]
        with self.archive.open(name) as source:
            spill = self.archive.getinfo(name).file_size > STRINGS_IN_MEMORY
            self.shared_strings: Any = SpilledStrings(parse_strings(source)) if spill else list(parse_strings(source))


def visible_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that a user sees."""
    with _open_workbook(path) as reader:
        return [title for title, (sheet, _) in reader.sheets.items() if sheet.visible]


def sheet_rows(path: Path, name: str | None) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the filled rows of one sheet, the first visible one by default, with their numbers.

    Raises Unprocessable: `no_such_sheet`, or `unreadable_workbook` where the workbook is damaged, which may be late.
    """
    with _open_workbook(path) as reader:
        chosen = name or next((title for title, (sheet, _) in reader.sheets.items() if sheet.visible), "")
        if chosen not in reader.sheets:
            raise Unprocessable(f"The workbook has no sheet called {chosen!r}; it has: {', '.join(reader.sheets)}.", code="no_such_sheet")
        sheet, member = reader.sheets[chosen]
        with reader.archive.open(member) as source:
            rows = sheet.rows(source)
            while (row := _next_row(rows)) is not None:
                yield row


def _next_row(rows: Iterator[tuple[int, list[Cell]]]) -> tuple[int, list[Cell]] | None:
    try:
        return next(rows, None)
    except DAMAGE as error:
        raise _damaged(error) from error


@contextmanager
def _open_workbook(path: Path) -> Iterator[_Reader]:
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
            yield reader
        finally:
            reader.archive.close()
            if isinstance(reader.shared_strings, SpilledStrings):
                reader.shared_strings.close()


def _damaged(error: Exception) -> Unprocessable:
    return Unprocessable(f"The workbook is damaged: {error}", code="unreadable_workbook")
