"""Exports over HTTP: sent as they are made, or made by a job and downloaded."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from server.services import jobs
from server.services.jobs import Progress
from server.worker.jobs import FUNCTIONS
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.problems import check_problem
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
EXPORTS = "/api/v1/exports"
BEGINNINGS = {"csv": b"id,", "xlsx": b"PK", "jsonl": b"{", "xml": b"<?xml", "pdf": b"%PDF"}


def work() -> None:
    """Do every export that is due, as a worker would."""
    while job := jobs.take(("export",), "lease", 60_000):
        jobs.perform(job, Progress(job.id, "lease", {}, 0, None), FUNCTIONS["export"])


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


@pytest.mark.criterion("api-22")
@pytest.mark.parametrize("name", sorted(BEGINNINGS))
def test_an_export_is_a_job_whose_file_is_downloaded(alice: Persona, name: str) -> None:
    alice.client.made("contacts", first_name="Ada", last_name="Ωμέγα")
    reply = alice.client.post(EXPORTS, {"resource": "contacts", "format": name}, {"Prefer": "respond-async"})
    location = reply.headers["location"]
    assert (reply.status, reply.json["state"], reply.headers["preference-applied"]) == (202, "pending", "respond-async")
    early = alice.client.get(f"{location}/content")
    check_problem(early)
    assert (early.status, early.code) == (409, "export_not_complete")
    work()
    found = alice.client.get(location).json
    assert (found["state"], found["done"], found["total"], found["result"]["rows"]) == ("completed", 1, 1, 1)
    file = alice.client.get(found["content_url"])
    assert file.body.startswith(BEGINNINGS[name])
    assert len(file.body) == found["result"]["bytes"]
    assert file.headers["content-disposition"] == f'attachment; filename="contacts.{name}"'
    assert alice.client.get(f"/api/v1/jobs/{found['id']}").json["kind"] == "export"
    direct = alice.client.get(f"/api/v1/contacts/export?format={name}")
    assert (direct.status, direct.headers["content-type"]) == (200, file.headers["content-type"])
    assert direct.body.startswith(BEGINNINGS[name])
    assert name in {"pdf", "xlsx"} or direct.body == file.body


def test_a_list_is_sent_as_a_file_with_its_filter_order_and_fields(alice: Persona) -> None:
    for number in range(5):
        alice.client.made("deals", name=f"D{number}", value={"amount": f"{number}.50", "currency": "EUR"}, stage="won" if number % 2 else "open")
    reply = alice.client.get("/api/v1/deals/export?filter[stage][eq]=won&sort=-name&fields=name,value")
    assert rows(reply.body) == [
        {"name": "D3", "value.amount": "3.50", "value.currency": "EUR"},
        {"name": "D1", "value.amount": "1.50", "value.currency": "EUR"},
    ]
    lines = alice.client.get("/api/v1/deals/export?format=jsonl&filter[value][gt]=3").body.splitlines()
    assert {json.loads(line)["name"] for line in lines} == {"D3", "D4"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("format=docx", "invalid_parameter"),
        ("filter[nothing]=1", "unknown_field"),
        ("sort=nothing", "unknown_field"),
        ("limit=3", "unknown_parameter"),
    ],
)
def test_a_question_that_means_nothing_is_refused_before_the_first_byte(alice: Persona, query: str, code: str) -> None:
    reply = alice.client.get(f"/api/v1/contacts/export?{query}")
    check_problem(reply)
    assert (reply.status, reply.json["errors"][0]["code"]) == (400, code)


def test_what_the_body_asks_is_judged_at_once(alice: Persona) -> None:
    wrong: list[dict[str, Any]] = [{"resource": "contract"}, {"resource": "contacts", "format": "docx"}, {"resource": "contacts", "filter": {"x": 1}}]
    replies = [alice.client.post(EXPORTS, body) for body in wrong]
    assert [(reply.status, reply.json["errors"][0]["pointer"]) for reply in replies] == [(422, "/resource"), (422, "/format"), (400, "filter[x]")]


def test_only_who_may_export_and_read_exports(appliance: Appliance, personas: Personas) -> None:
    alice, bob, charlie = personas.alice, personas.bob, personas.charlie
    made = alice.client.made("contacts", first_name="Ada")
    location = alice.client.post(EXPORTS, {"resource": "contacts"}).headers["location"]
    work()
    reader = appliance.persona("reader", alice.tenant_id, scopes=("contacts:read",)).client
    exporter = appliance.persona("exporter", alice.tenant_id, scopes=("exports:write",)).client
    for client in (bob.client, reader, exporter):
        assert client.get("/api/v1/contacts/export").status == 403
        assert client.get(f"{location}/content").status == 403
    assert charlie.client.get(f"{location}/content").status == 404
    assert made["id"] not in charlie.client.get("/api/v1/contacts/export").body.decode()
    both = appliance.persona("both", alice.tenant_id, scopes=("exports:read", "contacts:read")).client
    assert made["id"] in both.get("/api/v1/contacts/export").body.decode()
    sandbox = appliance.persona("sandbox", alice.tenant_id, mode="test").client
    assert rows(sandbox.get("/api/v1/contacts/export").body) == []


def test_objects_of_a_tenants_own_type_are_exported_like_any(alice: Persona) -> None:
    alice.client.post("/api/v1/object-types", {"name": "vehicle", "fields": [{"name": "plate", "type": "text"}, {"name": "doors", "type": "number"}]})
    alice.client.made("objects/vehicle", plate="=B-AB", doors=5)
    found = rows(alice.client.get("/api/v1/objects/vehicle/export?filter[doors][gte]=5&fields=plate,doors").body)
    assert found == [{"plate": "'=B-AB", "doors": "5"}]
    assert alice.client.get("/api/v1/objects/nothing/export").status == 404
    reply = alice.client.post(EXPORTS, {"resource": "objects/vehicle", "format": "jsonl"})
    work()
    assert json.loads(alice.client.get(f"{reply.headers['location']}/content").body)["doors"] == 5
