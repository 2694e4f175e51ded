"""Files of SuiteCRM's clients are contents like any other: limited, scanned before they are handed out, told of natively."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Later, TooLarge, Unprocessable
from server.services import contents, scans, storages
from server.services.suitecrm import files
from server.system import settings
from tests.peers.clamd import EICAR, Scanner
from tests.server.crm import listed
from tests.server.services.suitecrm.v4_1.calls import call, made

pytestmark = pytest.mark.usefixtures("storage")


def attach(actor: Actor, note: str, content: bytes, name: str = "a.txt") -> None:
    """Put a file into a note."""
    call(actor, "set_note_attachment", {"id": note, "filename": name, "file": base64.b64encode(content).decode()})


def kept(folder: Path) -> list[bytes]:
    """Return what lies in the storage."""
    return [path.read_bytes() for path in (folder / storages.CONTENTS).rglob("*") if path.is_file()]


def test_a_file_lies_in_the_storage_and_is_told_of_in_its_record(suite: Actor, storage: Path) -> None:
    note = made(suite, "Notes", name="Note")
    attach(suite, note, b"words", "../Grüße.txt")
    assert kept(storage) == [b"words"]
    told = listed(suite, "activity")[0]["content"]
    assert (told["file_name"], told["media_type"], told["size"], told["scan"]) == ("Grüße.txt", "text/plain", 5, "unscanned")
    assert call(suite, "get_entry_list", "Notes", "notes.filename = 'Grüße.txt'")["result_count"] == 1


def test_a_content_that_was_put_natively_is_handed_out_to_them(suite: Actor, tmp_path: Path) -> None:
    document, note = made(suite, "Documents", document_name="Paper"), made(suite, "Notes", name="Note")
    for noun in ("document", "activity"):
        place = tmp_path / noun
        place.write_bytes(b"native")
        record_id = listed(suite, noun)[0]["id"]
        contents.put(suite, contents.holder(record_id), record_id, contents.Arrived(place, 6, "00", "n.txt", "text/plain"))
    found = call(suite, "get_document_revision", document)["document_revision"]
    assert (found["filename"], base64.b64decode(found["file"])) == ("n.txt", b"native")
    assert call(suite, "get_document_revision", found["id"])["document_revision"] == found
    assert base64.b64decode(call(suite, "get_note_attachment", note)["note_attachment"]["file"]) == b"native"


def test_what_is_too_large_is_refused_and_nothing_is_left(suite: Actor, storage: Path) -> None:
    note = made(suite, "Notes", name="Note")
    with pytest.raises(TooLarge):
        attach(suite, note, bytes(10_001))
    assert kept(storage) == []
    assert not list((storage / "imports" / "arriving").iterdir())
    assert listed(suite, "activity")[0]["content"] is None


def test_a_name_that_says_another_type_than_the_content_counts_for_nothing(suite: Actor) -> None:
    note = made(suite, "Notes", name="Note")
    attach(suite, note, b"%PDF-1.7", "a.png")
    assert listed(suite, "activity")[0]["content"]["media_type"] == "application/pdf"


def test_nothing_is_handed_out_before_a_scanner_found_it_clean(suite: Actor, storage: Path, scanner: Scanner) -> None:
    storages.install(settings.load(storage.parent, {}, {"documents.scanner": scanner.address}))
    note, document = made(suite, "Notes", name="Note"), made(suite, "Documents", document_name="Paper")
    attach(suite, note, EICAR)
    infected, clean = (
        call(suite, "set_document_revision", {"id": document, "filename": "a.txt", "file": base64.b64encode(one).decode()})["id"]
        for one in (EICAR, b"clean")
    )
    with pytest.raises(Later):
        call(suite, "get_note_attachment", note)
    assert scans.scan_due() == 3
    for method, wanted in (("get_note_attachment", note), ("get_document_revision", infected)):
        with pytest.raises(Denied, match="Eicar"):
            call(suite, method, wanted)
    assert call(suite, "get_document_revision", clean)["document_revision"]["filename"] == "a.txt"
    assert listed(suite, "document")[0]["content"]["scan"] == "clean", "a former revision is not what the document tells of"
    assert kept(storage) == [b"clean"]


def test_what_is_too_large_for_base64_is_not_read(suite: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    note = made(suite, "Notes", name="Note")
    attach(suite, note, b"words")
    monkeypatch.setattr(files, "MOST_BYTES", 4)
    with pytest.raises(TooLarge, match="4 bytes"):
        call(suite, "get_note_attachment", note)


def test_what_is_not_base64_is_refused() -> None:
    with pytest.raises(Unprocessable), files.arrived("a.txt", "not base64!"):
        pass
