"""Batches over HTTP: a status for every operation, all or nothing, or as a job."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from threading import Thread
from typing import Any

import pytest

from server.services import jobs
from server.services.jobs import Progress
from server.worker.jobs import FUNCTIONS
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.problems import check_problem
from tests.pace import best, seconds
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BATCH = "/api/v1/batch"


def creates(number: int, **more: Any) -> list[dict[str, Any]]:
    """Return operations that make contacts."""
    return [{"method": "POST", "path": "/api/v1/contacts", "body": {"first_name": f"n {each}", **more}} for each in range(number)]


def statuses(found: Any) -> list[int]:
    return [result["status"] for result in found["results"]]


@pytest.mark.criterion("api-21")
def test_a_thousand_operations_of_every_kind_have_a_status_each(alice: Persona, figure: Callable[[str], None]) -> None:
    known = [alice.client.made("contacts", first_name=f"known {number}")["id"] for number in range(20)]
    operations = [
        *creates(400),
        *({"method": "PATCH", "path": f"/contacts/{one}", "body": {"title": "Analyst"}} for one in known[:10]),
        *({"method": "DELETE", "path": f"/contacts/{one}"} for one in known[10:]),
        *({"method": "PUT", "path": f"/companies/by-external-id/shop/{number % 300}", "body": {"name": f"C {number}"}} for number in range(570)),
        *({"method": "POST", "path": "/contacts", "body": {"email": "nobody"}} for _ in range(10)),
    ]
    begun = time.perf_counter()
    reply = alice.client.post(BATCH, {"operations": operations})
    figure(f"{len(operations) / (time.perf_counter() - begun):.0f} operations a second")
    assert reply.status == 200, reply.body
    assert statuses(reply.json) == [201] * 400 + [200] * 10 + [204] * 10 + [201] * 300 + [200] * 270 + [422] * 10
    assert reply.json["results"][-1]["body"]["errors"][0]["pointer"] == "/email"
    assert len(alice.client.events("company.created", 200)) == 200
    assert alice.client.get(f"/api/v1/contacts/{known[0]}").json["title"] == "Analyst"


@pytest.mark.criterion("api-21")
def test_an_atomic_batch_with_one_bad_operation_writes_nothing(alice: Persona) -> None:
    reply = alice.client.post(BATCH, {"atomic": True, "operations": [*creates(3), *creates(1, email="nobody")]})
    check_problem(reply)
    assert (reply.status, reply.code, reply.pointers) == (422, "batch_refused", ["/operations/3/body/email"])
    assert statuses(reply.json) == [424, 424, 424, 422]
    assert alice.client.get("/api/v1/contacts").json["data"] == []
    assert statuses(alice.client.post(BATCH, {"atomic": True, "operations": creates(3)}).json) == [201] * 3


def test_what_is_no_batch_is_refused_whole(alice: Persona) -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"operations": []},
        {"operations": creates(1001)},
        {"operations": [{"method": "GET", "path": "/contacts"}]},
    ]
    for body in wrong:
        reply = alice.client.post(BATCH, body)
        check_problem(reply)
        assert reply.status == 422
    assert alice.client.get("/api/v1/contacts").json["data"] == []


def test_a_batch_is_done_once_per_idempotency_key(alice: Persona) -> None:
    given = {"operations": creates(2)}
    first, second = (alice.client.post(BATCH, given, {"Idempotency-Key": "b-1"}) for _ in range(2))
    assert (first.body, second.headers["idempotency-replayed"]) == (second.body, "true")
    assert len(alice.client.get("/api/v1/contacts").json["data"]) == 2


def test_what_was_written_is_left_out_when_that_is_preferred(alice: Persona) -> None:
    reply = alice.client.post(BATCH, {"operations": creates(1)}, {"Prefer": "return=minimal"})
    assert (reply.json, reply.headers["preference-applied"]) == ({"results": [{"status": 201, "body": None}]}, "return=minimal")


@pytest.mark.criterion("api-22")
def test_a_batch_may_be_a_job_with_progress_and_result(alice: Persona) -> None:
    reply = alice.client.post(BATCH, {"operations": [*creates(300), *creates(1, email="nobody")]}, {"Prefer": "respond-async"})
    assert (reply.status, reply.json["state"], reply.headers["preference-applied"]) == (202, "pending", "respond-async")
    assert alice.client.get("/api/v1/contacts").json["data"] == []
    job = jobs.take(("batch",), "lease", 60_000)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease", {}, 0, None), FUNCTIONS["batch"])
    found = alice.client.get(reply.headers["location"]).json
    assert (found["state"], found["done"], found["total"]) == ("completed", 301, 301)
    assert statuses(found["result"]) == [201] * 300 + [422]


@pytest.mark.criterion("api-22")
def test_a_job_is_cancelled_by_whoever_began_it_and_seen_by_nobody_else(appliance: Appliance, personas: Personas) -> None:
    narrow = appliance.persona("narrow", personas.alice.tenant_id, scopes=("contacts:write",))
    reply = narrow.client.post(BATCH, {"operations": creates(2)}, {"Prefer": "respond-async"})
    location = reply.headers["location"]
    assert narrow.client.get(location).json["state"] == "pending"
    assert (personas.bob.client.get(location).status, personas.charlie.client.get(location).status) == (403, 404)
    assert narrow.client.post(f"{location}/cancel").json["state"] == "cancelled"
    assert personas.alice.client.get("/api/v1/contacts").json["data"] == []


def test_others_are_answered_while_a_batch_is_done(alice: Persona) -> None:
    def answered() -> float:
        thread = Thread(target=alice.client.post, args=(BATCH, {"operations": creates(1000)}))
        thread.start()
        waits, statuses = [], set()
        while thread.is_alive():
            waits.append(seconds(lambda: statuses.add(alice.client.get("/api/v1/me").status)))
        assert (statuses, len(waits) > 3) == ({200}, True)
        return median(waits)

    assert best(answered, 0.2) < 0.2
