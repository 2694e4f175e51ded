"""An import is brief with others, exact after a kill, and the same work when it is only rehearsed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import custom_fields, import_files, imports, jobs, sealed_values
from server.services.custom_fields import NewField
from server.services.importing import job as module
from server.services.importing.job import run_import
from server.services.imports import ImportRequest
from server.store import database
from server.system import clock
from tests.pace import until
from tests.server.crm import kind, listed
from tests.server.services.exchange.messy import write_messy
from tests.server.services.importing.tables import LEASE_MS, begin, counts, imported, refusals, take, write
from tests.tenants import MASTER_KEY

ROWS = 3_000
WORKER = """
import json, sys
from pathlib import Path
from server.services import job_folders, jobs, vaults
from server.services.importing.job import run_import
from server.services.jobs import Progress
from server.store import database
from server.system.crypto import Vault
given = json.loads(sys.argv[1])
database.open_database(given["url"])
vaults.install(Vault({1: bytes(range(32))}, 1))
job_folders.install(Path(given["folder"]))
job = jobs.take(("import",), "lease_killed", given["lease_ms"])
jobs.perform(job, Progress(job.id, "lease_killed", jobs.position_of(job), job.done, job.total), run_import)
"""


def number(sql: str, *values: Any) -> int:
    found = database.row(sql, values)
    return int(found[0]) if found else 0


def test_every_row_has_its_event_and_audit_entry(alice: Actor, tmp_path: Path) -> None:
    found = imported(alice, write(tmp_path, "first_name,email\nA,a@x.io\nB,b@x.io\nA2,A@x.io\n"))
    assert counts(found) == {"rows": 3, "created": 2, "updated": 1}
    assert number("SELECT COUNT(*) FROM events WHERE type = 'contact.created'") == 2
    assert number("SELECT COUNT(*) FROM events WHERE type = 'contact.updated'") == 1
    assert number("SELECT COUNT(*) FROM audit WHERE action LIKE 'contact.%'") == 3


def test_the_end_is_told_once_with_the_counts(alice: Actor, tmp_path: Path) -> None:
    found = imported(alice, write(tmp_path, "email\na@x.io\nb@x.io\n"))
    [(body,)] = database.rows("SELECT body FROM events WHERE type = 'import.completed'")
    record = json.loads(bytes(body))["data"]["record"]
    assert (record["id"], record["created"], record["resource"]) == (found["id"], 2, "contacts")


def test_an_import_killed_after_its_end_was_told_does_not_tell_it_again(alice: Actor, tmp_path: Path) -> None:
    begin(alice, write(tmp_path, "email\na@x.io\n"))
    job, progress = take()
    run_import(alice, json.loads(job.input), progress)
    with clock.frozen(clock.now_ms() + LEASE_MS + 1):
        jobs.perform(*take("lease_2"), run_import)
    assert number("SELECT COUNT(*) FROM events WHERE type = 'import.completed'") == 1
    assert jobs.get(alice, job.id)["result"]["created"] == 1


def test_a_killed_import_goes_on_without_repeating_a_row(opened: str, alice: Actor, tmp_path: Path, folder: Path) -> None:
    assert bytes(range(32)) == MASTER_KEY
    path = tmp_path / "messy.csv"
    expected = write_messy(path, ROWS)
    mapping = {"Vorname": "first_name", "Nachname": "last_name", "E-Mail": "email", "Notiz": "title", "Umsatz": "external_ids.shop"}
    begun = begin(alice, path, mapping={name: field for name, field in mapping.items() if name != "Umsatz"}, match=None)
    given = {"url": opened, "folder": str(folder.parent), "lease_ms": LEASE_MS}
    with subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(given)]) as child:
        until(lambda: child.poll() is not None or jobs.get(alice, begun["id"])["done"] >= ROWS / 4)
        child.kill()
    assert 0 < jobs.get(alice, begun["id"])["done"] < ROWS, "it was killed too late to show anything"
    with clock.frozen(clock.now_ms() + LEASE_MS + 1):
        jobs.perform(*take("lease_2"), run_import)
    found = imports.get(alice, begun["id"])
    result = counts(found)
    assert result["rows"] == expected.records
    assert number("SELECT COUNT(*) FROM contacts WHERE tenant_id = ?", alice.tenant_id) == result["created"]
    assert number("SELECT COUNT(*) FROM events WHERE type = 'contact.created'") == result["created"]
    lines = refusals(alice, found).count("\r\n") - 1
    assert lines == result["refused"] == expected.records - result["created"]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(alice: Actor, tmp_path: Path) -> None:
    imported(alice, write(tmp_path, "first_name,email\nOld,c1@x.io\n"))
    before = number("SELECT COUNT(*) FROM events"), number("SELECT COUNT(*) FROM audit WHERE action <> 'import.created'")
    # Duplicates far enough apart to fall into different batches, companies on the way, a row that takes another's external id.
    rows = [f"N{index},c{index % 250}@x.io,Firm {index % 7},{index % 260}" for index in range(600)]
    table = "first_name,email,company,HubSpot ID\n" + "\n".join([*rows, "X,not an address,,", "Y,y@x.io,Firm 1,3"]) + "\n"
    mapping = {"first_name": "first_name", "email": "email", "company": "company_id", "HubSpot ID": "external_ids.hubspot"}
    rehearsed = imported(alice, write(tmp_path, table), mapping=mapping, match="email", create_companies=True, dry_run=True)
    assert (number("SELECT COUNT(*) FROM events"), number("SELECT COUNT(*) FROM audit WHERE action <> 'import.created'")) == before
    assert number("SELECT COUNT(*) FROM companies") == 0
    done = imported(alice, write(tmp_path, table), mapping=mapping, match="email", create_companies=True)
    assert counts(rehearsed) == counts(done)
    assert counts(done)["companies_created"] == 7
    assert refusals(alice, rehearsed) == refusals(alice, done)


def test_a_cancelled_import_stops_and_keeps_what_it_did(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = begin(alice, write(tmp_path, "email\n" + "".join(f"a{index}@x.io\n" for index in range(1_000))))
    job, progress = take()
    steps = iter(range(1_000))

    def cancel_at_the_third(*_: object) -> bool:
        if next(steps) == 3:
            imports.cancel(alice, begun["id"])
        return False

    monkeypatch.setattr(database, "others_wrote", cancel_at_the_third)
    jobs.perform(job, progress, run_import)
    found = imports.get(alice, begun["id"])
    assert found["state"] == "cancelled"
    assert 0 < found["counts"]["created"] == number("SELECT COUNT(*) FROM contacts WHERE tenant_id = ?", alice.tenant_id) < 1_000


def test_no_transaction_holds_more_than_a_batch(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_SECONDS", 10)
    steps: list[int] = []
    plain = jobs.Progress.save

    def save(self: jobs.Progress, done: int, *rest: Any) -> None:
        steps.append(done)
        plain(self, done, *rest)

    monkeypatch.setattr(jobs.Progress, "save", save)
    imported(alice, write(tmp_path, "email\n" + "".join(f"a{index}@x.io\n" for index in range(350))))
    assert steps == [0, 100, 200, 300, 350, 350]


def test_slow_rows_end_a_transaction_early(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_SECONDS", 0.000_001)
    found = imported(alice, write(tmp_path, "email\n" + "".join(f"a{index}@x.io\n" for index in range(20))))
    assert counts(found)["created"] == 20


def test_others_write_while_an_import_runs(alice: Actor, tmp_path: Path) -> None:
    begin(alice, write(tmp_path, "email\n" + "".join(f"a{index}@x.io\n" for index in range(4_000))))
    job, progress = take()
    over, waits = threading.Event(), []

    def write_too() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            with database.transaction():
                database.execute("UPDATE tenants SET version = version + 1 WHERE id = ?", (alice.tenant_id,))
            waits.append(time.perf_counter() - begun)
            time.sleep(0.005)
        database.close()

    thread = threading.Thread(target=write_too)
    thread.start()
    jobs.perform(job, progress, run_import)
    over.set()
    thread.join()
    assert len(waits) > 20
    assert sorted(waits)[len(waits) // 2] < 0.5


def test_an_import_whose_file_is_gone_fails_and_says_so(alice: Actor, tmp_path: Path, folder: Path) -> None:
    begun = begin(alice, write(tmp_path, "email\na@x.io\n"))
    (folder / alice.tenant_id / f"{begun['id']}.source").unlink()
    jobs.perform(*take(), run_import)
    assert imports.get(alice, begun["id"])["error"]["code"] == "file_missing"


def test_a_custom_field_that_went_away_meanwhile_fails_the_import(alice: Actor, tmp_path: Path) -> None:
    begun = begin(alice, write(tmp_path, "email\na@x.io\n"))
    job, progress = take()
    work = json.loads(job.input)
    work["mapping"]["email"] = "custom.gone"
    jobs.perform(replace(job, input=json.dumps(work)), progress, run_import)
    assert imports.get(alice, begun["id"])["error"]["code"] == "bad_mapping"


def test_what_feeds_an_encrypted_field_is_on_the_disk_no_longer_than_the_import(alice: Actor, tmp_path: Path) -> None:
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    content = "first_name,email,Card\nAda,ada@x.io,4111111111111234\nAlan,nobody,5500005555555559\nEve,eve@x.io,••••1234\n"
    mapping = {"first_name": "first_name", "email": "email", "Card": "custom.pan"}
    path = write(tmp_path, content)
    seen = imports.preview(alice, path, ImportRequest(resource="contacts", mapping=mapping), "t.csv")["columns"]
    assert seen[2]["samples"] == ["••••1234", "••••5559", "••••1234"]
    found = imported(alice, path, mapping=mapping)
    assert counts(found) == {"rows": 3, "created": 1, "refused": 2}
    assert not import_files.source(alice.tenant_id, found["id"]).exists()
    refused = refusals(alice, found)
    assert "5500" not in refused
    assert "Alan,nobody,••••5559,3,email," in refused
    assert 'Eve,eve@x.io,••••1234,4,Card,"this is a mask' in refused
    [one] = listed(alice, "contact")
    assert sealed_values.opened(alice, kind("contact"), one["id"]) == {"pan": "4111111111111234"}
    plain = imported(alice, write(tmp_path, "first_name\nBob\n", "plain.csv"))
    assert import_files.source(alice.tenant_id, plain["id"]).exists()


def test_an_import_of_encrypted_fields_that_is_put_off_keeps_its_file_and_one_that_fails_does_not(
    alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    begun = begin(alice, write(tmp_path, "first_name,Card\nAda,4111111111111234\n"), mapping={"first_name": "first_name", "Card": "custom.pan"})
    source = import_files.source(alice.tenant_id, begun["id"])
    job, progress = take()
    progress.stopping = True
    jobs.perform(job, progress, run_import)
    assert (imports.get(alice, begun["id"])["state"], source.exists()) == ("pending", True)
    job, progress = take("lease_2")
    progress.cancelled = True
    jobs.perform(job, progress, run_import)
    assert (imports.get(alice, begun["id"])["state"], source.exists()) == ("cancelled", False)
    waiting = begin(alice, write(tmp_path, "first_name\nAda\n", "waiting.csv"))
    imports.cancel(alice, waiting["id"])
    assert not import_files.source(alice.tenant_id, waiting["id"]).exists()
