"""An import is taken back record by record: what it made is deleted, what it changed is as it was, what others changed since stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing
from server.services import custom_fields, imports, jobs, records, sealed_values
from server.services.custom_fields import NewField
from server.services.importing import undoing
from server.services.importing.undoing import run_undo
from server.services.jobs import Progress, Stopping
from server.store import database
from tests.server.crm import kind, listed, made, viewer
from tests.server.services.importing.tables import LEASE_MS, begin, imported, write


def undone(actor: Actor, import_id: str) -> dict[str, Any]:
    """Undo an import to its end and return what that came to."""
    begun = imports.undo(actor, import_id)
    assert (begun["kind"], begun["state"]) == ("import_undo", "pending")
    perform()
    found = jobs.get(actor, begun["id"])
    assert found["state"] == "completed", found["error"]
    return {name: count for name, count in found["result"].items() if name in undoing.COUNTED and count}


def perform() -> None:
    """Do the undoing that is due."""
    job = jobs.take(("import_undo",), "lease_undo", LEASE_MS)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease_undo", jobs.position_of(job), job.done, job.total), run_undo)


def told(actor: Actor, import_id: str, outcome: str | None = None) -> list[tuple[str, str, str, str | None]]:
    """Return kind, line, act and outcome of what an import changed."""
    found = imports.list_changes(actor, import_id, outcome, None, 200)[0]
    return sorted((one["record"], str(one["line"]), one["act"], one["outcome"]) for one in found)


def test_what_was_made_goes_and_what_was_changed_is_as_it_was(alice: Actor, tmp_path: Path) -> None:
    before = made(alice, "contact", first_name="Ada", email="ada@x.io", phone="+49 1", tags=["old"], external_ids={"erp": "7"})
    file = write(tmp_path, "first_name,email,phone,external_ids.shop,Company\nAda Maria,ada@x.io,+49 2,s1,Maple\nAlan,alan@x.io,,,Maple\n")
    mapping = {"first_name": "first_name", "email": "email", "phone": "phone", "external_ids.shop": "external_ids.shop", "Company": "company_id"}
    found = imported(alice, file, mapping=mapping, create_companies=True)
    assert records.get(alice, kind("contact"), before["id"])["external_ids"] == {"erp": "7", "shop": "s1"}
    assert told(alice, found["id"]) == [
        ("company", "2", "created", None), ("contact", "2", "updated", None), ("contact", "3", "created", None),
    ]  # fmt: skip
    assert undone(alice, found["id"]) == {"deleted": 2, "restored": 1}
    [after] = listed(alice, "contact")
    same = {name: value for name, value in after.items() if name not in {"updated_at", "version"}}
    assert same == {name: value for name, value in before.items() if name not in {"updated_at", "version"}}
    assert listed(alice, "company") == []
    assert len(listed(alice, "contact", "filter[deleted][eq]=true")) == 1, "what was made can be restored"
    deleted = database.row("SELECT COUNT(*) FROM events WHERE type IN ('contact.deleted', 'company.deleted')")
    assert deleted == (2,)


def test_a_record_that_was_changed_twice_by_the_import_is_as_before_it(alice: Actor, tmp_path: Path) -> None:
    before = made(alice, "contact", first_name="Ada", email="ada@x.io")
    rows = "\n".join(f"Name {number},ada@x.io" for number in range(5))
    found = imported(alice, write(tmp_path, f"first_name,email\n{rows}\nNew,new@x.io\nNewer,new@x.io\n"))
    assert undone(alice, found["id"]) == {"deleted": 1, "restored": 1}
    assert [one["first_name"] for one in listed(alice, "contact")] == [before["first_name"]]


def test_encrypted_fields_have_again_what_they_had(alice: Actor, tmp_path: Path) -> None:
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    before = made(alice, "contact", first_name="Ada", email="ada@x.io", custom={"pan": "4111111111111234"})
    rows = "Ada,ada@x.io,9999888877771234\nAda,ada@x.io,5500005555555559\nAlan,alan@x.io,1\n"
    mapping = {"first_name": "first_name", "email": "email", "Card": "custom.pan"}
    found = imported(alice, write(tmp_path, f"first_name,email,Card\n{rows}"), mapping=mapping)
    assert sealed_values.opened(alice, kind("contact"), before["id"]) == {"pan": "5500005555555559"}
    assert undone(alice, found["id"]) == {"deleted": 1, "restored": 1}
    assert sealed_values.opened(alice, kind("contact"), before["id"]) == {"pan": "4111111111111234"}
    assert records.get(alice, kind("contact"), before["id"])["custom"] == {"pan": "••••1234"}
    assert database.rows("SELECT 1 FROM sealed_values WHERE record_id = ? AND kept_for <> ''", (before["id"],)) == []


def test_what_somebody_changed_since_is_kept_and_named(alice: Actor, tmp_path: Path) -> None:
    made(alice, "contact", first_name="Ada", email="ada@x.io")
    found = imported(alice, write(tmp_path, "first_name,email\nAda M,ada@x.io\nAlan,alan@x.io\nGrace,grace@x.io\n"))
    by_email = {one["email"]: one["id"] for one in listed(alice, "contact")}
    records.update(alice, kind("contact"), by_email["ada@x.io"], {"title": "Countess"})
    records.update(alice, kind("contact"), by_email["alan@x.io"], {"title": "Dr"})
    records.remove(alice, kind("contact"), by_email["grace@x.io"])
    assert undone(alice, found["id"]) == {"kept": 2, "gone": 1}
    assert {one["first_name"] for one in listed(alice, "contact")} == {"Ada M", "Alan"}
    kept = imports.list_changes(alice, found["id"], "kept", None, 50)[0]
    assert {one["id"]: one["reason"] for one in kept} == {by_email[name]: "It was changed since." for name in ("ada@x.io", "alan@x.io")}
    with pytest.raises(Conflict) as again:
        imports.undo(alice, found["id"])
    assert again.value.stable_code == "already_undone"


def test_what_is_no_longer_valid_is_kept_with_the_reason(alice: Actor, tmp_path: Path) -> None:
    company = made(alice, "company", name="Maple")
    contact = made(alice, "contact", email="ada@x.io", company_id=company["id"], external_ids={"erp": "7"})
    found = imported(alice, write(tmp_path, "external_ids.erp,email\n8,ada@x.io\n"))
    made(alice, "contact", email="other@x.io", external_ids={"erp": "7"})
    assert undone(alice, found["id"]) == {"kept": 1}
    assert records.get(alice, kind("contact"), contact["id"])["external_ids"] == {"erp": "8"}, "nothing is half taken back"


def test_a_killed_undo_goes_on_and_takes_nothing_back_twice(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "BATCH_ROWS", 10)
    found = imported(alice, write(tmp_path, "email\n" + "".join(f"a{number}@x.io\n" for number in range(30))))
    begun = imports.undo(alice, found["id"])
    job = jobs.take(("import_undo",), "lease_undo", LEASE_MS)
    assert job is not None
    progress = Progress(job.id, "lease_undo")
    saved = Progress.save

    def cut(self: Progress, done: int, *rest: Any) -> None:
        saved(self, done, *rest)
        self.stopping = True

    monkeypatch.setattr(Progress, "save", cut)
    with pytest.raises(Stopping):
        run_undo(alice, json.loads(job.input), progress)
    monkeypatch.setattr(Progress, "save", saved)
    assert 0 < len(listed(alice, "contact")) < 30
    jobs.give_back(progress)
    perform()
    assert jobs.get(alice, begun["id"])["result"]["deleted"] == 30
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'contact.deleted'") == (30,)


def test_who_may_not_and_what_has_nothing_to_undo_is_refused(alice: Actor, charlie: Actor, tmp_path: Path) -> None:
    waiting = begin(alice, write(tmp_path, "email\na@x.io\n"))
    with pytest.raises(Conflict) as refused:
        imports.undo(alice, waiting["id"])
    assert refused.value.stable_code == "import_not_finished"
    imports.cancel(alice, waiting["id"])
    dry = imported(alice, write(tmp_path, "email\na@x.io\n"), dry_run=True)
    for nothing in (waiting["id"], dry["id"]):
        with pytest.raises(Conflict) as refused:
            imports.undo(alice, nothing)
        assert refused.value.stable_code == "nothing_to_undo"
    real = imported(alice, write(tmp_path, "email\na@x.io\n"))
    with pytest.raises(Denied):
        imports.undo(viewer(alice), real["id"])
    for act in (lambda: imports.undo(charlie, real["id"]), lambda: imports.list_changes(charlie, real["id"], None, None, 50)):
        with pytest.raises(Missing):
            act()


def test_what_a_refused_row_made_on_the_way_is_not_noted(alice: Actor, tmp_path: Path) -> None:
    file = write(tmp_path, "email,Company\nnot an address,Maple\na@x.io,Oak\n")
    found = imported(alice, file, mapping={"email": "email", "Company": "company_id"}, create_companies=True)
    assert told(alice, found["id"]) == [("company", "3", "created", None), ("contact", "3", "created", None)]
