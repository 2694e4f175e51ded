"""Reads XML in constant memory: one repeated element is a row, what lies inside it becomes dotted columns (`address.city`).

A document type declaration is refused, so that no entity is ever expanded or fetched.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from server.domain.errors import Unprocessable
from server.services.exchange.limits import CELL_CHARACTERS, COLUMNS, DOCUMENT_DEPTH, KIB, LINE_CHARACTERS, NESTING, SAMPLE_BYTES, SAMPLE_ROWS
from server.services.exchange.row import Cell, Row, RowError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from server.services.exchange.layout import Layout

PIECE: Final = 64 * KIB
REASONS: Final = {
    "too_long": f"an element holds more than {CELL_CHARACTERS} characters",
    "too_deep": f"elements are nested more than {NESTING} deep inside the row",
    "too_many_cells": f"the row has more than {COLUMNS} columns",
}


def read_columns(path: Path, layout: Layout) -> list[str]:
    """Return the columns that occur in the first rows, in order of appearance; later rows may bring further ones."""
    rows = read_rows(path, layout)
    try:
        return list(dict.fromkeys(column for row in islice(rows, SAMPLE_ROWS) for column in row.cells))
    finally:
        rows.close()


def read_rows(path: Path, layout: Layout) -> Generator[Row | RowError]:
    """Yield the elements at `layout.record_path`. Raises Unprocessable where the document is damaged, which may be late."""
    collector = _Rows(layout.record_path or "")
    for _ in _parse(path, layout, collector):
        yield from collector.rows
        collector.rows.clear()


def find_record_path(path: Path, encoding: str = "") -> tuple[str, int]:
    """Return the path of the elements that make rows, judged by the beginning of the document, and how many were seen.

    They are the shallowest elements that repeat and have something inside; else what the root holds first.
    """
    census = _Census()
    size = 0
    for read in _parse(path, None, census, encoding):
        size += read
        if size >= SAMPLE_BYTES:
            break
    found = [each for each, count in census.counts.items() if each in census.filled and (count > 1 or each.count("/") == 1) and each.count("/") < 3]
    if not found:
        raise Unprocessable("This is an XML document, but no element of it repeats like the rows of a table.", code="not_a_table")
    best = min(found, key=lambda each: (census.counts[each] < 2, each.count("/"), -census.counts[each]))
    return best, census.counts[best]


def _parse(path: Path, layout: Layout | None, handler: _Handler, encoding: str = "") -> Iterator[int]:
    """Feed a document to a handler, piece by piece, and yield the size of each."""
    parser = expat.ParserCreate((layout.encoding if layout else encoding) or None)
    parser.buffer_text = True
    handler.attach(parser)
    with path.open("rb") as stream:
        while True:
            piece = stream.read(PIECE)
            try:
                parser.Parse(piece, not piece)
            except expat.ExpatError as error:
                raise Unprocessable(f"The XML is damaged: {expat.ErrorString(error.code)} in line {error.lineno}.", code="unreadable_xml") from error
            handler.measure(len(piece))
            yield len(piece)
            if not piece:
                return


class _Handler:
    """Follows the path through a document."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.parser: Any = None
        self.silent = 0  # bytes since the parser last told of anything: a token of any length stays in its memory

    def attach(self, parser: Any) -> None:
        """Hear what the parser finds."""
        self.parser = parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = _refuse_doctype

    def measure(self, size: int) -> None:
        """Refuse a document with a token that would have to be kept whole."""
        self.silent += size
        if self.silent > LINE_CHARACTERS:
            raise Unprocessable(f"The XML holds a tag or comment of more than {LINE_CHARACTERS} bytes.", code="dangerous_xml")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self.silent = 0
        self.path.append(_local(name))
        if len(self.path) > DOCUMENT_DEPTH:
            raise Unprocessable(f"The XML is nested more than {DOCUMENT_DEPTH} deep.", code="dangerous_xml")
        self.entered(attributes)

    def end(self, _name: str) -> None:
        """Leave an element."""
        self.silent = 0
        self.left()
        self.path.pop()

    def text(self, text: str) -> None:
        """Take a piece of text."""
        self.silent = 0
        self.told(text)

    def entered(self, attributes: Mapping[str, str]) -> None: ...
    def left(self) -> None: ...
    def told(self, text: str) -> None: ...


def _refuse_doctype(*_: object) -> None:
    raise Unprocessable("The XML has a document type declaration; a table needs none, and it could hold entities.", code="dangerous_xml")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Census(_Handler):
    """Counts elements by their path, and notes which have something inside."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.filled: set[str] = set()

    def entered(self, attributes: Mapping[str, str]) -> None:
        path = "/".join(self.path)
        if len(self.path) > 1:
            self.counts[path] += 1
            self.filled.add("/".join(self.path[:-1]))
        if any(not name.startswith("xmlns") for name in attributes):
            self.filled.add(path)


class _Rows(_Handler):
    """Collects the rows that are complete."""

    def __init__(self, record_path: str) -> None:
        super().__init__()
        self.record = record_path.split("/")
        self.rows: list[Row | RowError] = []
        self.line = 0
        self.cells: dict[str, Cell] = {}
        self.parts: list[str] = []
        self.size = 0
        self.fault: str | None = None

    def entered(self, attributes: Mapping[str, str]) -> None:
        depth = len(self.path) - len(self.record)
        if depth < 0 or self.path[: len(self.record)] != self.record:
            return
        if depth == 0:
            self.line, self.cells, self.fault = self.parser.CurrentLineNumber, {}, None
        self.parts, self.size = [], 0
        if depth > NESTING:
            self.fault = "too_deep"
        for name, value in attributes.items():
            if not name.startswith("xmlns"):
                self._add(".".join([*self.path[len(self.record) :], _local(name)]), value)

    def told(self, text: str) -> None:
        self.size += len(text)
        if self.size <= CELL_CHARACTERS:
            self.parts.append(text)
        else:
            self.fault = "too_long"

    def left(self) -> None:
        depth = len(self.path) - len(self.record)
        if depth < 0 or self.path[: len(self.record)] != self.record:
            return
        text = "".join(self.parts).strip()
        self.parts, self.size = [], 0
        if text or (depth and depth <= NESTING and not self._has_inside()):
            self._add(".".join(self.path[len(self.record) :]) or self.path[-1], text)
        if depth == 0:
            self._finish()

    def _has_inside(self) -> bool:
        prefix = ".".join(self.path[len(self.record) :]) + "."
        return any(name.startswith(prefix) for name in self.cells)

    def _add(self, column: str, value: str) -> None:
        """Put a cell; an element that repeats inside a row makes a list."""
        if len(self.cells) >= COLUMNS and column not in self.cells:
            self.fault = "too_many_cells"
            return
        if len(value) > CELL_CHARACTERS:
            self.fault, value = "too_long", value[:KIB]
        before = self.cells.get(column)
        if before is None:
            self.cells[column] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            self.cells[column] = [before, value]

    def _finish(self) -> None:
        if self.fault:
            self.rows.append(RowError(self.line, None, self.fault, REASONS[self.fault], self.cells))
        elif self.cells:
            self.rows.append(Row(self.line, self.cells))
