"""Every resource is created, read, changed, replaced, deleted, restored and upserted by the same rules."""

from __future__ import annotations

from typing import Any

import pytest

from server.store import database
from server.store.records import resources
from server.web.documents import example_of
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.client import Reply, path_of
from tests.api.problems import check_headers, check_problem

RESOURCES = {resource.plural: resource for resource in resources() if resource.noun != "object"}
CONTACTS = "/api/v1/contacts"
REACHED = {"payment": ["payment.succeeded"]}
"""What the example of a resource has come to the moment it is created."""


def events_of(record_id: str) -> list[str]:
    """Return the types of the events that speak of a record, in their order."""
    return [str(row[0]) for row in database.rows("SELECT type FROM events WHERE object_id = ? ORDER BY position", (record_id,))]


@pytest.mark.parametrize("plural", RESOURCES)
def test_a_record_lives_through_its_whole_life(alice: Persona, plural: str) -> None:
    api, base, resource = alice.client, f"/api/v1/{plural}", RESOURCES[plural]
    body = example_of(resource)
    created = api.post(base, body)
    assert created.status == 201
    record = created.json
    here = f"{base}/{record['id']}"
    assert created.headers["location"] == here
    assert created.headers["etag"] == '"1"'
    assert record["id"].startswith(f"{resource.prefix}_")
    assert record["object"] == resource.noun
    assert api.get(here).json == record
    assert [one["id"] for one in api.get(base).json["data"]] == [record["id"]]

    changed = api.patch(here, {"tags": ["vip"], "external_ids": {"shop": "1"}})
    assert (changed.json["version"], changed.json["tags"]) == (2, ["vip"])
    replaced = api.put(here, body)
    assert (replaced.json["version"], replaced.json["tags"], replaced.json["external_ids"]) == (3, [], {})
    assert {name: value for name, value in replaced.json.items() if name not in {"version", "updated_at"}} == {
        name: value for name, value in record.items() if name not in {"version", "updated_at"}
    }

    gone = api.delete(here)
    assert (gone.status, gone.body) == (204, b"")
    assert api.get(here).status == api.patch(here, {}).status == api.put(here, body).status == api.delete(here).status == 404
    assert api.get(base).json["data"] == []
    shown = api.get(base, query={"filter[deleted][eq]": "true"}).json["data"]
    assert [one["id"] for one in shown] == [record["id"]]
    assert shown[0]["deleted_at"]

    back = api.post(f"{here}/restore")
    assert (back.status, back.json["version"]) == (200, 5)
    assert api.get(here).json == back.json
    again = api.post(f"{here}/restore")
    assert (again.status, again.code) == (409, "not_deleted")
    noun = resource.noun
    assert events_of(record["id"]) == [
        f"{noun}.created",
        *REACHED.get(noun, ()),
        f"{noun}.updated",
        f"{noun}.updated",
        f"{noun}.deleted",
        f"{noun}.restored",
    ]


@pytest.mark.parametrize("plural", RESOURCES)
def test_an_external_system_creates_once_and_then_changes(alice: Persona, plural: str) -> None:
    body = example_of(RESOURCES[plural])
    target = path_of(plural, "by-external-id", "shop", "4711")
    created = alice.client.put(target, body)
    changed = alice.client.put(target, {"tags": ["again"]})
    assert (created.status, changed.status) == (201, 200)
    assert created.headers["location"] == f"/api/v1/{plural}/{created.json['id']}"
    assert "location" not in changed.headers
    assert (changed.json["id"], changed.json["tags"], changed.json["external_ids"]) == (created.json["id"], ["again"], {"shop": "4711"})
    assert all(changed.json[name] == created.json[name] for name in body)


def test_a_part_of_a_record_changes_one_but_creates_none(alice: Persona) -> None:
    target = path_of("deals", "by-external-id", "shop", "1")
    refused = alice.client.put(target, {"probability": 20, "external_ids": {"old": None}})
    assert (refused.status, refused.code, refused.pointers) == (422, "incomplete_record", ["/name"])
    wrong = alice.client.put(target, {"probability": 200})
    assert (wrong.status, wrong.code, sorted(wrong.pointers)) == (422, "validation_failed", ["/name", "/probability"])
    created = alice.client.put(target, {"name": "D", "probability": None, "tags": None})
    assert (created.status, created.json["probability"], created.json["tags"]) == (201, None, [])
    changed = alice.client.put(target, {"probability": 20})
    assert (changed.status, changed.json["name"], changed.json["probability"]) == (200, "D", 20)


