"""One way to read any table: the reader is chosen by the format, and each of them keeps to constant memory."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from server.services.exchange import csv_rows, jsonl_rows, xlsx_rows, xml_rows
from server.services.exchange.limits import SAMPLE_ROWS
from server.services.exchange.row import Row, RowError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from server.services.exchange.layout import Layout
    from server.services.exchange.row import Cell


class _Reader(Protocol):
    """What the module of a format offers."""

    def read_columns(self, path: Path, layout: Layout) -> list[str]: ...
    def read_rows(self, path: Path, layout: Layout) -> Generator[Row | RowError]: ...


READERS: Final[dict[str, _Reader]] = {"csv": csv_rows, "xlsx": xlsx_rows, "jsonl": jsonl_rows, "xml": xml_rows}


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a table."""

    columns: list[str]
    rows: list[Row]
    errors: list[RowError]

    def of(self, column: str) -> list[Cell]:
        """Return the filled cells of one column."""
        cells = (row.cells.get(column) for row in self.rows)
        return [cell for cell in cells if cell not in (None, "")]


def read_columns(path: Path, layout: Layout) -> list[str]:
    """Return the names of the columns, in the order of the source."""
    return READERS[layout.format].read_columns(path, layout)


def open_rows(path: Path, layout: Layout) -> Generator[Row | RowError]:
    """Yield every row in order, broken ones as RowError. Close the generator when leaving early.

    Raises Unprocessable when the file as a whole cannot be read, also in the middle of a damaged workbook.
    """
    return READERS[layout.format].read_rows(path, layout)


def read_sample(path: Path, layout: Layout, limit: int = SAMPLE_ROWS) -> Sample:
    """Read the first `limit` rows, from which mapping and conventions are inferred."""
    sample = Sample([], [], [])
    with closing(open_rows(path, layout)) as rows:
        for row in islice(rows, limit):
            if isinstance(row, Row):
                sample.rows.append(row)
            else:
                sample.errors.append(row)
    columns = dict.fromkeys(column for row in sample.rows for column in row.cells)
    sample.columns.extend(columns or read_columns(path, layout))
    return sample


def count_rows(path: Path, layout: Layout) -> int:
    """Count the rows, broken ones too, by reading the whole file: about 3 s per million rows of CSV."""
    return sum(1 for _ in open_rows(path, layout))
