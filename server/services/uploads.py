"""Uploads that are announced first: size and type are agreed on, then the content comes whole or in parts, over signed addresses.

Whoever holds the address may send exactly what was announced, until it expires, and nothing else. Parts may come in any order,
side by side and again; what has come is told, so that a sender who was cut off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.domain import file_names, media_types
from server.domain.errors import Conflict, Fault, JunctionError, Later, Missing, Unprocessable
from server.domain.permissions import permit
from server.services import contents, events, import_files, links, records, storages
from server.services.contents import Arrived
from server.store import contents as content_rows
from server.store import database, uploads
from server.store.fields import Text
from server.store.records import by_noun
from server.store.resources import documents
from server.store.uploads import COMPLETED, OPEN, Part, Upload
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.domain.actor import Actor
    from server.store.records import Document

ACT: Final = "upload"
LIFETIME_MS: Final = 86_400_000
PART_BYTES: Final = 8 * 2**20
MOST_PARTS: Final = 10_000
MOST_OPEN: Final = 1_000
_CLAIM_MS: Final = 900_000


class AnnouncedDocument(records.Envelope, documents.Document):
    """Fields of the document that is made; without a name it is called like the file."""

    name: Text = ""


class NewUpload(BaseModel):
    """What is to come."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(file_names.clean), Field(examples=["Drawing.pdf"])]
    size: Annotated[int, Field(ge=1, le=2**42, description="In bytes; exactly so many have to come.", examples=[1048576])]
    media_type: Annotated[str, StringConstraints(max_length=200), AfterValidator(media_types.plain), Field(examples=["application/pdf"])] = (
        media_types.OCTETS
    )
    sha256: Annotated[str | None, Field(pattern="^[0-9a-fA-F]{64}$", description="The digest; what has another one is refused.")] = None
    document_id: Annotated[str | None, Field(examples=[None], description="Whose content this becomes; a new one is made when left out.")] = None
    activity_id: Annotated[
        str | None, Field(examples=[None], description="The activity whose content this becomes instead; needs `activities:write` too.")
    ] = None
    document: Annotated[AnnouncedDocument, Field(examples=[{"folder": "Offers"}])] = AnnouncedDocument()
    expires_in: Annotated[int, Field(ge=60, le=links.LONGEST_SECONDS, description="Seconds that the signed addresses are good for.")] = 3600


class PartsView(BaseModel):
    """The parts of an upload; each but the last has `size` bytes."""

    size: int
    count: int
    received: list[int]


