"""Imports as the services offer them: begun, taken over from the command line, listed, downloaded as far as they have come."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services import import_files, imports, job_folders, jobs
from server.services.importing.job import run_import
from server.services.imports import ImportRequest
from server.services.jobs import Progress
from tests.server.services.importing.tables import begin, imported, refusals, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    job_folders.install(tmp_path)


def test_options_come_as_json_or_one_by_one(alice: Actor) -> None:
    found = imports.read_request("contacts", '{"a": "email"}', '{"on_match": "skip"}', {"dry_run": "true", "match": ""})
    assert (found.mapping, found.options.on_match, found.options.dry_run, found.options.match) == ({"a": "email"}, "skip", True, None)
    with pytest.raises(Unprocessable) as refusal:
        imports.read_request("contacts", "{", "[", {})
    assert [fault.pointer for fault in refusal.value.faults] == ["/mapping", "/options"]


def test_a_refused_file_stays_where_it_was(alice: Actor, bob: Actor, tmp_path: Path) -> None:
    path = write(tmp_path, "email\na@x.io\n")
    with pytest.raises(Denied):
        begin(bob, path)
    with pytest.raises(Unprocessable):
        begin(alice, path, mapping={"email": "nothing"})
    assert path.exists()
    assert begin(alice, path)["state"] == "pending"
    assert not path.exists()


def test_an_import_done_here_is_not_taken_by_a_worker(alice: Actor, tmp_path: Path) -> None:
    job = imports.create_taken(alice, write(tmp_path, "email\na@x.io\n"), ImportRequest(resource="contacts"), "a.csv", "lease_here", 30_000)
    assert jobs.take(("import",), "lease_worker", 30_000) is None
    jobs.perform(job, Progress(job.id, "lease_here"), run_import)
    assert imports.get(alice, job.id)["counts"]["created"] == 1


def test_refused_rows_are_given_as_far_as_they_were_counted(alice: Actor, charlie: Actor, tmp_path: Path) -> None:
    waiting = begin(alice, write(tmp_path, "email\na@x.io\n"))
    with pytest.raises(Conflict):
        imports.refused_rows(alice, waiting["id"])
    imports.cancel(alice, waiting["id"])
    found = imported(alice, write(tmp_path, "email\nnobody\n"), mapping={"email": "email"})
    path = import_files.refused(alice.tenant_id, found["id"])
    whole = refusals(alice, found)
    with path.open("a") as stream:
        stream.write("written by a batch that has not committed")
    assert refusals(alice, found) == whole
    with pytest.raises(Missing):
        imports.refused_rows(charlie, found["id"])
    path.unlink()
    with pytest.raises(Missing, match="gone"):
        imports.refused_rows(alice, found["id"])


def test_only_imports_are_imports(alice: Actor, tmp_path: Path) -> None:
    other = jobs.create(alice, "export", {})
    with pytest.raises(Missing):
        imports.get(alice, other["id"])
    first, second = (begin(alice, write(tmp_path, "email\na@x.io\n"))["id"] for _ in range(2))
    page, cursor = imports.list_page(alice, None, 1)
    rest, end = imports.list_page(alice, cursor, 1)
    assert ({one["id"] for one in page + rest}, end) == ({first, second}, None)
