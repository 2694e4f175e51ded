"""Files that are sent to us: received piece by piece into a file of their own, from a form or as the whole body.

A form's other fields come along as text. Nothing is kept: what the handler has not moved away is removed afterwards.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

from server.domain.errors import Fault, Full, Invalid, TooLarge, Unprocessable
from server.domain.file_names import from_disposition
from server.services import import_files
from server.system.disk import free_bytes
from server.web import bodies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import BinaryIO

    from aiohttp.web import BaseRequest

    from server.system.settings import Settings

FORM: Final = "multipart/form-data"
FILE: Final = "file"
MOST_PARTS: Final = 20
LARGEST_FIELD: Final = 1_048_576
_PIECE: Final = 256 * 1024
_LOOK_EVERY: Final = 16 * 1_048_576
_SILENCE_SECONDS: Final = 30


@dataclass
class Upload:
    """A file that was received; `sha256` is its own, `digest` that of the file and everything that came with it."""

    path: Path
    name: str | None = None
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    digest: bytes = b""


class _Spool:
    """A file under way: bounded, and stopped before the disk is full."""

    def __init__(self, stream: BinaryIO, folder: Path, settings: Settings, limit: int) -> None:
        self._stream = stream
        self._folder = folder
        self._limit = limit
        self._minimum = settings.storage.minimum_free_bytes
        self._looked = -_LOOK_EVERY
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Take a piece. Raises TooLarge or Full."""
        if self.size + len(piece) > self._limit:
            raise _too_large(self._limit)
        if self.size - self._looked >= _LOOK_EVERY:
            self._looked = self.size
            if free_bytes(self._folder) < self._minimum:
                raise Full(retry_after=60)
        try:
            self._stream.write(piece)
        except OSError as error:
            raise Full(retry_after=60) from error
        self.hash.update(piece)
        self.size += len(piece)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The file may have at most {limit} bytes.")


@asynccontextmanager
async def received(request: BaseRequest, settings: Settings, media_types: tuple[str, ...], limit: int | None = None) -> AsyncIterator[Upload]:
    """Yield what was sent; `limit` stands for the one of the settings.

    Raises TooLarge, Full, Unsupported, or Invalid for a body that does not come or is no form.
    """
    bodies.check_file_type(request, media_types)
    most = settings.server.upload_limit_bytes if limit is None else limit
    if (request.content_length or 0) > most + LARGEST_FIELD:
        raise _too_large(most)
    bodies.say_continue(request)
    folder = import_files.arriving()
    number, name = tempfile.mkstemp(dir=folder)
    upload = Upload(Path(name), from_disposition(request.headers.get("Content-Disposition")), request.headers.get("Content-Type", ""))
    try:
        with os.fdopen(number, "wb") as stream:
            spool = _Spool(stream, folder, settings, most)
            await _receive(request, upload, spool)
        upload.size, upload.sha256 = spool.size, spool.hash.hexdigest()
        upload.digest = _digest(upload, spool)
        yield upload
    finally:
        upload.path.unlink(missing_ok=True)


def _digest(upload: Upload, spool: _Spool) -> bytes:
    return repr((spool.hash.hexdigest(), upload.name, sorted(upload.fields.items()))).encode()


async def _receive(request: BaseRequest, upload: Upload, spool: _Spool) -> None:
    try:
        if request.content_type == FORM:
            await _receive_form(await request.multipart(), upload, spool)
        else:
            while piece := await asyncio.wait_for(request.content.read(_PIECE), _SILENCE_SECONDS):
                spool.write(piece)
            if not spool.size:
                bodies.check_given(b"")
    except TimeoutError as error:
        raise Invalid("The body did not arrive in time.", code="body_timeout") from error
    except ConnectionError as error:
        raise Invalid("The connection ended before the body did.", code="body_incomplete") from error
    except (RequestPayloadError, HttpProcessingError, ValueError, AssertionError) as error:
        # ValueError and AssertionError are how the parser of forms says that a boundary or header is not one.
        raise Invalid("The body is cut off, or not encoded as its headers say.", code="malformed_body") from error


async def _receive_form(form: MultipartReader, upload: Upload, spool: _Spool) -> None:
    given = False
    for _ in range(MOST_PARTS):
        part = await asyncio.wait_for(form.next(), _SILENCE_SECONDS)
        if part is None:
            break
        if isinstance(part, MultipartReader):
            raise Invalid("A part of the form is a form itself.", code="malformed_body")
        if part.name == FILE and not given:
            given, upload.name = True, (part.filename or "")[-200:] or None
            upload.media_type = part.headers.get("Content-Type", "")
            await _read_part(part, spool)
        else:
            _add_field(upload, part.name or "", await _text(part))
    else:
        raise Invalid(f"The form has more than {MOST_PARTS} parts.", code="malformed_body")
    if not given:
        raise Unprocessable("The form has no part called 'file'.", faults=[Fault("/file", "missing", "This is needed.")])


async def _read_part(part: BodyPartReader, spool: _Spool) -> None:
    while piece := await asyncio.wait_for(part.read_chunk(_PIECE), _SILENCE_SECONDS):
        spool.write(piece)


async def _text(part: BodyPartReader) -> str:
    found = b""
    while piece := await asyncio.wait_for(part.read_chunk(_PIECE), _SILENCE_SECONDS):
        found += piece
        if len(found) > LARGEST_FIELD:
            raise TooLarge(f"A field of the form may have at most {LARGEST_FIELD} bytes.")
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"The field {(part.name or '')[:60]!r} is not UTF-8.", code="invalid_utf8") from error


def _add_field(upload: Upload, name: str, text: str) -> None:
    if name in upload.fields or name == FILE:
        raise Invalid(f"The part {name[:60]!r} is there twice.", code="duplicate_member", faults=[Fault(f"/{name}", "duplicate_member", "Twice.")])
    upload.fields[name] = text
