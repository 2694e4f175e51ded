"""Files that SuiteCRM's clients send and fetch in base64: they are the content of our records, and treated like any other.

So the same sizes and types are taken, the same scanner looks first, and who may read or write the record may read or write them.
They come inside a call, so the limit of a body is theirs too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain import file_names, media_types
from server.domain.errors import TooLarge, Unprocessable
from server.domain.permissions import permit
from server.services import contents, import_files
from server.services.contents import Arrived
from server.services.suitecrm import beans
from server.services.suitecrm.modules import DOCUMENTS, NOTES
from server.store import contents as rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Module
    from server.services.suitecrm.translate import Bean
    from server.store.contents import Content
    from server.store.records import Document

    Write = Callable[[Mapping[str, Any]], Bean]

MOST_REVISIONS: Final = 100
MOST_BYTES: Final = 64 * 2**20
"""What is handed out in base64 is in memory as a whole; larger contents have an address of their own."""
_LONGEST_REVISION: Final = 100


@contextmanager
def arrived(name: Any, content: Any, revision: str | None = None) -> Iterator[Arrived]:
    """Have a file that came in base64 for the time of a block. Raises Unprocessable for what is not base64."""
    plain, shown = _plain(content), file_names.clean(text(name))
    number, place = tempfile.mkstemp(dir=import_files.arriving())
    try:
        with os.fdopen(number, "wb") as file:
            file.write(plain)
        about = (len(plain), hashlib.sha256(plain).hexdigest(), shown, _media_type(shown, plain[: media_types.HEAD]))
        yield Arrived(Path(place), *about, revision=revision)
    finally:
        Path(place).unlink(missing_ok=True)


def _plain(content: Any) -> bytes:
    try:
        return base64.b64decode("".join(text(content).split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unprocessable("The file has to be in base64.") from error


def _media_type(name: str, head: bytes) -> str:
    """Return the type that a file has by its name, unless its beginning contradicts: these clients say nothing of it."""
    try:
        return media_types.settle(mimetypes.guess_type(name)[0] or media_types.OCTETS, head)
    except Unprocessable:
        return media_types.settle(media_types.OCTETS, head)


def text(value: Any) -> str:
    """Return a text that a client sent, empty for anything else."""
    return value if isinstance(value, str) else ""


def attach(actor: Actor, module: Module, record_id: str | None, file: Arrived, write: Write) -> Bean:
    """Make a file the content of what `write` makes or changes, given the fields that tell of the file; returns the bean.

    Both happen or none. Raises what `contents.take` and `write` raise.
    """
    permit(actor, f"{module.scope}:write")

    def both(managed: Mapping[str, Any]) -> Document:
        about = managed["content"]
        told = {"filename": about["file_name"], "file_mime_type": about["media_type"]}
        bean = write(told if file.revision is None else {**told, "revision": file.revision})
        found = beans.document(actor, module, bean["id"])
        return contents.write_into(actor, contents.holder(found["id"]), found["id"], managed)

    return beans.shown(actor, module, [contents.take(actor, record_id, file, both)])[0]


def next_revision(actor: Actor, record_id: str, named: Any) -> str:
    """Return what the next revision of a document is called: as its sender says, else by its number. Raises Unprocessable beyond the last."""
    number = rows.count(actor.tenant_id, actor.mode, record_id) + 1
    if number > MOST_REVISIONS:
        raise Unprocessable(f"A document has at most {MOST_REVISIONS} revisions.")
    return text(named)[:_LONGEST_REVISION] or str(number)


def written(actor: Actor, module: Module, values: Mapping[str, Any], bean_id: str | None, write: Write) -> Bean:
    """Write a bean with the file that V8's clients send among its values, as `filename` and `filecontents`. Raises Unprocessable."""
    if module.name not in {NOTES.name, DOCUMENTS.name} or values.get("filecontents") is None:
        return write(values)
    plain = {key: value for key, value in values.items() if key != "filecontents"}
    record_id = beans.document(actor, module, bean_id)["id"] if bean_id else None
    revision = next_revision(actor, record_id or "", values.get("revision")) if module is DOCUMENTS else None
    with arrived(values.get("filename"), values["filecontents"], revision) as file:
        return attach(actor, module, record_id, file, lambda told: write({**plain, **told}))


def encoded(content: Content) -> str:
    """Return a content in base64. Raises TooLarge, Denied when it is infected, Later until it is scanned."""
    if contents.cleared(content).size > MOST_BYTES:
        raise TooLarge(f"This file has more than {MOST_BYTES} bytes; fetch it as the record's content.")
    return base64.b64encode(b"".join(contents.pieces(content, 0, content.size))).decode()
