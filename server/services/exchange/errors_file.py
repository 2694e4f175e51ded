"""The file of refused rows for download: the columns as they came, then `row`, `column` and `reason`; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Self

from server.domain.masking import mask

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from server.services.exchange.row import RowError

FORMULA_STARTS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""With the full-width signs, which spreadsheets of East Asian languages take for the narrow ones."""
ADDED: Final = ("row", "column", "reason")


class ErrorsFile:
    """Writes one line per refused row; it can be gone on with after a kill, from any size that `flush` returned.

    It is UTF-8 with a byte order mark, because spreadsheets read it wrongly without; it can be mended and imported again.
    """

    def __init__(self, path: Path, columns: Sequence[str], delimiter: str = ",", *, kept: int = 0, hidden: Collection[str] = ()) -> None:
        """Begin `path` with the header, or cut it at `kept` bytes and go on; `delimiter` should be that of the source.

        Of the cells of `hidden` columns only masks are written.
        """
        self.columns, self.hidden = columns, hidden
        self.rows = 0
        self.stream = path.open("r+" if kept else "w", encoding="utf-8", errors="replace", newline="")
        self.writer = csv.writer(self.stream, delimiter=delimiter)
        lost = self.stream.seek(0, os.SEEK_END) < kept
        if not lost:
            self.stream.truncate(kept)
            self.stream.seek(kept)
        if not kept:
            self.stream.write("\ufeff")
            self.writer.writerow([neutralised(name) for name in (*columns, *ADDED)])
        elif lost:
            # The power went before the disk had them; a reader must not take the file for complete.
            self.writer.writerow(["" for _ in columns] + ["", "", "some refused rows before this one were lost in a power cut"])

    def write(self, errors: Sequence[RowError]) -> None:
        """Write one row with all its errors; they are of one line of the source."""
        first = errors[0]
        where = ", ".join(dict.fromkeys(error.column for error in errors if error.column))
        why = "; ".join(f"{error.column}: {error.reason}" if error.column and len(errors) > 1 else error.reason for error in errors)
        cells = [neutralised(self._shown(column, _as_text(first.cells.get(column)))) for column in self.columns]
        self.writer.writerow([*cells, first.line, neutralised(where), neutralised(why)])
        self.rows += 1

    def _shown(self, column: str, text: str) -> str:
        return mask(text) if text and column in self.hidden else text

    def flush(self) -> int:
        """Hand everything written to the system, and return the size of the file."""
        self.stream.flush()
        return os.fstat(self.stream.fileno()).st_size

    def close(self) -> None:
        """Finish the file."""
        self.stream.close()

    def __enter__(self) -> Self:
        """Write within a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the file."""
        self.close()


def neutralised(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula, by an apostrophe; the import takes it off again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    return json.dumps(cell, ensure_ascii=False, default=_number) if isinstance(cell, list | dict | bool) else str(cell)


def _number(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not occur in a cell")
