"""Conversions between the formats of tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services import conversions, import_files, job_folders, jobs
from server.services.conversions import Conversion, run_conversion
from server.services.jobs import Progress

CSV = b"name,address.city,note\nAda,K\xc3\xb6ln,'=1+1\nBea,,-5\n"
DOCUMENTS = [{"name": "Ada", "address": {"city": "Köln"}, "note": "=1+1"}, {"name": "Bea", "address": {"city": ""}, "note": "-5"}]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    job_folders.install(tmp_path)
    return tmp_path


def file(folder: Path, body: bytes) -> Path:
    path = folder / "table"
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("via", ["csv", "xlsx", "jsonl", "xml"])
def test_a_table_goes_through_every_format_and_comes_back(alice: Actor, folder: Path, via: str) -> None:
    other, _ = conversions.convert(alice, file(folder, CSV), Conversion.model_validate({"to": via}))
    back, skipped = conversions.convert(alice, file(folder, other), Conversion(to="jsonl"))
    found = [json.loads(line) for line in back.splitlines()]
    assert skipped == 0
    assert [(one["name"], one["address"]["city"] or "" if "address" in one else "", str(one["note"])) for one in found] == [
        ("Ada", "Köln", "=1+1"),
        ("Bea", "", "-5"),
    ]


def test_columns_that_come_late_are_columns_all_the_same(alice: Actor, folder: Path) -> None:
    body = b"".join(b'{"a": %d}\n' % number for number in range(1500)) + b'{"b": {"c": 1.50}}\n'
    found, _ = conversions.convert(alice, file(folder, body), Conversion(to="csv"))
    lines = found.decode().splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("a,b.c", "0,", ",1.50")


def test_a_row_that_cannot_be_read_refuses_the_file_unless_it_may_be_left_out(alice: Actor, folder: Path) -> None:
    body = b'{"a": 1}\n{"a": \n{"a": 3}\n'
    with pytest.raises(Unprocessable) as refused:
        conversions.convert(alice, file(folder, body), Conversion(to="csv"))
    assert (refused.value.stable_code, [fault.pointer for fault in refused.value.faults]) == ("unreadable_rows", ["line 2"])
    assert conversions.convert(alice, file(folder, body), Conversion(to="csv", skip_unreadable=True)) == (b"a\r\n1\r\n3\r\n", 1)


def test_what_is_no_table_or_not_allowed_is_refused(alice: Actor, bob: Actor, folder: Path) -> None:
    with pytest.raises(Unprocessable):
        conversions.begin(alice, file(folder, b"%PDF-1.4"), Conversion(to="csv"))
    with pytest.raises(Denied):
        conversions.convert(bob, file(folder, CSV), Conversion(to="csv"))


def test_a_long_table_is_converted_by_a_job(alice: Actor, charlie: Actor, folder: Path) -> None:
    begun = conversions.begin(alice, file(folder, CSV), Conversion(to="jsonl"))
    with pytest.raises(Conflict):
        conversions.content(alice, begun["id"])
    job = jobs.take(("convert",), "lease", 30_000)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease"), run_conversion)
    ended = jobs.get(alice, begun["id"])
    assert (ended["state"], ended["result"]["rows"], ended["result"]["skipped"]) == ("completed", 2, 0), ended
    pieces, name, media_type = conversions.content(alice, begun["id"])
    assert [json.loads(line) for line in b"".join(pieces).splitlines()] == DOCUMENTS
    assert (name, media_type) == (f"{begun['id']}.jsonl", "application/x-ndjson")
    with pytest.raises(Missing):
        conversions.content(charlie, begun["id"])
    assert not import_files.source(alice.tenant_id, begun["id"]).exists()
