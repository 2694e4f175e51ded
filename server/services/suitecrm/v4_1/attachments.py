"""Attachments: the file of a note, and the revisions of a document, as base64 both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.services import contents
from server.services.suitecrm import beans, files
from server.services.suitecrm.ids import outside
from server.services.suitecrm.modules import DOCUMENTS, NOTES
from server.services.suitecrm.v4_1.faults import NO_FILE, Refused
from server.store import contents as rows
from server.system import ids

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.suitecrm.translate import Bean
    from server.services.suitecrm.v4_1.callers import Caller, Given
    from server.store.contents import Content


def set_note_attachment(caller: Caller, given: Given) -> dict[str, str]:
    """Put a file in place of the one a note has, and relate the note when a record is named with it. Raises Missing, Unprocessable."""
    note: dict[str, Any] = given["note"]
    named = {"parent_type": note.get("related_module_name"), "parent_id": note.get("related_module_id")}
    related = named if all(named.values()) else {}
    found = beans.document(caller.actor, NOTES, files.text(note.get("id")))
    bean_id = beans.outside_id(found)
    with files.arrived(note.get("filename"), note.get("file")) as file:
        files.attach(caller.actor, NOTES, found["id"], file, lambda told: beans.update(caller.actor, NOTES, bean_id, {**told, **related}))
    return {"id": bean_id}


def get_note_attachment(caller: Caller, given: Given) -> dict[str, dict[str, str]]:
    """Return the file of a note, empty when it has none. Raises Missing, or what `files.encoded` raises."""
    found = beans.document(caller.actor, NOTES, given["id"])
    file = rows.current(caller.actor.tenant_id, caller.actor.mode, found["id"])
    bean = beans.shown(caller.actor, NOTES, [found], ("parent_id", "parent_type"))[0]
    return {
        "note_attachment": {
            "id": bean["id"],
            "filename": file.file_name if file else "",
            "file": files.encoded(file) if file else "",
            "related_module_id": bean["parent_id"],
            "related_module_name": bean["parent_type"],
        }
    }


def set_document_revision(caller: Caller, given: Given) -> dict[str, str]:
    """Give a document a new revision; the earlier ones stay. Raises Missing, Unprocessable."""
    revision: dict[str, Any] = given["document_revision"]
    found = beans.document(caller.actor, DOCUMENTS, files.text(revision.get("id")))
    bean_id, word = beans.outside_id(found), files.next_revision(caller.actor, found["id"], revision.get("revision"))
    with files.arrived(revision.get("filename"), revision.get("file"), word) as file:
        bean = files.attach(caller.actor, DOCUMENTS, found["id"], file, lambda told: beans.update(caller.actor, DOCUMENTS, bean_id, told))
    return {"id": bean["document_revision_id"]}


def get_document_revision(caller: Caller, given: Given) -> dict[str, dict[str, str]]:
    """Return one revision by its own id, or the newest by the document's. Raises Refused with fault 21, Missing, or what `files.encoded` raises."""
    file = _revision(caller.actor, given["id"])
    if file is None:
        found = beans.document(caller.actor, DOCUMENTS, given["id"])
        file = rows.current(caller.actor.tenant_id, caller.actor.mode, found["id"])
    if file is None:
        raise Refused(NO_FILE)
    bean = _owner(caller.actor, file)
    return {
        "document_revision": {
            "id": outside(file.id),
            "document_id": bean["id"],
            "document_name": bean["document_name"],
            "revision": file.revision or "",
            "filename": file.file_name,
            "file": files.encoded(file),
        }
    }


def _revision(actor: Actor, revision_id: str) -> Content | None:
    """Return the content of a document by the id that clients know it by, or None."""
    try:
        content_id = ids.from_uuid("cnt", UUID(revision_id))
    except ValueError:
        return None
    found = rows.find(actor.tenant_id, actor.mode, content_id)
    return found if found is not None and contents.holder(found.record_id) is contents.documents() else None


def _owner(actor: Actor, file: Content) -> Bean:
    """Return the document of a revision. Raises Refused when that is gone."""
    found = beans.find(actor, DOCUMENTS, file.record_id)
    if found is None:
        raise Refused(NO_FILE)
    return beans.shown(actor, DOCUMENTS, [found])[0]
