"""Conversions over HTTP."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from server.services import conversions, jobs
from server.services.jobs import Progress
from server.worker.jobs import FUNCTIONS
from tests.api.appliance import Persona
from tests.api.problems import check_problem
from tests.api.test_imports import form
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
CONVERT = "/api/v1/convert"
CSV = b"a,b\n1,x\n2,y\n"
TEXT = {"Content-Type": "text/csv"}


def test_a_file_comes_back_in_another_format(alice: Persona) -> None:
    reply = alice.client.send("POST", f"{CONVERT}?to=xlsx", CSV, TEXT)
    assert (reply.status, reply.headers["junction-skipped-rows"]) == (200, "0")
    assert reply.headers["content-disposition"] == 'attachment; filename="table.xlsx"'
    sheet = load_workbook(io.BytesIO(reply.body)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["a", "b"], ["1", "x"], ["2", "y"]]
    body, headers = form(CSV, to="jsonl")
    named = alice.client.send("POST", CONVERT, body, headers)
    assert (named.body, named.headers["content-type"]) == (b'{"a":"1","b":"x"}\n{"a":"2","b":"y"}\n', "application/x-ndjson")
    assert named.headers["content-disposition"] == 'attachment; filename="people.jsonl"'


@pytest.mark.parametrize(
    ("query", "body", "status", "code"),
    [("", CSV, 422, "validation_failed"), ("?to=docx", CSV, 400, "invalid_request"), ("?to=csv", b"", 400, "body_missing")],
)
def test_what_cannot_be_converted_is_refused(alice: Persona, query: str, body: bytes, status: int, code: str) -> None:
    reply = alice.client.send("POST", CONVERT + query, body, TEXT)
    check_problem(reply)
    assert (reply.status, reply.code) == (status, code)


def test_a_form_that_is_none_is_refused(alice: Persona) -> None:
    reply = alice.client.send("POST", f"{CONVERT}?to=csv", b"--x\r\n--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"})
    check_problem(reply)
    assert (reply.status, reply.code) == (400, "malformed_body")


@pytest.mark.criterion("api-22")
def test_a_conversion_may_be_a_job_and_a_long_one_is(alice: Persona, bob: Persona, charlie: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = alice.client.send("POST", f"{CONVERT}?to=xml", CSV, {**TEXT, "Prefer": "respond-async"})
    assert (asked.status, asked.headers["preference-applied"]) == (202, "respond-async")
    monkeypatch.setattr("server.web.handlers.conversions.MOST_AT_ONCE", 5)
    long = alice.client.send("POST", f"{CONVERT}?to=xml", CSV, TEXT)
    assert long.status == 202
    assert "preference-applied" not in long.headers
    while job := jobs.take((conversions.KIND,), "lease", 60_000):
        jobs.perform(job, Progress(job.id, "lease"), FUNCTIONS["convert"])
    found = alice.client.get(long.headers["location"]).json
    assert (found["state"], found["result"]["rows"]) == ("completed", 2)
    file = alice.client.get(found["result"]["content_url"])
    assert b"<row><a>2</a><b>y</b></row>" in file.body
    assert (bob.client.get(found["result"]["content_url"]).status, charlie.client.get(found["result"]["content_url"]).status) == (403, 404)
