"""Reads CSV in constant memory; what a stray quote would swallow is given back, so one broken line costs only itself."""

from __future__ import annotations

import csv
import re
from collections import deque
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable
from server.services.exchange.limits import CELL_CHARACTERS, COLUMNS, LINE_CHARACTERS, RECORD_LINES
from server.services.exchange.row import Row, RowError, column_names, numbered_names

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from server.services.exchange.layout import Layout

csv.field_size_limit(CELL_CHARACTERS)
BROKEN: Final = re.compile("[\udc80-\udcff]")
WITHOUT_ESCAPES: Final = ("utf-16", "utf-32")
REASONS: Final = {
    "bad_quotes": "the quotes of this line do not match",
    "bad_encoding": "the cell holds bytes that are not text in the encoding of the file",
    "nul_character": "the cell holds a NUL character",
    "too_long": f"the line holds a cell of more than {CELL_CHARACTERS} characters",
}


def read_columns(path: Path, layout: Layout) -> list[str]:
    """Return the names of the columns."""
    with _open(path, layout) as stream:
        return _Table(stream, layout).names


def read_rows(path: Path, layout: Layout) -> Generator[Row | RowError]:
    """Yield the rows below the header. Spaces after a delimiter are not part of the cell; blank lines are passed over."""
    with _open(path, layout) as stream:
        yield from _Table(stream, layout)


def _open(path: Path, layout: Layout) -> TextIO:
    # An undecodable byte must not end the reading: it becomes a character that `_flaw` recognises.
    errors = "replace" if layout.encoding.startswith(WITHOUT_ESCAPES) else "surrogateescape"
    return path.open(encoding=layout.encoding, errors=errors, newline="")


class _Lines:
    """The physical lines, counted; those of the record under way are kept so that they can be read again."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0  # of the last line given out
        self.taken: list[str] = []
        self.returned: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= RECORD_LINES:
            raise csv.Error("the record is too long")
        line = self.returned.popleft() if self.returned else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) >= LINE_CHARACTERS:
            raise csv.Error("the line is too long")
        return line

    def reread(self) -> None:
        """Give back every line of this record but the first."""
        self.number -= len(self.taken) - 1
        self.returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def _read(self) -> str:
        """Read a line; of one that is too long only the beginning is kept."""
        line = piece = self.stream.readline(LINE_CHARACTERS)
        while len(piece) >= LINE_CHARACTERS and not piece.endswith(("\n", "\r")):
            piece = self.stream.readline(LINE_CHARACTERS)
        return line


class _Table:
    """One pass over a table."""

    def __init__(self, stream: TextIO, layout: Layout) -> None:
        self.layout = layout
        self.lines = _Lines(stream)
        for _ in range(layout.skip_lines):
            next(self.lines, None)
        self.reader = self._reader(self.lines, strict=True)
        self.names = self._read_names()
        self.width = len(self.names)

    def _reader(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.layout.delimiter, quotechar=self.layout.quote, skipinitialspace=True, strict=strict)

    def _read_names(self) -> list[str]:
        self.lines.taken.clear()
        try:
            first = next((cells for cells in self.reader if any(map(str.strip, cells))), None)
        except csv.Error as error:
            raise Unprocessable("The header line cannot be read: its quotes do not match.", code="not_a_table") from error
        if first is None:
            raise Unprocessable("The file holds no table.", code="empty_file")
        if len(first) > COLUMNS:
            raise Unprocessable(f"The table has {len(first)} columns; {COLUMNS} is the most.", code="too_many_columns")
        if self.layout.header:
            return column_names(first)
        self.lines.returned.extend(self.lines.taken)
        self.lines.number -= len(self.lines.taken)
        return numbered_names(len(first))

    def __iter__(self) -> Iterator[Row | RowError]:
        lines, reader, names, width = self.lines, self.reader, self.names, self.width
        while True:
            lines.taken.clear()
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._salvage(start)
                continue
            joined = "".join(cells)
            if not joined or joined.isspace():
                continue
            if len(cells) != width:
                yield self._fit(start, cells)
            elif "\0" in joined or (not joined.isascii() and self._undecoded(joined)):
                yield self._flawed(start, cells)
            else:
                yield Row(start, dict(zip(names, cells, strict=True)))

    def _undecoded(self, text: str) -> bool:
        return BROKEN.search(text) is not None or ("\ufffd" in text and self.layout.encoding.startswith(WITHOUT_ESCAPES))

    def _checked(self, start: int, cells: list[str]) -> Row | RowError:
        joined = "".join(cells)
        if "\0" in joined or self._undecoded(joined):
            return self._flawed(start, cells)
        return Row(start, dict(zip(self.names, cells, strict=True)))

    def _flawed(self, start: int, cells: list[str]) -> RowError:
        """Name the first cell that holds what no text may hold."""
        column, cell = next((name, cell) for name, cell in zip(self.names, cells, strict=True) if "\0" in cell or self._undecoded(cell))
        return self._error(start, column, "nul_character" if "\0" in cell else "bad_encoding", cells)

    def _error(self, start: int, column: str | None, code: str, cells: list[str]) -> RowError:
        readable = [BROKEN.sub("\ufffd", cell).replace("\0", "") for cell in cells]
        return RowError(start, column, code, REASONS[code], dict(zip(self.names, readable, strict=False)))

    def _fit(self, start: int, cells: list[str]) -> Row | RowError:
        """Deal with a record of the wrong width."""
        if len(cells) > self.width and not "".join(cells[self.width :]).strip():
            return self._checked(start, cells[: self.width])
        if self._swallowed_rows():
            return self._salvage(start)
        if len(cells) < self.width and self.layout.fill_short_rows:
            return self._checked(start, cells + [""] * (self.width - len(cells)))
        code = "too_many_cells" if len(cells) > self.width else "too_few_cells"
        reason = f"the row has {len(cells)} cells, the table has {self.width} columns"
        return RowError(start, None, code, reason, dict(zip(self.names, cells, strict=False)))

    def _swallowed_rows(self) -> bool:
        """Tell whether a later line of this record is a whole row by itself: then the quote that joined them was a stray one."""
        return any(len(self._alone(line)) == self.width for line in self.lines.taken[1:])

    def _salvage(self, start: int) -> Row | RowError:
        """Read the first line of a broken record by itself, leniently, and give the others back."""
        first = self.lines.taken[0]
        self.lines.reread()
        cells = self._alone(first)
        if len(cells) == self.width:
            return self._checked(start, cells)
        return self._error(start, None, "too_long" if len(first) > CELL_CHARACTERS else "bad_quotes", cells)

    def _alone(self, line: str) -> list[str]:
        """Cut one line; empty when it leaves a quote open, for then the second line given here is swallowed."""
        try:
            records = list(self._reader([line, "second"], strict=False))
        except csv.Error:
            return []
        return records[0] if len(records) == 2 else []
