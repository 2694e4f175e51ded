"""Attachments: the file of a note, and the revisions of a document, as base64 both ways.

Who may read or write the record may read or write its files. They come inside a call, so the limit of a body is theirs.
"""

from __future__ import annotations

import base64
import binascii
import mimetypes
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Unprocessable
from server.services.suitecrm import beans
from server.services.suitecrm.modules import DOCUMENTS, NOTES
from server.services.suitecrm.v4_1.faults import NO_FILE, Refused
from server.store import database, legacy_files
from server.store.legacy_files import LegacyFile
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Module
    from server.services.suitecrm.translate import Bean
    from server.services.suitecrm.v4_1.callers import Caller, Given
    from server.store.records import Document

_LONGEST_NAME: Final = 255
_MOST_REVISIONS: Final = 100


def set_note_attachment(caller: Caller, given: Given) -> dict[str, str]:
    """Put a file in place of the one a note has, and relate the note when a record is named with it. Raises Missing, Unprocessable."""
    note: dict[str, Any] = given["note"]
    fields = {"parent_type": note.get("related_module_name"), "parent_id": note.get("related_module_id")}
    with database.transaction():
        found = beans.document(caller.actor, NOTES, _text(note.get("id")))
        name = _name(note)
        wanted = {"filename": name, "file_mime_type": _media_type(name), **(fields if all(fields.values()) else {})}
        bean = beans.update(caller.actor, NOTES, beans.outside_id(found), wanted)
        legacy_files.delete_of(caller.actor.tenant_id, caller.actor.mode, found["id"])
        _keep(caller.actor, found, name, note.get("file"))
    return {"id": bean["id"]}


def get_note_attachment(caller: Caller, given: Given) -> dict[str, dict[str, str]]:
    """Return the file of a note, empty when it has none. Raises Missing."""
    found = beans.document(caller.actor, NOTES, given["id"])
    file = legacy_files.find_latest(caller.actor.tenant_id, caller.actor.mode, found["id"])
    bean = beans.get(caller.actor, NOTES, given["id"], ("parent_id", "parent_type"))
    return {
        "note_attachment": {
            "id": bean["id"],
            "filename": file.file_name if file else "",
            "file": file.content if file else "",
            "related_module_id": bean["parent_id"],
            "related_module_name": bean["parent_type"],
        }
    }


def set_document_revision(caller: Caller, given: Given) -> dict[str, str]:
    """Give a document a new revision; the earlier ones stay. Raises Missing, Unprocessable."""
    revision: dict[str, Any] = given["document_revision"]
    with database.transaction():
        found = beans.document(caller.actor, DOCUMENTS, _text(revision.get("id")))
        number = legacy_files.count(caller.actor.tenant_id, caller.actor.mode, found["id"]) + 1
        if number > _MOST_REVISIONS:
            raise Unprocessable(f"A document has at most {_MOST_REVISIONS} revisions.")
        name, word = _name(revision), _text(revision.get("revision")) or str(number)
        file_id = _keep(caller.actor, found, name, revision.get("file"), word)
        wanted = {"filename": name, "file_mime_type": _media_type(name), "revision": word, "document_revision_id": file_id}
        beans.update(caller.actor, DOCUMENTS, beans.outside_id(found), wanted)
    return {"id": file_id}


def get_document_revision(caller: Caller, given: Given) -> dict[str, dict[str, str]]:
    """Return one revision by its own id, or the newest by the document's. Raises Refused with fault 21, or Missing."""
    file = legacy_files.find(caller.actor.tenant_id, caller.actor.mode, given["id"])
    if file is None:
        document = beans.document(caller.actor, DOCUMENTS, given["id"])
        file = legacy_files.find_latest(caller.actor.tenant_id, caller.actor.mode, document["id"])
    if file is None:
        raise Refused(NO_FILE)
    bean = _owner(caller.actor, file)
    return {
        "document_revision": {
            "id": file.id,
            "document_id": bean["id"],
            "document_name": bean["document_name"],
            "revision": file.revision,
            "filename": file.file_name,
            "file": file.content,
        }
    }


def written(actor: Actor, module: Module, values: Mapping[str, Any], write: Callable[[Mapping[str, Any]], Bean]) -> Bean:
    """Write a bean with the file that V8's clients send among its values, as `filename` and `filecontents`. Raises Unprocessable."""
    if module.name not in {NOTES.name, DOCUMENTS.name} or values.get("filecontents") is None:
        return write(values)
    name = _name(dict(values))
    plain = {key: value for key, value in values.items() if key != "filecontents"}
    with database.transaction():
        bean = write({**plain, "filename": name, "file_mime_type": _media_type(name)})
        found = beans.document(actor, module, bean["id"])
        if module is NOTES:
            legacy_files.delete_of(actor.tenant_id, actor.mode, found["id"])
        elif legacy_files.count(actor.tenant_id, actor.mode, found["id"]) >= _MOST_REVISIONS:
            raise Unprocessable(f"A document has at most {_MOST_REVISIONS} revisions.")
        _keep(actor, found, name, values["filecontents"], bean.get("revision", ""))
    return bean


def _owner(actor: Actor, file: LegacyFile) -> Bean:
    """Return the document of a revision. Raises Refused for a file that is none, or whose document is gone."""
    found = beans.find(actor, DOCUMENTS, file.record_id)
    if found is None:
        raise Refused(NO_FILE)
    return beans.shown(actor, DOCUMENTS, [found])[0]


def _keep(actor: Actor, found: Document, name: str, content: Any, revision: str = "") -> str:
    """Store a file and return its id. Raises Unprocessable for what is not base64."""
    try:
        plain = base64.b64decode("".join(_text(content).split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unprocessable("The file has to be in base64.") from error
    file_id = str(ids.to_uuid(ids.new_id("file")))
    file = LegacyFile(file_id, found["id"], revision[:_LONGEST_NAME], name, base64.b64encode(plain).decode())
    legacy_files.insert(actor.tenant_id, actor.mode, file, clock.now_ms())
    return file_id


def _name(given: dict[str, Any]) -> str:
    """Return a file's name without the folders some clients send with it."""
    return _text(given.get("filename")).replace("\\", "/").rpartition("/")[2].strip()[:_LONGEST_NAME] or "file"


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
