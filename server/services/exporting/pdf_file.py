"""PDF: a table on landscape pages, its header on each of them; imported on first use, because drawing is heavy.

A page shows as many columns as can be read: all that were asked for, else the telling ones that hold something. Every
page is compressed when it is full; the file is put together at the end.
"""

from __future__ import annotations

import tempfile
import zlib
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from server.domain.script_order import drawn
from server.services.exporting.faces import UNSEEN, runs, unseen, width
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from server.services.exporting.columns import Column, Table

WIDTH, HEIGHT = landscape(A4)
MARGIN: Final = 36
SIZE: Final = 7
LINE: Final = 9
GAP: Final = 6
MOST_CHOSEN: Final = 10
MOST_LINES: Final = 3
LONGEST_TEXT: Final = 300
_PIECE: Final = 256 * 1024
_BOLD: Final = "Helvetica-Bold"


def write(table: Table, batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the file in pieces, once every page is drawn."""
    rest = iter(batches)
    first = next(rest, ())
    columns = _chosen(table, first)
    with tempfile.TemporaryFile() as stream:
        pages = _Pages(stream, table, columns, _widths(columns, first))
        for batch in chain([first], rest):
            for document in batch:
                pages.add([_text(column.cell(document)) for column in columns])
        pages.end()
        stream.seek(0)
        while piece := stream.read(_PIECE):
            yield piece


def _chosen(table: Table, sample: Sequence[Mapping[str, Any]]) -> Sequence[Column]:
    """Return the columns of a page: those asked for, or the first telling ones with something in them."""
    if table.fields is not None or len(table.columns) <= MOST_CHOSEN:
        return table.columns
    telling = [column for column in table.columns if column.kind != "object" and not column.name.endswith(("id", "updated_at", "version"))]
    filled = [column for column in telling if any(column.cell(document) not in (None, "") for document in sample)]
    return (filled or telling)[:MOST_CHOSEN]


def _widths(columns: Sequence[Column], sample: Sequence[Mapping[str, Any]]) -> list[float]:
    """Share the width of a page among the columns, by how long their texts are."""
    lengths = [
        min(max([len(column.name), *(len(_text(column.cell(document))) for document in islice(sample, 200))], default=1), 40) + 2
        for column in columns
    ]
    return [length / sum(lengths) * (WIDTH - 2 * MARGIN) for length in lengths]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else " ".join(str(cell)[:LONGEST_TEXT].split())


class _Pages:
    """Pages under way."""

    def __init__(self, stream: Any, table: Table, columns: Sequence[Column], widths: Sequence[float]) -> None:
        self._canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), pageCompression=0)
        self._canvas.setTitle(table.plural)
        self._title = f"{table.plural.replace('_', ' ').capitalize()}, {clock.rfc3339(clock.now_ms())[:10]}"
        self._names = [column.name for column in columns]
        self._widths = widths
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        self._font = ""
        self._unseen: set[str] = set()
        self._written = self._canvas.beginText()
        self._y = HEIGHT - MARGIN
        self._draw(MARGIN, self._title, _BOLD)
        self._draw(WIDTH - MARGIN - 40, f"page {self._number}")
        self._y -= 2 * LINE
        self._put([wrapped(name, room - GAP, _BOLD) for name, room in zip(self._names, self._widths, strict=True)], _BOLD)
        self._canvas.line(MARGIN, self._y + LINE - 2, WIDTH - MARGIN, self._y + LINE - 2)

    def add(self, texts: Sequence[str]) -> None:
        """Draw a row, on a new page where this one is full."""
        lines = [wrapped(text, room - GAP) for text, room in zip(texts, self._widths, strict=True)]
        if self._y - LINE * max(map(len, lines), default=1) < MARGIN:
            self._finish()
            self._begin()
        self._put(lines)

    def _put(self, cells: Sequence[Sequence[str]], font: str | None = None) -> None:
        top, x = self._y, float(MARGIN)
        for lines, room in zip(cells, self._widths, strict=True):
            for place, text in enumerate(lines):
                self._y = top - place * LINE
                self._draw(x, text, font)
            x += room
        self._y = top - LINE * max(map(len, cells), default=1)

    def _draw(self, x: float, text: str, font: str | None = None) -> None:
        """Draw a line in one font, or each part of it in the one that has its letters."""
        if not text:
            return
        self._unseen |= unseen(text)
        self._written.setTextOrigin(x, self._y)
        for name, part in ((font, text),) if font else runs(drawn(text)):
            if name != self._font:
                self._written.setFont(name, SIZE)
                self._font = name
            self._written.textOut(part)

    def _note(self) -> None:
        """Say at the foot of the page what stands for what could not be drawn."""
        kinds, self._unseen, self._y = ", ".join(sorted(self._unseen)), set(), MARGIN / 2
        if kinds:
            self._draw(MARGIN, f"{UNSEEN} stands for what this format cannot show here ({kinds}). CSV, XLSX, JSONL and XML hold it in full.")

    def _finish(self) -> None:
        """End a page, and keep it compressed: the library would keep every page as long text until the end."""
        self._note()
        self._canvas.drawText(self._written)
        self._canvas.showPage()
        document: Any = vars(self._canvas)["_doc"]  # the library has no hook for a page that is done
        page = document.Pages.pages[-1]
        compressed = zlib.compress(page.stream.encode())
        page.Contents = PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode")}), compressed)
        page.stream = None

    def end(self) -> None:
        """Put the file together."""
        self._finish()
        self._canvas.save()


@lru_cache(maxsize=4096)
def wrapped(text: str, room: float, font: str | None = None) -> tuple[str, ...]:
    """Return a text in lines of a width, at most three; what is left out is shown by `…`."""
    if width(text, SIZE, font) <= room:
        return (text,)
    lines = [""]
    for word in _words(text, max(int(room / SIZE), 4)):
        longer = f"{lines[-1]}{word}"
        if width(longer.rstrip(), SIZE, font) <= room or not lines[-1]:
            lines[-1] = longer
        elif len(lines) == MOST_LINES:
            lines[-1] = lines[-1].rstrip()[:-1] + "…"
            break
        else:
            lines.append(word)
    return tuple(line.rstrip() for line in lines)


def _words(text: str, longest: int) -> Iterator[str]:
    """Yield the words with the space behind them; one that is longer than a line in parts."""
    for word in text.split(" "):
        spaced = f"{word} "
        yield from (spaced[place : place + longest] for place in range(0, len(spaced), longest))
