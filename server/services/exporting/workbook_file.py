"""XLSX, written as it goes: each sheet is compressed row by row into the answer, so the size of a table does not matter.

The libraries for workbooks finish a file before its first byte can be sent; what a plain table needs of the format
(ECMA-376, part 1) is little. Texts are texts, never formulas; dates are dates, numbers of up to fifteen digits are numbers.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Final, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from server.services.exporting.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from server.services.exporting.columns import Column, Table

MOST_ROWS: Final = 1_048_576
MOST_SHEET_BYTES: Final = 1_900_000_000  # what unzips without ZIP64, which not every spreadsheet reads
LONGEST_TEXT: Final = 32_767
MOST_DIGITS: Final = 15
_LEVEL: Final = 3
_EPOCH: Final = date(1899, 12, 30)
_FIRST_DATE: Final = date(1900, 3, 1)  # before it the format's calendar has a day that never was
_HEADER_STYLE: Final = 1
_DATE_STYLE: Final = 2
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET: Final = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    ' state="frozen"/></sheetView></sheetViews><sheetData>'
)


class _Sink:
    """Where the archive is written to; what has gathered is taken out piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._parts.append(bytes(piece))
        return len(piece)

    def flush(self) -> None: ...

    def take(self) -> bytes:
        found = b"".join(self._parts)
        self._parts.clear()
        return found


class _Pending:
    """Documents that are not yet written."""

    def __init__(self, batches: Iterable[Sequence[Mapping[str, Any]]]) -> None:
        self._rest = (batch for batch in batches if batch)
        self._left: Sequence[Mapping[str, Any]] = ()

    def more(self) -> bool:
        self._left = self._left or next(self._rest, ())
        return bool(self._left)

    def take(self, most: int) -> Sequence[Mapping[str, Any]]:
        """Return the rest of a batch, at most so many; call it only when there are more."""
        found, self._left = self._left[:most], self._left[most:]
        return found


def write(table: Table, batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the file as it grows; a table that is too long for one sheet goes on in the next. Longer texts than a cell holds end in `…`."""
    sink, pending, count = _Sink(), _Pending(batches), 0
    with ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        while count == 0 or pending.more():
            count += 1
            with archive.open(_member(f"xl/worksheets/sheet{count}.xml"), "w") as sheet:
                for _ in _fill(sheet, table.columns, pending):
                    if piece := sink.take():
                        yield piece
        for name, text in _parts(escape(table.plural)[:25], count):
            archive.writestr(_member(name), text)
    yield sink.take()


def _fill(sheet: IO[bytes], columns: Sequence[Column], pending: _Pending) -> Iterator[None]:
    """Write one sheet, as far as one goes, and pause after each batch."""
    size, number = sheet.write((_SHEET + _header(columns)).encode()), 1
    while number < MOST_ROWS and size < MOST_SHEET_BYTES and pending.more():
        batch = pending.take(MOST_ROWS - number)
        size += sheet.write("".join(_row(columns, document) for document in batch).encode())
        number += len(batch)
        yield
    sheet.write(b"</sheetData></worksheet>")


def _member(name: str) -> ZipInfo:
    found = ZipInfo(name)
    found.compress_type = ZIP_DEFLATED
    return found


def _parts(title: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield what a workbook has besides its sheets."""
    numbers = range(1, count + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{kind}.worksheet+xml"/>' for number in numbers)
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    sheets = [(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*sheets, (f"rId{count + 1}", "styles", "styles.xml")])
    names = "".join(f'<sheet name="{title}{f" {number}" * (number > 1)}" sheetId="{number}" r:id="rId{number}"/>' for number in numbers)
    yield "xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'
    yield "xl/styles.xml", _STYLES


def _relations(targets: Iterable[tuple[str, str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for name, kind, target in targets)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _header(columns: Sequence[Column]) -> str:
    return "<row>" + "".join(_text(column.name, f' s="{_HEADER_STYLE}"') for column in columns) + "</row>"


def _row(columns: Sequence[Column], document: Mapping[str, Any]) -> str:
    return "<row>" + "".join(_cell(column, column.cell(document)) for column in columns) + "</row>"


def _cell(column: Column, cell: Any) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool):
        return f'<c t="b"><v>{int(cell)}</v></c>'
    if column.kind == "date" and isinstance(cell, str) and (day := _day(cell)) is not None:
        return f'<c s="{_DATE_STYLE}"><v>{day}</v></c>'
    if isinstance(cell, int | float | Decimal) or column.kind == "number":
        text = f"{cell:f}" if isinstance(cell, Decimal) else repr(cell) if isinstance(cell, float) else str(cell)
        if isinstance(cell, float) or (_NUMBER.fullmatch(text) and sum(map(str.isdigit, text)) <= MOST_DIGITS):
            return f"<c><v>{text}</v></c>"
        return _text(text)
    return _text(str(cell))


def _day(text: str) -> int | None:
    """Return the number of a day in the format's calendar, None for one that it does not know."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return (found - _EPOCH).days if found >= _FIRST_DATE else None


def _text(text: str, style: str = "") -> str:
    cut = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(cut)}</t></is></c>'
