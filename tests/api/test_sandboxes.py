"""A sandbox over HTTP: emptied and filled by its own key, and moved in time for webhooks and limits alike."""

from __future__ import annotations

import pytest

from server.services import jobs, sandboxes
from server.services.jobs import Progress
from server.store import database
from server.worker.jobs import FUNCTIONS
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.api.problems import check_problem
from tests.pace import SOON, until

CONTACTS = "/api/v1/contacts"
SANDBOX = "/api/v1/sandbox"


@pytest.fixture
def sandbox(appliance: Appliance, alice: Persona) -> Client:
    """Return a client with a test key of alice's tenant."""
    return appliance.persona("alice-test", alice.tenant_id, mode="test").client


@pytest.mark.criterion("api-28")
def test_a_sandbox_is_emptied_and_filled_and_what_is_live_stays(alice: Persona, sandbox: Client) -> None:
    live = alice.client.made("contacts", last_name="live")
    sandbox.made("contacts", last_name="test")
    filled = sandbox.post(f"{SANDBOX}/reset", {"seed": "demo"})
    assert (filled.status, filled.json["ahead_seconds"]) == (200, 0)
    names = {one["last_name"] for one in sandbox.get(f"{CONTACTS}?limit=200").json["data"]}
    assert len(names) > 5
    assert "test" not in names
    assert sandbox.post(f"{SANDBOX}/reset", {}).status == 200
    assert sandbox.get(CONTACTS).json["data"] == []
    assert alice.client.get(CONTACTS).json["data"] == [live]
    kept = (
        alice.client.get("/api/v1/audit", query={"action": "sandbox.reset"}).json["data"]
        + sandbox.get("/api/v1/audit", query={"action": "sandbox.reset"}).json["data"]
    )
    assert len({one["id"] for one in kept}) == 2


@pytest.mark.criterion("api-28")
@pytest.mark.parametrize("asked", [True, False])
def test_a_reset_may_be_a_job_and_is_one_when_it_takes_long(sandbox: Client, monkeypatch: pytest.MonkeyPatch, *, asked: bool) -> None:
    sandbox.made("contacts", last_name="test")
    if not asked:
        monkeypatch.setattr(sandboxes, "MOST_AT_ONCE", 0)
    reply = sandbox.post(f"{SANDBOX}/reset", {"seed": "demo"}, headers={"Prefer": "respond-async"} if asked else {})
    assert (reply.status, reply.headers.get("preference-applied")) == (202, "respond-async" if asked else None)
    job = jobs.take(("sandbox_reset",), "lease", 60_000)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease", {}, 0, None), FUNCTIONS["sandbox_reset"])
    done = sandbox.get(reply.headers["location"]).json
    assert (done["kind"], done["state"], done["done"], done["total"]) == ("sandbox_reset", "completed", 1, 1)
    assert len(sandbox.get(f"{CONTACTS}?limit=200").json["data"]) > 20


@pytest.mark.criterion("api-28")
def test_the_clock_of_a_sandbox_brings_what_its_webhooks_wait_for(alice: Persona, sandbox: Client) -> None:
    hook = {"name": "w", "url": "https://example.com/", "events": ["contact.created"]}
    hooks = [client.post("/api/v1/webhooks", hook).json["id"] for client in (sandbox, alice.client)]
    for client in (sandbox, alice.client):
        client.made("contacts", last_name="A")

    def due() -> list[int]:
        found = [database.row("SELECT due_at FROM deliveries WHERE webhook_id = ?", (one,)) for one in hooks]
        return [row[0] for row in found if row]

    database.run("UPDATE webhooks SET first_failure_at = 9000000, parked_until = 9500000 WHERE tenant_id = ?", (alice.tenant_id,))
    before = due()
    moved = sandbox.post(f"{SANDBOX}/clock", {"advance_seconds": 3600})
    assert (moved.status, moved.json["ahead_seconds"]) == (200, 3600)
    assert [earlier - later for earlier, later in zip(before, due(), strict=True)] == [3_600_000, 0]
    times = [database.row("SELECT first_failure_at, parked_until FROM webhooks WHERE id = ?", (one,)) for one in hooks]
    assert times == [(5_400_000, 5_900_000), (9_000_000, 9_500_000)]


@pytest.mark.criterion("api-28")
def test_the_clock_of_a_sandbox_ends_the_windows_of_its_limits_alone(appliance: Appliance, alice: Persona, sandbox: Client) -> None:
    body = {"name": "Slow", "scopes": ["contacts:read"], "limits": [{"requests": 1, "period": "day", "endpoints": [f"{CONTACTS}*"]}]}
    slow = [appliance.client(client.post("/api/v1/keys", body).json["key"]) for client in (sandbox, alice.client)]
    assert [[one.get(CONTACTS).status for _ in range(2)] for one in slow] == [[200, 429], [200, 429]]
    assert sandbox.post(f"{SANDBOX}/clock", {"advance_seconds": 86_400}).status == 200
    until(lambda: slow[0].get(CONTACTS).status == 200, SOON)
    assert slow[0].get(CONTACTS).status == 429
    assert slow[1].get(CONTACTS).status == 429


@pytest.mark.criterion("api-28")
def test_what_is_live_is_neither_reset_nor_moved(alice: Persona, bob: Persona, sandbox: Client) -> None:
    for method, path, body in (("GET", "", None), ("POST", "/reset", {"seed": "empty"}), ("POST", "/clock", {"advance_seconds": 1})):
        reply = alice.client.send(method, SANDBOX + path, body)
        check_problem(reply)
        assert (reply.status, reply.code) == (409, "not_a_sandbox")
        assert bob.client.send(method, SANDBOX + path, body).status == 403
    for body in ({"advance_seconds": 0}, {"advance_seconds": "60"}, {"advance_seconds": 60, "back": True}, {}):
        assert sandbox.post(f"{SANDBOX}/clock", body).status == 422
    assert sandbox.post(f"{SANDBOX}/reset", {"seed": "other"}).status == 422
