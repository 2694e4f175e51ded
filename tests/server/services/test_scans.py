"""What was not found clean is handed out to nobody, and whatever becomes of it is told."""

from __future__ import annotations

from pathlib import Path

from server.main.appliance import open_appliance
from server.services import content_checks, scans
from server.store import database
from tests.api.appliance import load, running
from tests.api.client import Reply
from tests.api.storing import DOCUMENTS, OCTETS, TEXT, Run, files, put, read, run, stored
from tests.api.test_imports import refused
from tests.peers.clamd import EICAR, Scanner

__all__ = ["run"]


def scan_of(reply: Reply) -> tuple[str, str | None]:
    """Return what a document says of its scan."""
    return reply.json["content"]["scan"], reply.json["content"]["scan_detail"]


def test_nothing_is_handed_out_before_it_is_found_clean(run: Run, scanner: Scanner) -> None:
    with run(documents__scanner=scanner.address) as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, b"words", TEXT)
        address = f"{DOCUMENTS}/{document_id}"
        assert scan_of(alice.client.get(address)) == ("pending", None)
        assert refused(read(alice, document_id), 503, "content_not_scanned").headers["retry-after"] == "2"
        refused(alice.client.post(f"{address}/content/link", {}), 503, "content_not_scanned")
        refused(alice.client.get(f"{address}/thumbnail"), 503, "content_not_scanned")
        assert scans.scan_due() == 1
        assert scanner.seen == [b"words"]
        assert scan_of(alice.client.get(address)) == ("clean", None)
        assert read(alice, document_id).body == b"words"
        changed = alice.client.events("document.updated")[-1]["data"]["changes"]
        assert [side["scan"] for side in changed["content"]] == ["pending", "clean"]


def test_what_is_infected_is_told_and_never_handed_out(run: Run, scanner: Scanner) -> None:
    with run(documents__scanner=scanner.address) as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, b"before " + EICAR, TEXT)
        scans.scan_due()
        assert scan_of(alice.client.get(f"{DOCUMENTS}/{document_id}")) == ("infected", "Eicar-Test-Signature")
        assert "Eicar" in refused(read(alice, document_id), 403, "content_infected").json["detail"]
        assert files(appliance, alice.tenant_id) == []
        assert content_checks.check(whole=True).broken == []
        put(alice, document_id, b"mended", TEXT)
        scans.scan_due()
        assert read(alice, document_id).body == b"mended"


def test_a_scanner_that_is_away_or_cannot_look_holds_content_back(run: Run, scanner: Scanner) -> None:
    with run(documents__scanner=scanner.address) as appliance:
        alice = appliance.personas().alice
        scanner.answer = b""
        document_id = stored(alice, b"words", TEXT)
        assert scans.scan_due() == 0
        refused(read(alice, document_id), 503, "content_not_scanned")
        make_due()
        scanner.answer, scanner.most = None, 3
        assert scans.scan_due() == 1
        assert scan_of(alice.client.get(f"{DOCUMENTS}/{document_id}")) == ("failed", "INSTREAM size limit exceeded. ERROR")
        refused(read(alice, document_id), 403, "content_not_scannable")
        make_due()
        scanner.most = None
        scans.scan_due()
        assert read(alice, document_id).body == b"words"


def make_due() -> None:
    """Let what waits for a scanner wait no longer."""
    with database.transaction():
        database.run("UPDATE contents SET scan_due_at = 1 WHERE scan_due_at IS NOT NULL")


def test_content_that_was_replaced_or_deleted_meanwhile_is_not_spoken_of(run: Run, scanner: Scanner) -> None:
    with run(documents__scanner=scanner.address) as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, EICAR, TEXT)
        taken = scans._take()
        assert taken is not None
        put(alice, document_id, b"mended", TEXT)
        scans._scan(scanner.address, taken)
        assert scan_of(alice.client.get(f"{DOCUMENTS}/{document_id}"))[0] == "pending"
        alice.client.delete(f"{DOCUMENTS}/{document_id}")
        scans.scan_due()
        alice.client.post(f"{DOCUMENTS}/{document_id}/restore")
        refused(read(alice, document_id), 503, "content_not_scanned")
        make_due()
        scans.scan_due()
        assert read(alice, document_id).body == b"mended"


def test_a_scanner_that_comes_later_looks_at_what_is_there(tmp_path: Path, database_url: str, scanner: Scanner) -> None:
    with running(tmp_path / "appliance", database_url) as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice, b"words", TEXT)
        assert read(alice, document_id).status == 200
        open_appliance(load(tmp_path / "appliance", database_url, documents__scanner=scanner.address))
        refused(read(alice, document_id), 503, "content_not_scanned")
        scans.queue_unscanned()
        assert scans.scan_due() == 1
        assert read(alice, document_id).body == b"words"


def test_the_real_scanner_finds_the_test_signature_and_nothing_else(run: Run, clamd: str) -> None:
    with run(documents__scanner=clamd) as appliance:
        alice = appliance.personas().alice
        clean, infected = stored(alice, b"words" * 1000, TEXT), stored(alice, EICAR, TEXT)
        large = stored(alice, bytes(2**21), OCTETS)
        assert scans.scan_due() == 3
        assert read(alice, clean).status == 200
        refused(read(alice, infected), 403, "content_infected")
        refused(read(alice, large), 403, "content_not_scannable")
