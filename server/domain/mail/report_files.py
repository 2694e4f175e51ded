"""Finding the report in what arrives: a mail with an attachment, or a file, packed by gzip or zip or not at all.

Unpacking stops at LARGEST bytes, looks into no archive inside another, and reads few files of one.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from server.domain.mail import aggregate_reports, reading, tls_reports
from server.domain.mail.markup import unreadable
from server.domain.mail.received_reports import Report

LARGEST: Final = 20 * 1024 * 1024
MOST_FILES: Final = 10
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_GZIP_WINDOW: Final = 31
_BLANK: Final = b"\xef\xbb\xbf \r\n\t"


def reports_in(content: bytes) -> list[Report]:
    """Return the reports that a file or a mail holds. Raises Unprocessable (`report_unreadable`) with the reason."""
    found = _documents(content)
    if not found:
        found = [one for part in reading.read(content).parts for one in _documents(part.content())]
    if not found:
        raise unreadable("It holds neither XML nor JSON, packed or not.")
    return [report for document in found[:MOST_FILES] for report in _read(document)]


def _documents(content: bytes) -> list[bytes]:
    """Return the documents in a file; none when it is something else, such as a mail."""
    if content.startswith(_GZIP):
        return [_unzipped(content)]
    if content.startswith(_ZIP):
        return _members(content)
    return [content] if content.lstrip(_BLANK)[:1] in {b"<", b"{"} and _says_report(content) else []


def _says_report(content: bytes) -> bool:
    """Tell whether a text speaks as a report does: a mail's HTML part is none."""
    head = content[:65_536]
    return b"feedback" in head or b"policies" in head or content.lstrip(_BLANK).startswith(b"<?xml")


def _unzipped(content: bytes) -> bytes:
    packed = zlib.decompressobj(_GZIP_WINDOW)
    try:
        found = packed.decompress(content, LARGEST + 1)
    except zlib.error:
        raise unreadable("Its packing is damaged.") from None
    if not packed.eof and len(found) <= LARGEST:
        raise unreadable("It is cut off.")
    return _bounded(found)


def _members(content: bytes) -> list[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if len(files) > MOST_FILES:
                raise unreadable(f"It packs more than {MOST_FILES} files.")
            found = []
            for one in files:
                # What the archive says of a size may be a lie, so reading is bounded too.
                with archive.open(one) as member:
                    found.append(_bounded(member.read(LARGEST + 1)))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise unreadable("Its packing is damaged, or needs a password.") from None
    return found


def _bounded(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise unreadable(f"Unpacked it has more than {LARGEST} bytes.")
    return content


def _read(document: bytes) -> list[Report]:
    if document.lstrip(_BLANK).startswith(b"{"):
        return tls_reports.parse(_bounded(document))
    return [aggregate_reports.parse(_bounded(document))]
