"""Finds out how a file is laid out, or refuses it by name when it is no table at all; nothing is guessed without saying so."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable
from server.services.exchange.dialect import SEP_LINE, detect_dialect
from server.services.exchange.encoding import detect_encoding
from server.services.exchange.header import detect_header
from server.services.exchange.layout import Detected, Finding, Layout
from server.services.exchange.limits import KIB, SAMPLE_BYTES
from server.services.exchange.xlsx_rows import first_rows
from server.services.exchange.xml_rows import find_record_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from server.services.exchange.row import Cell

ZIP: Final = b"PK\x03\x04"
OTHER_FORMATS: Final = (
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Excel file; save it as .xlsx without a password"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "an archive; unpack it first"),
    (b"Rar!", "an archive; unpack it first"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a Rich Text document"),
)
PAGE: Final = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|table|div)\b", re.IGNORECASE)
MARKUP: Final = re.compile(r"\s*<(?:[?!]|[^\W\d][\w:.-]*[\s/>])")
JSON_BEGINS: Final = re.compile(r'[\[{]\s*(?:$|["{\[\]}\d])')
CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
SHORT_ROWS_ARE_A_HABIT: Final = 0.1


def detect_layout(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    sheet: str | None = None,
    record_path: str | None = None,
) -> Detected:
    """Find the layout of a file; what the caller gives is taken as given.

    Raises Unprocessable: `empty_file`, `not_a_table`, `no_rows`, `unknown_encoding`, `wrong_encoding`, `unreadable_xml`,
    `dangerous_xml`, or what the workbook guard refuses.
    """
    with path.open("rb") as stream:
        head = stream.read(8 * KIB)
    if not head.strip():
        raise Unprocessable("The file is empty.", code="empty_file")
    if head.startswith(ZIP):
        return _with_header(*_detect_workbook(path, sheet), header)
    _refuse_other_formats(head)
    found = Finding("encoding", _known(encoding), 1.0, "as given") if encoding else detect_encoding(path)
    text, whole = _decode_sample(path, found)
    _refuse_other_texts(text)
    if MARKUP.match(text):
        return _detect_xml(path, encoding, record_path)
    if _is_json_lines(text, whole=whole):
        return Detected(Layout("jsonl", found.value), (Finding("format", "jsonl", 1.0, "the first line is a JSON object"), found))
    return _with_header(*_detect_csv(text, found, whole=whole, delimiter=delimiter), header)


def _with_header(detected: Detected, records: Sequence[Sequence[str]], header: bool | None) -> Detected:  # noqa: FBT001 - three states
    finding = detect_header(records) if header is None else Finding("header", "yes" if header else "no", 1.0, "as given")
    layout = replace(detected.layout, header=finding.value == "yes")
    if layout.header and len(records) == 1:
        raise Unprocessable("The file holds a header and no rows below it.", code="no_rows")
    return Detected(layout, (*detected.findings, finding))


def _detect_workbook(path: Path, sheet: str | None) -> tuple[Detected, list[list[str]]]:
    records = first_rows(path, sheet, limit=200)
    if not records:
        raise Unprocessable("The sheet is empty.", code="empty_file")
    findings = (
        Finding("format", "xlsx", 1.0, "the file is an Excel workbook"),
        Finding("sheet", sheet or "first", 1.0 if sheet else 0.9, "as given" if sheet else "the first visible sheet"),
    )
    return Detected(Layout("xlsx", sheet=sheet), findings), [[_shown(cell) for cell in record] for record in records]


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _detect_xml(path: Path, encoding: str | None, record_path: str | None) -> Detected:
    """Find the element that makes a row; a parser takes the encoding from the document itself."""
    known = _known(encoding) if encoding else ""
    if record_path:
        rows = Finding("rows", record_path, 1.0, "as given")
    else:
        found, count = find_record_path(path, known)
        rows = Finding("rows", found, 0.9 if count > 1 else 0.5, f"the beginning of the document holds {count} elements {found}")
    return Detected(Layout("xml", known, record_path=rows.value), (Finding("format", "xml", 1.0, "the file is an XML document"), rows))


def _detect_csv(text: str, encoding: Finding, *, whole: bool, delimiter: str | None) -> tuple[Detected, Sequence[Sequence[str]]]:
    sep_line = SEP_LINE.match(text)
    if sep_line:
        text = text[sep_line.end() :]
        if not text.strip():
            raise Unprocessable("The file holds no table.", code="empty_file")
    given = Finding("delimiter", delimiter, 1.0, "as given") if delimiter else None
    given = given or (Finding("delimiter", sep_line[1], 1.0, "the first line of the file says so") if sep_line else None)
    cut, findings = detect_dialect(text, whole=whole, given=given)
    layout = Layout(
        "csv",
        encoding=encoding.value,
        delimiter=findings[0].value,
        quote=findings[1].value,
        skip_lines=1 if sep_line else 0,
        fill_short_rows=cut.short > SHORT_ROWS_ARE_A_HABIT,
    )
    shape = Finding("format", "csv", 1.0 if cut.width > 1 else 0.7, "the file is text that a delimiter cuts into cells")
    short = Finding("short rows", "filled" if layout.fill_short_rows else "refused", 0.9, f"{cut.short:.0%} of the sample have too few cells")
    return Detected(layout, (shape, encoding, *findings, short)), cut.records


def _known(encoding: str) -> str:
    """Return the name to open the file with; a given UTF-8 may or may not begin with a mark."""
    try:
        "a".encode(encoding)  # what `lookup` does not refuse: codecs that are no encoding of text
        name = codecs.lookup(encoding).name
        return "utf-8-sig" if name == "utf-8" else name
    except (LookupError, UnicodeError) as error:
        raise Unprocessable(f"The encoding {encoding[:40]!r} is not known.", code="unknown_encoding") from error


def _decode_sample(path: Path, encoding: Finding) -> tuple[str, bool]:
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
        whole = not stream.read(1)
    decoder = codecs.getincrementaldecoder(encoding.value)("strict" if encoding.reason == "as given" else "replace")
    try:
        text = decoder.decode(sample, final=whole)
    except UnicodeDecodeError as error:
        detail = f"The file is not in the encoding {encoding.value}: byte {error.start + 1} does not fit."
        raise Unprocessable(detail, code="wrong_encoding") from error
    return text.removeprefix("\ufeff"), whole


def _refuse_other_formats(head: bytes) -> None:
    for magic, name in OTHER_FORMATS:
        if head.startswith(magic):
            raise Unprocessable(f"This is not a table, but {name}.", code="not_a_table")


def _refuse_other_texts(text: str) -> None:
    if not text.strip("\0 \t\r\n"):
        raise Unprocessable("The file holds nothing but blanks.", code="empty_file")
    if len(CONTROLS.findall(text)) > len(text) / 100:
        raise Unprocessable("This is not a table, but binary content.", code="not_a_table")
    if PAGE.match(text):
        raise Unprocessable("This is not a table, but a page of the web.", code="not_a_table")


def _is_json_lines(text: str, *, whole: bool) -> bool:
    """Tell JSON lines from CSV; a JSON document over many lines, or one that is a list, is neither."""
    lines = text.lstrip().split("\n", 2)
    if any(line.startswith("{") and isinstance(_json_of(line), dict) for line in lines[:2]):
        return True
    if len(lines) == 1 and not whole and lines[0].startswith('{"'):
        return True  # its first line is longer than the sample
    if isinstance(_json_of(lines[0]), list) or JSON_BEGINS.match(lines[0]):
        raise Unprocessable("This is a JSON document, not a table; write one object per line.", code="not_a_table")
    return False


def _json_of(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