def test_an_external_id_is_taken_once_per_resource_and_freed_by_deleting(alice: Persona) -> None:
    first = alice.client.made("contacts", external_ids={"shop": "1"})
    taken = alice.client.post(CONTACTS, {"external_ids": {"shop": "1"}})
    assert (taken.status, taken.code) == (409, "not_unique")
    assert alice.client.post("/api/v1/companies", {"name": "C", "external_ids": {"shop": "1"}}).status == 201
    alice.client.delete(f"{CONTACTS}/{first['id']}")
    second = alice.client.made("contacts", external_ids={"shop": "1"})
    back = alice.client.post(f"{CONTACTS}/{first['id']}/restore")
    assert (back.status, back.code) == (409, "not_unique")
    alice.client.patch(f"{CONTACTS}/{second['id']}", {"external_ids": {"shop": None}})
    assert alice.client.post(f"{CONTACTS}/{first['id']}/restore").status == 200


def test_two_tenants_have_the_same_external_id(alice: Persona, charlie: Persona) -> None:
    target = path_of("contacts", "by-external-id", "shop", "1")
    ours, theirs = alice.client.put(target, {"first_name": "A"}), charlie.client.put(target, {"first_name": "C"})
    assert (ours.status, theirs.status) == (201, 201)
    assert ours.json["id"] != theirs.json["id"]


PATCHES: dict[str, tuple[Any, Any]] = {
    "a member": ({"first_name": "B"}, {"first_name": "B"}),
    "null takes away": ({"last_name": None}, {"last_name": None}),
    "a member inside": ({"address": {"city": "Bern"}}, {"address": {"line1": "1 Way", "city": "Bern"}}),
    "null inside": ({"address": {"line1": None}}, {"address": {"city": "Bonn"}}),
    "null for the whole": ({"address": None}, {"address": None}),
    "a list as a whole": ({"tags": ["x"]}, {"tags": ["x"]}),
    "null for a list": ({"tags": None}, {"tags": []}),
    "one external id": ({"external_ids": {"b": "2"}}, {"external_ids": {"a": "1", "b": "2"}}),
    "nothing": ({}, {}),
    "what is the case anyway": ({"object": "contact", "first_name": "B"}, {"first_name": "B"}),
}


def compact(value: Any) -> Any:
    """Return an object without its nulls; anything else as it is."""
    return {name: part for name, part in value.items() if part is not None} if isinstance(value, dict) else value


@pytest.mark.parametrize("what", PATCHES)
@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
def test_a_patch_merges(alice: Persona, what: str, media_type: str) -> None:
    patch, outcome = PATCHES[what]
    made = alice.client.made(
        "contacts", first_name="A", last_name="L", address={"line1": "1 Way", "city": "Bonn"}, tags=["a", "b"], external_ids={"a": "1"}
    )
    reply = alice.client.patch(f"{CONTACTS}/{made['id']}", patch, {"Content-Type": media_type})
    assert reply.status == 200, reply.body
    assert {name: compact(reply.json[name]) for name in outcome} == outcome
    untouched = set(made) - set(outcome) - {"version", "updated_at"}
    assert {name: reply.json[name] for name in untouched} == {name: made[name] for name in untouched}
    assert reply.json["version"] == (2 if outcome else 1)


def test_a_put_falls_back_to_defaults_for_what_is_not_given(alice: Persona) -> None:
    made = alice.client.made("deals", name="D", stage="offer", status="won", value={"amount": "5", "currency": "EUR"}, tags=["a"])
    reply = alice.client.put(f"/api/v1/deals/{made['id']}", {"name": "D"})
    assert {name: reply.json[name] for name in ("stage", "status", "value", "tags")} == {"stage": None, "status": "open", "value": None, "tags": []}


@pytest.mark.parametrize("member", ["id", "object", "created_at", "updated_at", "version", "deleted_at"])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_what_the_appliance_sets_cannot_be_written(alice: Persona, member: str, method: str) -> None:
    made = alice.client.made("contacts")
    reply = alice.client.send(method, f"{CONTACTS}/{made['id']}", {member: "2001-01-01T00:00:00.000Z"})
    check_problem(reply)
    assert (reply.status, reply.pointers) == (422, [f"/{member}"])


def test_what_was_read_can_be_sent_back(alice: Persona) -> None:
    made = alice.client.made("deals", name="D", value={"amount": "1234.5", "currency": "eur"}, close_date="2026-12-24")
    assert made["value"] == {"amount": "1234.50", "currency": "EUR"}
    reply = alice.client.put(f"/api/v1/deals/{made['id']}", made)
    assert reply.json == made


