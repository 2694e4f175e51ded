"""Looks through a workbook before anything parses it: size, ratio, damage, entity declarations and monstrous rows end it here."""

from __future__ import annotations

import re
import zlib
from typing import IO, TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from server.domain.errors import TooLarge, Unprocessable
from server.services.exchange.limits import (
    MIB,
    WORKBOOK_BYTES,
    WORKBOOK_MEMBERS,
    WORKBOOK_PART_BYTES,
    WORKBOOK_RATIO,
    WORKBOOK_RATIO_FREE,
    WORKBOOK_ROW_BYTES,
    WORKBOOK_SHEETS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STREAMED: Final = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
PARSED: Final = re.compile(r".*\.(?:xml|rels)", re.IGNORECASE)
ENDS: Final = (b"</row>", b"</si>")


def inspect_workbook(stream: IO[bytes]) -> None:
    """Refuse a workbook that is damaged, or that would cost more than an honest one. Every part is decompressed once, in pieces.

    Raises Unprocessable `unreadable_workbook` or `dangerous_workbook`, TooLarge `workbook_too_large`.
    """
    try:
        with ZipFile(stream) as archive:
            _weigh(archive.infolist())
            for member in archive.infolist():
                if PARSED.fullmatch(member.filename):
                    _look_through(archive, member)
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        # RuntimeError is how zipfile says that a member is encrypted, NotImplementedError that its compression is unknown.
        raise Unprocessable(f"The workbook cannot be read: {error}.", code="unreadable_workbook") from error
    finally:
        stream.seek(0)


def _weigh(members: Sequence[ZipInfo]) -> None:
    """Judge by the directory of the archive; zipfile reads no more of a member than the size declared there."""
    if not any(member.filename.startswith("xl/") for member in members):
        raise Unprocessable("This is not a table, but a zip archive without a workbook.", code="not_a_table")
    sheets = sum(SHEET.fullmatch(member.filename) is not None for member in members)
    if len(members) > WORKBOOK_MEMBERS or sheets > WORKBOOK_SHEETS:
        raise TooLarge(f"The workbook has {len(members)} parts and {sheets} sheets; that is too many.", code="workbook_too_large")
    if sum(member.file_size for member in members) > WORKBOOK_BYTES:
        raise TooLarge(f"The workbook unpacks to more than {WORKBOOK_BYTES // MIB} MiB.", code="workbook_too_large")
    for member in members:
        if member.file_size > WORKBOOK_RATIO_FREE and member.file_size > WORKBOOK_RATIO * member.compress_size:
            raise Unprocessable(
                f"{member.filename} unpacks to more than {WORKBOOK_RATIO} times its size: this is no honest workbook.", code="dangerous_workbook"
            )
        if not STREAMED.fullmatch(member.filename) and PARSED.fullmatch(member.filename) and member.file_size > WORKBOOK_PART_BYTES:
            raise TooLarge(f"{member.filename} unpacks to more than {WORKBOOK_PART_BYTES // MIB} MiB.", code="workbook_too_large")


def _look_through(archive: ZipFile, member: ZipInfo) -> None:
    """Read a part to its end, which also checks its checksum."""
    since_end, tail = 0, b""
    for piece in _pieces(archive, member):
        window = tail + piece
        # The parsers expand entities. No workbook program declares any, and in text `<` is always escaped.
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window or (not tail and b"\0" in piece[:64]):
            raise Unprocessable(f"{member.filename} holds declarations that no workbook needs.", code="dangerous_workbook")
        last_end = max(window.rfind(end) for end in ENDS)
        since_end = since_end + len(piece) if last_end < 0 else len(window) - last_end
        if since_end > WORKBOOK_ROW_BYTES and STREAMED.fullmatch(member.filename):
            raise Unprocessable(f"{member.filename} holds a single row of more than {WORKBOOK_ROW_BYTES // MIB} MiB.", code="dangerous_workbook")
        tail = window[-16:]


def _pieces(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as source:
        while piece := source.read(MIB):
            yield piece
