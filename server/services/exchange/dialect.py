"""The delimiter and the quote of a CSV, judged by how evenly they cut a sample into cells, and never by counting characters alone."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable
from server.services.exchange.layout import Finding
from server.services.exchange.looks import look_of, names_a_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELIMITERS: Final = ",;\t|"
LABELS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SAMPLE_RECORDS: Final = 300
LEAST_EVENNESS: Final = 0.5
WRAPPED: Final = r"(?:^|[,;\t|]){0}[^{0}\n]*{0}(?=[,;\t|\r\n]|$)"
SEP_LINE: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """A sample cut at one delimiter."""

    delimiter: str
    records: tuple[tuple[str, ...], ...]
    width: int  # the commonest number of cells
    evenness: float  # the share of records of that width
    short: float  # the share of records with fewer cells

    @property
    def makes_columns(self) -> bool:
        """Tell whether this is a table of several columns; one that is never cut is always even."""
        return self.width > 1 and self.evenness >= LEAST_EVENNESS

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """Order cuts: those that make columns, those whose header has the common width, then evenness, then more cells."""
        return (self.makes_columns, len(self.records[0]) == self.width, round(self.evenness, 1), self.width)


def detect_dialect(text: str, *, whole: bool, given: Finding | None = None) -> tuple[Cut, list[Finding]]:
    """Cut the sample `text` at the delimiter that fits best, or at the given one.

    `whole` says that the sample is the whole file, so that its last record is complete.
    Raises Unprocessable `not_a_table`, and `bad_delimiter` for a given one that is not a single ordinary character.
    """
    if given and (len(given.value) != 1 or given.value in "\"'\r\n\0" or given.value.isalnum()):
        raise Unprocessable("A delimiter is a single character, and no letter, digit or quote.", code="bad_delimiter")
    quote = detect_quote(text)
    cuts = [cut_at(text, each, quote.value, whole=whole) for each in ([given.value] if given else DELIMITERS)]
    best = max(cuts, key=lambda cut: cut.rank)
    if given:
        return best, [given, quote]
    if not best.makes_columns:
        return best, [_single_column(best), quote]
    reason = f"a {LABELS[best.delimiter]} cuts {best.evenness:.0%} of the first {len(best.records)} records into {best.width} cells"
    return best, [Finding("delimiter", best.delimiter, round(best.evenness, 2), reason), quote]


def detect_quote(text: str) -> Finding:
    """Find the quote character: the double one, unless only single ones ever wrap a cell."""
    wrapped = {quote: len(re.findall(WRAPPED.format(quote), text, re.MULTILINE)) for quote in "\"'"}
    if wrapped["'"] > 2 and not wrapped['"']:
        return Finding("quote", "'", 0.8, "cells of the sample are wrapped in single quotes")
    return Finding("quote", '"', 1.0 if wrapped['"'] else 0.9, "the usual one")


def cut_at(text: str, delimiter: str, quote: str = '"', *, whole: bool = True) -> Cut:
    """Cut the sample at `delimiter` and tell how even the outcome is."""
    records = tuple(_records(text, delimiter, quote)) or (("",),)
    if not whole and len(records) > 1:
        records = records[:-1]
    widths = Counter(map(len, records))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    short = sum(number for cells, number in widths.items() if cells < width)
    return Cut(delimiter, records, width, count / len(records), short / len(records))


def _records(text: str, delimiter: str, quote: str) -> Iterator[tuple[str, ...]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    try:
        for record in reader:
            if any(map(str.strip, record)):
                yield tuple(record)
            if reader.line_num >= SAMPLE_RECORDS:
                return
    except csv.Error:
        return


def _single_column(cut: Cut) -> Finding:
    """Accept a list of one column only when it is recognisable as one; prose is not."""
    cells = [record[0] for record in cut.records]
    if cut.width == 1 and names_a_field(cells[0]):
        return Finding("delimiter", ",", 0.7, f"a list of one column, {cells[0].strip()}")
    if cut.width == 1 and _all_look_alike(cells[1:] or cells):
        return Finding("delimiter", ",", 0.6, "a list of one column whose cells all look alike")
    raise Unprocessable("This is not a table: no comma, semicolon, tab or bar cuts its lines into the same number of cells.", code="not_a_table")


def _all_look_alike(cells: Sequence[str]) -> bool:
    looks = Counter(map(look_of, cells))
    look, count = looks.most_common(1)[0]
    return look not in {"text", "blank"} and count >= 0.8 * len(cells)
