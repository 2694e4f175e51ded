"""Streams, throttles and warm-ups over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
BASE = "/api/v1/email"


def test_the_life_of_a_stream(alice: Persona, bob: Persona) -> None:
    made = alice.client.post(f"{BASE}/streams", {"name": "news", "kind": "broadcast"})
    assert made.status == 201, made.body
    one = made.headers["location"]
    paused = alice.client.post(f"{one}/pause", {"reason": "Wait."})
    assert (paused.json["status"], paused.json["status_reason"]) == ("paused", "Wait.")
    assert bob.client.post(f"{one}/resume", {"reason": "x"}).status == 403
    assert alice.client.post(f"{one}/resume", {"reason": "Go on."}).json["status"] == "active"
    assert alice.client.patch(one, {"retry_schedule": [60, 600]}).json["retry_schedule"] == [60, 600]
    assert alice.client.patch(one, {"retry_schedule": []}).status == 422
    assert made.json["name"] in [row["name"] for row in bob.client.get(f"{BASE}/streams").json["data"]]
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)


def test_a_throttle_is_set_read_ended_and_removed(alice: Persona) -> None:
    made = alice.client.post(f"{BASE}/throttles", {"site": "google", "messages": 30})
    assert (made.status, made.json["per_minute_now"]) == (201, 30.0)
    one = made.headers["location"]
    assert alice.client.get(one).json == made.json
    assert alice.client.post(f"{one}/resume", None).json["paused_until"] is None
    assert alice.client.get(f"{BASE}/throttles").json["data"][0]["site"] == "google"
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)


def test_a_warm_up_begins_and_ends(alice: Persona) -> None:
    made = alice.client.post(f"{BASE}/warmups", {"source": "direct", "plan": "careful"})
    assert (made.status, made.json["cap"]) == (201, 20)
    assert alice.client.get(f"{BASE}/warmups").json["data"] == [made.json]
    assert alice.client.delete(f"{BASE}/warmups/direct").status == 204
    assert alice.client.delete(f"{BASE}/warmups/direct").status == 404
