"""Dated versions over HTTP: two are served at once, old ones announce their end, and tenants see who still uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import http_sf
import pytest

from server.domain.versions import moment
from server.system import clock
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client, Reply
from tests.api.problems import check_problem
from tests.pace import SOON, awaited, until

CONTACTS = "/api/v1/contacts"
OLD = "2026-08-01"
NOW = "2026-11-01"
IN_OLD = {"Junction-Version": OLD}


@pytest.fixture
def dated(alice: Persona, appliance: Appliance) -> Client:
    """Return a client whose key is pinned to the old version."""
    made = alice.client.post("/api/v1/keys", {"name": "Old", "scopes": ["*"], "api_version": OLD}).json
    assert made["api_version"] == OLD
    return appliance.client(made["key"])


@pytest.fixture
def later() -> Iterator[Callable[[str], None]]:
    """Yield what moves the clock to a day."""
    with clock.frozen(clock.now_ms()) as held:

        def move(day: str) -> None:
            held.at_ms = moment(day)

        yield move


@pytest.mark.criterion("api-23")
def test_two_versions_are_served_at_once_each_in_its_own_words(alice: Persona, dated: Client) -> None:
    made = dated.post(CONTACTS, {"email": "a@example.com", "lifecycle_stage": "lead"})
    assert (made.status, made.json["lifecycle_stage"], "lifecycle" in made.json) == (201, "lead", False)
    address = f"{CONTACTS}/{made.json['id']}"
    present = alice.client.get(address)
    assert (present.json["lifecycle"], "lifecycle_stage" in present.json) == ("lead", False)
    assert list(present.json).index("lifecycle") == list(made.json).index("lifecycle_stage")
    changed = dated.patch(address, {"lifecycle_stage": "customer"}, {"If-Match": present.headers["etag"]})
    assert (changed.status, changed.json["lifecycle_stage"]) == (200, "customer")
    assert alice.client.get(address).json["lifecycle"] == "customer"
    listed = dated.get(CONTACTS, query={"filter[lifecycle_stage][eq]": "customer", "fields": "id,lifecycle_stage", "sort": "-lifecycle_stage"})
    assert listed.json["data"] == [{"id": made.json["id"], "object": "contact", "lifecycle_stage": "customer"}]
    deal = alice.client.made("deals", name="Big", contact_id=made.json["id"])
    expanded = dated.get(f"/api/v1/deals/{deal['id']}", query={"expand": "contact"})
    assert expanded.json["contact"]["lifecycle_stage"] == "customer"


@pytest.mark.criterion("api-23")
def test_a_header_chooses_a_version_over_the_pinned_one(alice: Persona, dated: Client) -> None:
    contact = alice.client.made("contacts", lifecycle="lead")
    address = f"{CONTACTS}/{contact['id']}"
    replies = [alice.client.get(address), alice.client.get(address, IN_OLD), dated.get(address), dated.get(address, {"Junction-Version": NOW})]
    assert [reply.headers["junction-version"] for reply in replies] == [NOW, OLD, OLD, NOW]
    assert ["lifecycle_stage" in reply.json for reply in replies] == [False, True, True, False]
    assert "lifecycle_stage" in dated.get(address.replace("/v1", "")).json


def test_a_version_that_never_was_is_refused_and_says_which_are(alice: Persona, appliance: Appliance) -> None:
    refused = alice.client.get(CONTACTS, {"Junction-Version": "2020-01-01"})
    check_problem(refused)
    assert (refused.status, refused.code) == (400, "unknown_version")
    assert OLD in refused.json["detail"]
    pinned = alice.client.post("/api/v1/keys", {"name": "k", "scopes": ["*"], "api_version": "2020-01-01"})
    assert (pinned.status, pinned.pointers) == (422, ["/api_version"])


def test_a_refusal_uses_the_words_of_the_version(dated: Client) -> None:
    refused = dated.post(CONTACTS, {"lifecycle_stage": 7})
    assert (refused.status, refused.pointers) == (422, ["/lifecycle_stage"])


def check_announcement(reply: Reply) -> None:
    """Check Deprecation (RFC 9745), Sunset (RFC 8594) and the links to more."""
    found: Any = http_sf.parse(reply.headers["deprecation"].encode(), tltype="item")
    deprecated: datetime = found[0]
    sunset = parsedate_to_datetime(reply.headers["sunset"])
    assert (sunset - deprecated).days >= 365
    assert (sunset - datetime.now(UTC)).days >= 365
    assert 'rel="' in reply.headers["link"]


@pytest.mark.criterion("api-23")
def test_an_old_version_announces_its_end_and_the_present_one_does_not(alice: Persona, dated: Client) -> None:
    check_announcement(dated.get(CONTACTS))
    assert not {"deprecation", "sunset"} & set(alice.client.get(CONTACTS).headers)
    streamed = dated.get(f"{CONTACTS}/export")
    check_announcement(streamed)
    assert streamed.headers["junction-version"] == NOW, "a stream speaks the present version"
    (old, present) = alice.client.get("/api/v1/versions").json["data"]
    assert (old["version"], old["current"], old["sunset_at"] > old["deprecated_at"], len(old["changes"])) == (OLD, False, True, 1)
    assert (present["version"], present["current"], present["deprecated_at"], present["changes"]) == (NOW, True, None, [])


@pytest.mark.criterion("api-23")
def test_a_deprecated_operation_announces_its_end_and_its_successor(alice: Persona) -> None:
    reply = alice.client.get("/api/v1/object-types")
    check_announcement(reply)
    assert reply.headers["link"].endswith('</api/v1/objects>; rel="successor-version"')
    assert "deprecation" not in alice.client.get("/api/v1/objects").headers
    document = alice.client.get("/openapi.json").json["paths"]
    assert document["/api/v1/object-types"]["get"]["deprecated"] is True
    assert "deprecated" not in document["/api/v1/objects"]["get"]


@pytest.mark.criterion("api-23")
def test_what_is_retired_is_gone(alice: Persona, dated: Client, later: Callable[[str], None]) -> None:
    later("2028-05-31")
    assert dated.get(CONTACTS).status == 200
    later("2028-06-01")
    for reply, code in (
        (dated.get(CONTACTS), "version_retired"),
        (alice.client.get(CONTACTS, IN_OLD), "version_retired"),
        (alice.client.get("/api/v1/object-types"), "operation_retired"),
    ):
        check_problem(reply)
        assert (reply.status, reply.code) == (410, code)
    assert alice.client.get(CONTACTS).status == 200
    assert [one["version"] for one in alice.client.get("/api/v1/versions").json["data"]] == [NOW]


@pytest.mark.criterion("api-23")
def test_a_key_moves_to_another_version_when_its_owner_says_so(alice: Persona, dated: Client) -> None:
    me = dated.get("/api/v1/me").json
    moved = alice.client.patch(f"/api/v1/keys/{me['id']}", {"api_version": NOW})
    assert (moved.status, moved.json["api_version"]) == (200, NOW)
    until(lambda: dated.get(CONTACTS).headers["junction-version"] == NOW, SOON)


@pytest.mark.criterion("api-23")
def test_a_tenant_sees_who_still_calls_what_is_going_to_end(alice: Persona, charlie: Persona, dated: Client, appliance: Appliance) -> None:
    mine = dated.get("/api/v1/me").json["id"]
    for _ in range(3):
        dated.get(CONTACTS)
    alice.client.get("/api/v1/object-types")
    wanted = {(mine, "get_me", OLD, 1), (mine, "list_contacts", OLD, 3), (alice.actor.id, "list_object_types", NOW, 1)}
    found = awaited(lambda: alice.client.get("/api/v1/usage/deprecations").json["data"], lambda found: len(found) == len(wanted))
    assert {(one["actor"]["id"], one["operation"], one["version"], one["calls"]) for one in found} == wanted
    assert {one["version"]: one["version_sunset_at"] for one in found} == {OLD: "2028-06-01T00:00:00.000Z", NOW: None}
    first = alice.client.get("/api/v1/usage/deprecations", query={"limit": 1}).json
    second = alice.client.get("/api/v1/usage/deprecations", query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert first["data"] + second["data"] == found
    assert charlie.client.get("/api/v1/usage/deprecations").json["data"] == []
    operator = appliance.operator()
    assert operator.get("/admin/v1/deprecations", query={"tenant": alice.tenant_id}).json["data"] == found
    assert operator.get(f"/admin/v1/tenants/{alice.tenant_id}/usage/deprecations").json["data"] == found


@pytest.mark.criterion("api-23")
def test_a_batch_speaks_the_version_too(dated: Client) -> None:
    body = {"first_name": "Ada", "lifecycle_stage": "lead"}
    reply = dated.post("/api/v1/batch", {"operations": [{"method": "POST", "path": "/contacts", "body": body}]})
    (found,) = reply.json["results"]
    assert (found["status"], found["body"]["lifecycle_stage"], "lifecycle" in found["body"]) == (201, "lead", False)