def test_times_are_rfc_3339_in_utc(alice: Persona) -> None:
    made = alice.client.made("activities", type="call", due_at="2026-11-20T13:00:00.5+01:00")
    assert made["due_at"] == "2026-11-20T12:00:00.500Z"
    assert made["created_at"].endswith("Z")


def test_references_and_owners_are_of_the_own_tenant(alice: Persona, charlie: Persona, appliance: Appliance) -> None:
    theirs = charlie.client.made("companies", name="Theirs")
    owner = appliance.user("carol", charlie.tenant_id, "member")
    reply = alice.client.post(CONTACTS, {"company_id": theirs["id"], "owner_id": owner})
    assert (reply.status, reply.pointers) == (422, ["/company_id", "/owner_id"])
    assert b"Theirs" not in reply.body


@pytest.mark.criterion("api-28")
def test_live_and_test_never_meet(appliance: Appliance, alice: Persona) -> None:
    sandbox = appliance.persona("alice-test", alice.tenant_id, mode="test").client
    live, test = alice.client.made("contacts", first_name="live"), sandbox.made("contacts", first_name="test")
    assert [one["id"] for one in alice.client.get(CONTACTS).json["data"]] == [live["id"]]
    assert [one["id"] for one in sandbox.get(CONTACTS).json["data"]] == [test["id"]]
    assert sandbox.get(f"{CONTACTS}/{live['id']}").status == alice.client.get(f"{CONTACTS}/{test['id']}").status == 404
    target = path_of("contacts", "by-external-id", "shop", "1")
    assert (alice.client.put(target, {}).status, sandbox.put(target, {}).status) == (201, 201)


def test_a_viewer_reads_and_does_not_write(personas: Personas) -> None:
    made = personas.alice.client.made("contacts", first_name="A")
    assert personas.bob.client.get(f"{CONTACTS}/{made['id']}").status == 200
    reply = personas.bob.client.patch(f"{CONTACTS}/{made['id']}", {"first_name": "B"})
    assert (reply.status, reply.code) == (403, "insufficient_role")
    assert personas.alice.client.get(f"{CONTACTS}/{made['id']}").json == made


def test_head_is_get_without_a_body(alice: Persona) -> None:
    made = alice.client.made("contacts", first_name="A")
    for target in (CONTACTS, f"{CONTACTS}/{made['id']}", f"{CONTACTS}?limit=1&fields=id"):
        whole, head = alice.client.get(target), alice.client.send("HEAD", target)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.body))
        assert head.headers.get("etag") == whole.headers.get("etag")
        check_headers(head)
    assert alice.client.send("HEAD", f"{CONTACTS}/con_1").status == 404


@pytest.mark.parametrize(("target", "methods"), [(CONTACTS, "GET, HEAD, OPTIONS, POST"), (f"{CONTACTS}/x", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT")])
def test_options_and_405_name_the_methods(alice: Persona, appliance: Appliance, target: str, methods: str) -> None:
    for client in (alice.client, appliance.anonymous):
        options: Reply = client.send("OPTIONS", target)
        assert (options.status, options.headers["allow"]) == (204, methods)
    refused = alice.client.send("TRACE", target)
    check_problem(refused)
    assert (refused.status, refused.code, refused.headers["allow"]) == (405, "method_not_allowed", methods)


def test_an_address_without_a_version_is_the_first(alice: Persona) -> None:
    made = alice.client.made("contacts")
    assert alice.client.get(f"/api/contacts/{made['id']}").json == made
    assert alice.client.post("/api/contacts", {}).headers["location"].startswith("/api/v1/contacts/")


def test_an_operator_reaches_a_tenant_through_its_mirror(appliance: Appliance, alice: Persona) -> None:
    operator, base = appliance.operator(), f"/admin/v1/tenants/{alice.tenant_id}/contacts"
    created = operator.post(base, {"first_name": "A"})
    assert created.headers["location"] == f"{base}/{created.json['id']}"
    assert operator.get(created.headers["location"]).json == created.json
    assert alice.client.get(f"{CONTACTS}/{created.json['id']}").status == 200
    assert operator.get(CONTACTS).status == 404
    assert operator.get("/admin/v1/tenants/ten_none/contacts").status == 404
    sandbox = operator.get(base, {"Junction-Mode": "test"})
    assert sandbox.json["data"] == []