class UploadView(BaseModel):
    """An upload as it is shown; the signed addresses only when they were just made."""

    id: str
    object: Literal["upload"]
    state: Literal["open", "completed"]
    document_id: str | None
    activity_id: str | None
    file_name: str
    media_type: str
    size: int
    received: Annotated[int, Field(description="Bytes of the parts that have come.")]
    parts: PartsView
    created_at: str
    expires_at: str
    url: Annotated[str | None, Field(description="PUT the whole content here, as it was announced, without a credential.")] = None
    part_url: Annotated[str | None, Field(description="PUT part {number}, from 1, here.")] = None
    complete_url: Annotated[str | None, Field(description="POST here when all parts have come.")] = None
    progress_url: Annotated[str | None, Field(description="GET what has come so far.")] = None
    url_expires_at: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that has come as a part of an upload."""

    path: Path
    size: int
    sha256: str


def create(actor: Actor, body: NewUpload, public_url: str) -> dict[str, Any]:
    """Announce an upload and return it with its signed addresses. Raises what the content would be refused for."""
    permit(actor, "documents:write")
    _check_holder(actor, body)
    contents.check_announced(body.media_type, body.size)
    upload = _announced(actor, body)
    with database.transaction():
        content_rows.hold_tenant(actor.tenant_id)
        contents.check_quota(content_rows.usage(actor.tenant_id), body.size)
        if uploads.open_ones(actor.tenant_id) >= MOST_OPEN:
            raise Conflict(f"There are {MOST_OPEN} open uploads; complete or cancel some.", code="too_many_uploads")
        uploads.insert(actor.tenant_id, actor.mode, upload)
        events.record_audit(actor, "upload.created", upload.id, {"media_type": [None, body.media_type], "size": [None, body.size]})
    return _with_addresses(actor, upload, [], public_url, body.expires_in)


def _check_holder(actor: Actor, body: NewUpload) -> None:
    """Raise Missing, Denied or Unprocessable unless there is the one record that this becomes the content of, or none is named."""
    named = {"document": body.document_id, "activity": body.activity_id}
    chosen = [noun for noun, record_id in named.items() if record_id is not None]
    if len(chosen) > 1 or (chosen and body.document.model_fields_set):
        pointer = "/activity_id" if len(chosen) > 1 else "/document"
        raise Unprocessable("Fields are for a new document.", faults=[Fault(pointer, "unexpected", f"There is a {chosen[0]}_id already.")])
    for noun in chosen:
        resource = by_noun()[noun]
        permit(actor, f"{resource.scope}:write")
        records.get(actor, resource, str(named[noun]))


def _announced(actor: Actor, body: NewUpload) -> Upload:
    now = clock.now_ms()
    part_size = max(PART_BYTES, -(-body.size // MOST_PARTS))
    sha256 = body.sha256.lower() if body.sha256 else None
    fields = orjson.dumps({"name": body.file_name, **body.document.model_dump(exclude_unset=True)}).decode()
    about = (body.activity_id or body.document_id, fields, body.file_name, body.media_type, body.size, sha256, part_size)
    return Upload(ids.new_id("upl"), actor.tenant_id, actor.mode, *about, actor.id, OPEN, 0, now, now + LIFETIME_MS)


def shown(upload: Upload, parts: list[Part]) -> dict[str, Any]:
    """Return an upload in its wire form."""
    noun = contents.holder(upload.record_id or "").noun
    return {
        "id": upload.id,
        "object": "upload",
        "state": upload.state,
        "document_id": upload.record_id if noun == "document" else None,
        "activity_id": upload.record_id if noun == "activity" else None,
        "file_name": upload.file_name,
        "media_type": upload.media_type,
        "size": upload.size,
        "received": upload.size if upload.state == COMPLETED else sum(part.size for part in parts),
        "parts": {"size": upload.part_size, "count": upload.part_count, "received": [part.number for part in parts]},
        "created_at": clock.rfc3339(upload.created_at),
        "expires_at": clock.rfc3339(upload.expires_at),
    }


def _with_addresses(actor: Actor, upload: Upload, parts: list[Part], public_url: str, seconds: int) -> dict[str, Any]:
    until = min(clock.now_ms() + seconds * 1000, upload.expires_at)
    token, place = links.seal(actor, ACT, upload.id, until), f"{public_url}/files/uploads/{upload.id}"
    return shown(upload, parts) | {
        "url": f"{place}/content?token={token}",
        "part_url": f"{place}/parts/{{number}}?token={token}",
        "complete_url": f"{place}/complete?token={token}",
        "progress_url": f"{place}?token={token}",
        "url_expires_at": clock.rfc3339(until),
    }


def _find(actor: Actor, upload_id: str) -> Upload:
    found = uploads.find(actor.tenant_id, actor.mode, upload_id, clock.now_ms())
    if found is None:
        raise Missing(f"There is no upload '{upload_id}'.")
    return found


def get(actor: Actor, upload_id: str) -> dict[str, Any]:
    """Return an upload and what has come of it. Raises Missing."""
    permit(actor, "documents:write")
    return shown(_find(actor, upload_id), uploads.parts(actor.tenant_id, actor.mode, upload_id))


def renew(actor: Actor, upload_id: str, seconds: int, public_url: str) -> dict[str, Any]:
    """Return an upload with new signed addresses; older ones hold until they expire. Raises Missing."""
    permit(actor, "documents:write")
    upload = _find(actor, upload_id)
    with database.transaction():
        events.record_audit(actor, "upload.renewed", upload_id)
    return _with_addresses(actor, upload, uploads.parts(actor.tenant_id, actor.mode, upload_id), public_url, seconds)


def cancel(actor: Actor, upload_id: str) -> None:
    """Give an upload up, with everything that has come of it. Raises Missing."""
    permit(actor, "documents:write")
    upload = _find(actor, upload_id)
    with database.transaction():
        uploads.delete(actor.tenant_id, actor.mode, upload_id)
        events.record_audit(actor, "upload.cancelled", upload_id)
    storages.storage().remove_all(upload.folder)


def awaited(actor: Actor, upload_id: str, number: int | None) -> int:
    """Return how many bytes are to come, as the whole or as a part. Raises Missing, or Conflict when it is completed."""
    permit(actor, "documents:write")
    upload = _find(actor, upload_id)
    if upload.state != OPEN:
        raise _is_completed()
    if number is None:
        return upload.size
    if not 1 <= number <= upload.part_count:
        raise Missing(f"This upload has the parts 1 to {upload.part_count}.", code="no_such_part")
    return upload.size_of(number)


def _is_completed() -> Conflict:
    return Conflict("This upload is completed already.", code="upload_completed")


def check_size(awaited_bytes: int, size: int) -> None:
    """Raise Unprocessable when another number of bytes has come, or is announced to come, than was agreed on."""
    if size != awaited_bytes:
        raise Unprocessable(f"Exactly {awaited_bytes} bytes were announced, and not {size}.", code="size_mismatch")


def put_part(actor: Actor, upload_id: str, number: int, piece: Piece) -> dict[str, Any]:
    """Keep a part, in place of what was there under its number. Raises as `awaited` and `check_size`."""
    check_size(awaited(actor, upload_id, number), piece.size)
    upload = _find(actor, upload_id)
    # With a name of its own, so that two senders of one part write over nothing of each other's.
    part = Part(number, f"{upload.folder}/{number}-{ids.new_id('part')}", piece.size, piece.sha256)
    storages.storage().keep(part.name, piece.path)
    with _given_back(part.name), database.transaction():
        if _find(actor, upload_id).state != OPEN:
            raise _is_completed()
        before = uploads.put_part(actor.tenant_id, actor.mode, upload_id, part)
    if before is not None:
        storages.storage().remove(before)
    return {"object": "upload_part", "number": number, "size": part.size, "sha256": part.sha256}


@contextmanager
def _given_back(name: str) -> Iterator[None]:
    """Remove a kept file when what is inside refuses it; after a lost commit it stays, and is swept."""
    try:
        yield
    except JunctionError as error:
        if not isinstance(error, Later):
            storages.storage().remove(name)
        raise


def put_whole(actor: Actor, upload_id: str, piece: Piece, media_type: str) -> Document:
    """Take the whole content at once, and return its record. Raises as `awaited` and `check_size`, and for another type than announced."""
    check_size(awaited(actor, upload_id, None), piece.size)
    upload = _find(actor, upload_id)
    if media_types.plain(media_type) != upload.media_type:
        raise Unprocessable(f"The content was announced as {upload.media_type}.", code="content_type_mismatch")
    with _claimed(actor, upload):
        return _finish(actor, upload, piece)


def complete(actor: Actor, upload_id: str) -> Document:
    """Put the parts together, and return the record whose content they are; once more, it returns the record as it is now.

    Raises Missing, or Conflict when parts are missing or somebody else is putting them together.
    """
    permit(actor, "documents:write")
    upload = _find(actor, upload_id)
    if upload.state == COMPLETED and upload.record_id:
        return records.get(actor, contents.holder(upload.record_id), upload.record_id)
    there = uploads.parts(actor.tenant_id, actor.mode, upload_id)
    lacking = sorted(set(range(1, upload.part_count + 1)) - {part.number for part in there})
    if lacking:
        raise Conflict(f"{len(lacking)} of {upload.part_count} parts have not come.", code="parts_missing", missing=lacking[:100])
    with _claimed(actor, upload):
        number, name = tempfile.mkstemp(dir=import_files.arriving())
        path = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                digest = hashlib.sha256()
                for part in there:
                    for piece in storages.storage().pieces(part.name, 0, part.size):
                        file.write(piece)
                        digest.update(piece)
            return _finish(actor, upload, Piece(path, path.stat().st_size, digest.hexdigest()))
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def _claimed(actor: Actor, upload: Upload) -> Iterator[None]:
    """Be the only one who makes the content of an upload."""
    now = clock.now_ms()
    with database.transaction():
        if not uploads.claim(actor.tenant_id, actor.mode, upload.id, now, now + _CLAIM_MS):
            raise Conflict("This upload is being put together, or was already.", code="upload_under_way", retry_after=1)
    try:
        yield
    finally:
        with database.transaction():
            uploads.release(actor.tenant_id, actor.mode, upload.id)


def _finish(actor: Actor, upload: Upload, piece: Piece) -> Document:
    check_size(upload.size, piece.size)
    arrived = Arrived(piece.path, piece.size, piece.sha256, upload.file_name, upload.media_type, upload.sha256)
    record = contents.take(actor, upload.record_id, arrived, lambda managed: _written(actor, upload, managed), upload.size)
    storages.storage().remove_all(upload.folder)
    return record


def _written(actor: Actor, upload: Upload, managed: Mapping[str, Any]) -> Document:
    """Write the record, and that the upload has become its content: from here on its bytes are not counted as announced any more."""
    if upload.record_id is not None:
        record = contents.write_into(actor, contents.holder(upload.record_id), upload.record_id, managed)
    else:
        fields = orjson.loads(upload.fields) | {"media_type": managed["media_type"]}
        record = records.create(actor, contents.documents(), fields, managed)
    if not uploads.complete(actor.tenant_id, actor.mode, upload.id, record["id"]):
        raise Missing(f"There is no upload '{upload.id}'.")
    uploads.delete_parts(actor.tenant_id, actor.mode, upload.id)
    return record
