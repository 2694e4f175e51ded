"""Every bound that keeps a hostile or broken file from costing more memory or time than an honest one."""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

SAMPLE_BYTES: Final = 256 * KIB  # what is looked at to find the delimiter and the header
CHARSET_SAMPLE_BYTES: Final = 16 * KIB
SAMPLE_ROWS: Final = 1_000

CELL_CHARACTERS: Final = MIB
LINE_CHARACTERS: Final = 4 * MIB
RECORD_LINES: Final = 2_000  # lines inside one quoted record; past that the quote was a stray one
COLUMNS: Final = 2_000
NESTING: Final = 5  # objects inside objects in a JSON line, elements inside the element of a row
DOCUMENT_DEPTH: Final = 64  # elements inside elements of an XML document

WORKBOOK_MEMBERS: Final = 5_000
WORKBOOK_SHEETS: Final = 256
WORKBOOK_BYTES: Final = 2_048 * MIB  # a million rows of a dozen cells are about 700 MiB of XML
WORKBOOK_PART_BYTES: Final = 32 * MIB  # parts other than sheets and strings are parsed whole
WORKBOOK_RATIO: Final = 200  # honest sheets shrink ten- to hundredfold
WORKBOOK_RATIO_FREE: Final = 4 * MIB  # below this size any ratio is harmless
WORKBOOK_ROW_BYTES: Final = 8 * MIB
WORKBOOK_ROWS: Final = 1_048_576  # the format's own limit
STRINGS_IN_MEMORY: Final = 8 * MIB
