"""CSV (RFC 4180) in UTF-8: one line per document, no text of which a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from server.services.exchange.errors_file import neutralised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from server.services.exporting.columns import Cell, Column, Table


_NUMBER: Final = re.compile(r"-[0-9]+(?:[.,][0-9]+)?|\+[0-9][0-9 ().\-/]*")
"""What is a number or a telephone number to everybody, though it begins like a formula: it holds nothing that could do anything."""


def write(table: Table, batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the file; a piece for the header and one for each batch."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([neutralised(column.name) for column in table.columns])
    yield _taken(stream)
    for batch in batches:
        writer.writerows([_text(column, column.cell(document)) for column in table.columns] for document in batch)
        if piece := _taken(stream):
            yield piece


def _taken(stream: io.StringIO) -> bytes:
    found = stream.getvalue().encode("utf-8", "replace")
    stream.seek(0)
    stream.truncate()
    return found


def _text(column: Column, cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return neutralised(cell) if isinstance(cell, str) and column.kind != "number" and not _NUMBER.fullmatch(cell) else cell
