"""Events over HTTP: the catalogue, lists, and live streams."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.pace import quickest
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP


class Stream:
    """An open stream; `events` reads so many of it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.response = response

    def events(self, count: int) -> list[dict[str, Any]]:
        """Return the next events, each with its place under `place`."""
        found: list[dict[str, Any]] = []
        fields: dict[str, str] = {}
        while len(found) < count:
            line = self.response.readline().decode().rstrip("\n")
            if not line and "data" in fields:
                found.append({**json.loads(fields["data"]), "place": fields["id"]})
                assert fields["event"] == found[-1]["type"]
                fields = {}
            elif line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
        return found


@contextmanager
def streaming(appliance: Appliance, key: str, path: str = "/api/v1/events/stream", **headers: str) -> Iterator[Stream]:
    """Follow a stream within the block."""
    connection = http.client.HTTPConnection(appliance.url.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}})
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Type")) == (200, "text/event-stream")
    assert response.readline() == b": listening\n"
    yield Stream(response)
    connection.close()


def contact(owner: Persona, name: str = "Ada") -> str:
    return str(owner.client.post("/api/v1/contacts", {"first_name": name}).json["id"])


def test_events_are_listed_and_read_by_id_exactly_as_they_are_sent(alice: Persona, charlie: Persona) -> None:
    made = contact(alice)
    (event,) = alice.client.events("contact.*")
    assert (event["type"], event["data"]["id"]) == ("contact.created", made)
    assert alice.client.get(f"/api/v1/events/{event['id']}").json == event
    assert charlie.client.get(f"/api/v1/events/{event['id']}").status == 404
    assert charlie.client.get("/api/v1/events", query={"type": "contact.*"}).json["data"] == []
    assert alice.client.get("/api/v1/events", query={"type": "contract.*"}).code == "unknown_event_type"
    assert alice.client.get("/api/v1/events", query={"cursor": "AbC"}).code == "invalid_cursor"


def test_the_catalogue_shows_a_sample_of_everything(alice: Persona) -> None:
    found = alice.client.get("/api/v1/event-types").json["data"]
    assert {"contact.created", "webhook.triggered", "import.completed"} <= {kind["name"] for kind in found}
    assert all(kind["sample"]["type"] == kind["name"] for kind in found)


@pytest.mark.criterion("webhooks-24")
def test_a_stream_brings_what_happens_and_goes_on_where_it_was_left(appliance: Appliance, alice: Persona, charlie: Persona) -> None:
    with streaming(appliance, alice.key) as stream:
        contact(charlie)
        made = [contact(alice, name) for name in ("one", "two", "three")]
        found = stream.events(3)
    assert [event["data"]["id"] for event in found] == made
    more = contact(alice, "four")
    with streaming(appliance, alice.key, Last_Event_ID=found[1]["place"]) as stream:
        assert [event["data"]["id"] for event in stream.events(2)] == [made[2], more]


def test_a_stream_brings_an_event_quickly(appliance: Appliance, alice: Persona) -> None:
    with streaming(appliance, alice.key, "/api/v1/events/stream?type=contact.created") as stream:
        assert quickest(lambda: (contact(alice), stream.events(1)), 1.0) < 1.0


def test_a_stream_ends_when_its_key_is_revoked(appliance: Appliance, alice: Persona) -> None:
    other = appliance.persona("other", alice.tenant_id)
    with streaming(appliance, other.key) as stream:
        assert alice.client.delete(f"/api/v1/keys/{other.actor.id}").status == 204
        contact(alice)
        assert b"contact.created" not in stream.response.read()


def test_an_operator_follows_all_tenants_and_nobody_else_does(appliance: Appliance, alice: Persona, charlie: Persona, operator: Client) -> None:
    key = str(operator.key)
    with streaming(appliance, key, "/admin/v1/events/stream") as stream:
        made = [contact(alice), contact(charlie)]
        assert [event["data"]["id"] for event in stream.events(2)] == made
    assert alice.client.get("/admin/v1/events/stream").status == 404


def test_a_stream_refuses_before_it_begins(alice: Persona, appliance: Appliance) -> None:
    narrow = appliance.persona("narrow", alice.tenant_id, scopes=("contacts:read",))
    assert narrow.client.get("/api/v1/events/stream").status == 403
    assert alice.client.get("/api/v1/events/stream", query={"last_event_id": "AbC"}).code == "invalid_cursor"


def test_a_type_is_found_by_name_and_alias_with_every_version(alice: Persona) -> None:
    found = alice.client.get("/api/v1/event-types/HubSpotContactCreated").json
    assert (found["name"], found["patterns"]) == ("contact.created", ["contact.created", "contact.*", "*"])
    assert [one["schema"]["title"] for one in found["versions"]] == ["contact.created"]
    assert alice.client.get("/api/v1/event-types/contact.vanished").status == 404
