"""Files of notes and documents: what is put in comes out, for those who may read the record."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing, Unprocessable
from server.services.suitecrm import files
from server.services.suitecrm.v4_1.faults import NO_FILE, Refused
from tests.server.crm import listed, viewer
from tests.server.services.suitecrm.v4_1.calls import call, made

pytestmark = pytest.mark.usefixtures("storage")
BYTES = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FILE = base64.b64encode(BYTES).decode()
PDF_FILE = base64.b64encode(b"%PDF-1.7 words").decode()


def attach(actor: Actor, note: str, **fields: Any) -> Any:
    """Put a file into a note."""
    return call(actor, "set_note_attachment", {"id": note, "filename": "a.png", "file": FILE, **fields})


def test_a_note_has_one_file_and_may_be_related_with_it(suite: Actor) -> None:
    note, account = made(suite, "Notes", name="Note"), made(suite, "Accounts", name="Maple")
    assert call(suite, "get_note_attachment", note)["note_attachment"]["file"] == ""
    assert attach(suite, note) == {"id": note}
    attach(
        suite, note, filename="C:\\files\\b.pdf", file=PDF_FILE[:3] + "\n" + PDF_FILE[3:], related_module_name="Accounts", related_module_id=account
    )
    assert call(suite, "get_note_attachment", note)["note_attachment"] == {
        "id": note,
        "filename": "b.pdf",
        "file": PDF_FILE,
        "related_module_id": account,
        "related_module_name": "Accounts",
    }
    shown = call(suite, "get_entry", "Notes", note, ["filename", "file_mime_type"])["entry_list"][0]["name_value_list"]
    assert (shown["filename"]["value"], shown["file_mime_type"]["value"]) == ("b.pdf", "application/pdf")


def test_a_document_keeps_every_revision(suite: Actor) -> None:
    document = made(suite, "Documents", document_name="Paper")
    with pytest.raises(Refused) as caught:
        call(suite, "get_document_revision", document)
    assert caught.value.fault == NO_FILE
    first = call(suite, "set_document_revision", {"id": document, "filename": "a.txt", "file": "YQ==", "revision": "1a"})["id"]
    second = call(suite, "set_document_revision", {"id": document, "filename": "b.txt", "file": "Yg=="})["id"]
    one, two, newest = (call(suite, "get_document_revision", known)["document_revision"] for known in (first, second, document))
    assert (one["file"], one["revision"], one["filename"], one["document_name"]) == ("YQ==", "1a", "a.txt", "Paper")
    assert (two["file"], two["revision"], newest) == ("Yg==", "2", two)
    shown = call(suite, "get_entry", "Documents", document, ["document_revision_id", "revision"])["entry_list"][0]["name_value_list"]
    assert (shown["document_revision_id"]["value"], shown["revision"]["value"]) == (second, "2")
    told = listed(suite, "document")[0]
    assert (told["media_type"], told["content"]["file_name"], told["content"]["size"]) == ("text/plain", "b.txt", 1)


def test_a_document_has_only_so_many_revisions(suite: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_REVISIONS", 1)
    document = made(suite, "Documents", document_name="Paper")
    call(suite, "set_document_revision", {"id": document, "filename": "a.txt", "file": "YQ=="})
    with pytest.raises(Unprocessable, match="at most 1"):
        call(suite, "set_document_revision", {"id": document, "filename": "b.txt", "file": "Yg=="})
    assert call(suite, "get_document_revision", document)["document_revision"]["file"] == "YQ=="


@pytest.mark.parametrize("content", ["not base64!", "YQ=", "é", "*"])
def test_what_is_not_base64_is_refused_and_leaves_what_was(suite: Actor, content: str) -> None:
    note = made(suite, "Notes", name="Note")
    attach(suite, note)
    with pytest.raises(Unprocessable):
        attach(suite, note, filename="b.png", file=content)
    found = call(suite, "get_note_attachment", note)["note_attachment"]
    assert (found["filename"], found["file"]) == ("a.png", FILE)


def test_files_are_for_those_who_may_read_the_record(suite: Actor, charlie: Actor) -> None:
    note, document = made(suite, "Notes", name="Note"), made(suite, "Documents", document_name="Paper")
    attach(suite, note)
    revision = call(suite, "set_document_revision", {"id": document, "filename": "a.txt", "file": "YQ=="})["id"]
    assert call(viewer(suite), "get_note_attachment", note)["note_attachment"]["file"] == FILE
    with pytest.raises(Denied):
        attach(viewer(suite), note)
    refused: tuple[Callable[[], Any], ...] = (
        lambda: call(charlie, "get_note_attachment", note),
        lambda: call(charlie, "get_document_revision", revision),
        lambda: attach(charlie, note),
        lambda: call(charlie, "set_document_revision", {"id": document, "file": "YQ=="}),
        lambda: attach(suite, document),
    )
    for act in refused:
        with pytest.raises(Missing):
            act()
    call(suite, "set_entry", "Documents", {"id": document, "deleted": 1})
    with pytest.raises(Refused):
        call(suite, "get_document_revision", revision)
