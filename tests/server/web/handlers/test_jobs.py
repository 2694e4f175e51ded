"""Jobs over HTTP."""

from __future__ import annotations

from server.services import jobs
from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


def test_a_job_is_seen_and_stopped_by_its_tenant_alone(alice: Persona, bob: Persona, charlie: Persona) -> None:
    begun = jobs.create(alice.actor, "import", {"rows": 1})
    path = f"/api/v1/jobs/{begun['id']}"
    assert alice.client.get(path).json["state"] == "pending"
    assert [job["id"] for job in alice.client.get("/api/v1/jobs").json["data"]] == [begun["id"]]
    assert bob.client.get(path).status == 403
    assert charlie.client.get(path).status == charlie.client.post(f"{path}/cancel").status == 404
    assert charlie.client.get("/api/v1/jobs").json["data"] == []
    assert alice.client.post(f"{path}/cancel").json["state"] == "cancelled"
    assert alice.client.post(f"{path}/cancel").code == "job_finished"
