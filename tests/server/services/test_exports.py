"""Exports as the services offer them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Unprocessable
from server.services import exports, job_folders, jobs, object_types, records
from server.services.exports import NewExport, run_export
from server.services.jobs import Progress
from server.services.object_types import NewObjectType
from server.store.records import by_noun

CONTACT = by_noun()["contact"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    job_folders.install(tmp_path)
    return tmp_path / "results"


def done(actor: Actor, **body: Any) -> dict[str, Any]:
    """Have something exported, as a worker would do it, and return the export."""
    begun = exports.create(actor, NewExport.model_validate(body))
    job = jobs.take(("export",), "lease", 30_000)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease"), run_export)
    return exports.get(actor, begun["id"])


def text(actor: Actor, found: dict[str, Any]) -> str:
    return b"".join(exports.content(actor, found["id"])[0]).decode()


def test_an_export_is_a_job_that_ends_with_a_file(alice: Actor) -> None:
    for name in ("Bea", "Ada", "Cid"):
        records.create(alice, CONTACT, {"first_name": name})
    found = done(alice, resource="contacts", filter={"first_name": {"ne": "Cid"}}, sort=["first_name"], fields="first_name,id")
    assert (found["state"], found["done"], found["total"], found["result"]["rows"]) == ("completed", 2, 2, 2)
    assert found["question"] == "filter[first_name][ne]=Cid&sort=first_name&fields=first_name,id"
    lines = text(alice, found).splitlines()
    assert lines[0] == "first_name,id"
    assert [line.partition(",")[0] for line in lines[1:]] == ["Ada", "Bea"]
    assert exports.content(alice, found["id"])[1:] == ("contacts.csv", "text/csv; charset=utf-8")
    assert [one["id"] for one in exports.list_page(alice, None, 5)[0]] == [found["id"]]


def test_a_file_is_not_there_before_its_time_and_the_job_can_be_stopped(alice: Actor, charlie: Actor) -> None:
    begun = exports.create(alice, NewExport(resource="contacts"))
    with pytest.raises(Conflict):
        exports.content(alice, begun["id"])
    with pytest.raises(Missing):
        exports.cancel(charlie, begun["id"])
    assert exports.cancel(alice, begun["id"])["state"] == "cancelled"


def test_what_is_wrong_is_said_at_once(alice: Actor) -> None:
    with pytest.raises(Unprocessable):
        exports.create(alice, NewExport(resource="contract"))
    with pytest.raises(Missing):
        exports.create(alice, NewExport(resource="objects/nothing"))
    with pytest.raises(Invalid):
        exports.create(alice, NewExport(resource="contacts", filter={"nothing": 1}))
    assert exports.list_page(alice, None, 5)[0] == []


def test_exporting_needs_its_own_scope_and_that_of_the_resource(alice: Actor, bob: Actor) -> None:
    found = done(alice, resource="contacts")
    for actor in (bob, replace(alice, scopes=frozenset({"contacts:read"})), replace(alice, scopes=frozenset({"exports:write"}))):
        with pytest.raises(Denied):
            exports.create(actor, NewExport(resource="contacts"))
        with pytest.raises(Denied):
            exports.content(actor, found["id"])
        with pytest.raises(Denied):
            exports.stream(actor, CONTACT, "csv", [])
    assert exports.create(replace(alice, scopes=frozenset({"exports:write", "contacts:read"})), NewExport(resource="contacts"))


def test_types_of_the_tenants_own_are_exported_like_any(alice: Actor) -> None:
    object_types.create(alice, NewObjectType(name="vehicle", fields=[]))
    vehicle = object_types.resource(alice, "vehicle")
    made = records.create(alice, vehicle, {})
    assert made["id"] in text(alice, done(alice, resource="objects/vehicle", format="jsonl"))
    assert made["id"] in b"".join(exports.stream(alice, vehicle, "csv", [])).decode()


def test_an_export_that_was_cut_off_begins_anew(alice: Actor) -> None:
    records.create(alice, CONTACT, {"first_name": "Ada"})
    begun = exports.create(alice, NewExport(resource="contacts"))
    assert jobs.take(("export",), "lease_1", -1) is not None
    job = jobs.take(("export",), "lease_2", -1)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease_2"), run_export)
    assert "Ada" in text(alice, exports.get(alice, begun["id"]))
