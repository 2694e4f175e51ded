"""Attachments: files that come with a message, in it as base64 or named as documents that were uploaded before.

A document is attached as it is now, and only to somebody's mail who may read it; one that the scanner found something in never is.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from server.domain.actor import Actor
from server.domain.errors import Denied, Fault, Missing, Unprocessable
from server.domain.mail.addressing import has_controls
from server.services import contents
from server.services.email.composing import File, too_large

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.system.settings_table import Email

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,100}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._@+-]{1,200}")
_OCTETS: Final = "application/octet-stream"
_NOT_SENT: Final = frozenset({"content_infected", "content_not_scannable"})


class Attachment(BaseModel):
    """A file: base64 in `content`, or by `document_id` a document's content; with a `content_id` the HTML shows it as `cid:…`.

    A document's own name and type hold where none are given. Files that are too large for a request's body go this way.
    """

    model_config = ConfigDict(extra="forbid")

    filename: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    content: str | None = None
    document_id: Annotated[str, StringConstraints(max_length=100)] | None = None
    content_type: Annotated[str, StringConstraints(max_length=203)] | None = None
    content_id: Annotated[str, StringConstraints(max_length=200)] | None = None

    @model_validator(mode="after")
    def _is_one_file(self) -> Attachment:
        if (self.content is None) is (self.document_id is None):
            message = "needs either content or document_id"
            raise ValueError(message)
        if self.content is not None and self.filename is None:
            message = "needs a filename"
            raise ValueError(message)
        return self


def read(actor: Actor, given: Sequence[Attachment], limits: Email) -> list[File]:
    """Return the files. Raises Unprocessable (`too_many_attachments`, `invalid_attachment`), TooLarge, Denied, Later until one is scanned."""
    if len(given) > limits.max_attachments:
        detail = f"A message has at most {limits.max_attachments} attachments."
        raise Unprocessable(detail, code="too_many_attachments", faults=[Fault("/attachments", "too_many_attachments", detail)])
    found: list[File] = []
    room = limits.max_message_bytes
    for place, one in enumerate(given):
        pointer = f"/attachments/{place}"
        file = _written(one, pointer) if one.document_id is None else _stored(actor, one, pointer, room, limits.max_message_bytes)
        room -= len(file.content)
        found.append(file)
    return found


def _written(one: Attachment, pointer: str) -> File:
    try:
        content, faults = b64decode(one.content or "", validate=True), []
    except ValueError:
        content, faults = b"", [Fault(f"{pointer}/content", "invalid_attachment", "This is not base64.")]
    return _checked(File(one.filename or "", one.content_type or _OCTETS, content, one.content_id), pointer, faults)


def _stored(actor: Actor, one: Attachment, pointer: str, room: int, largest: int) -> File:
    """Return a document's content; what would not fit is not even read."""
    try:
        content = contents.get(actor, contents.documents(), one.document_id or "")
    except (Missing, Denied) as error:
        if isinstance(error, Denied) and error.stable_code not in _NOT_SENT:
            raise
        raise _refused([Fault(f"{pointer}/document_id", "invalid_attachment", error.detail)]) from error
    if content.size > room:
        raise too_large(largest)
    shown = File(one.filename or content.file_name, one.content_type or content.media_type, b"", one.content_id)
    checked = _checked(shown, pointer, [])
    return File(checked.name, checked.media_type, b"".join(contents.pieces(content, 0, content.size)), checked.content_id)


def _checked(file: File, pointer: str, faults: list[Fault]) -> File:
    """Return a file whose name, type and id can stand in a header. Raises Unprocessable pointing at what cannot."""
    kind = file.media_type.lower()
    if not _MEDIA_TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        faults.append(Fault(f"{pointer}/content_type", "invalid_attachment", "This is no media type of a file."))
    if has_controls(file.name) or "/" in file.name or "\\" in file.name:
        faults.append(Fault(f"{pointer}/filename", "invalid_attachment", "A file's name holds neither control characters nor slashes."))
    if file.content_id is not None and not _CONTENT_ID.fullmatch(file.content_id):
        faults.append(Fault(f"{pointer}/content_id", "invalid_attachment", "It has letters, digits and ._@+- only."))
    if faults:
        raise _refused(faults)
    return File(file.name, kind, file.content, file.content_id)


def _refused(faults: list[Fault]) -> Unprocessable:
    return Unprocessable("An attachment cannot be used.", code="invalid_attachment", faults=faults)
