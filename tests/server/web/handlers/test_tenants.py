"""Tenants over HTTP: operators make, change, export and delete them, and nobody else sees the address."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from server.system import ids
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.server.web.handlers.people import OVER_HTTP, soon

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

BASE = "/admin/v1/tenants"


def test_creating_is_idempotent_by_name(operator: Client) -> None:
    body = {"name": ids.new_id("name"), "timezone": "Europe/Berlin", "currency": "chf"}
    created, again = operator.post(BASE, body), operator.post(BASE, body)
    assert (created.status, again.status) == (201, 200)
    assert created.json == again.json
    assert (created.json["currency"], created.json["tier"]) == ("CHF", "standard")
    assert created.headers["location"] == f"{BASE}/{created.json['id']}"


def test_a_tenant_is_changed_with_its_version(operator: Client, alice: Persona) -> None:
    path = f"{BASE}/{alice.tenant_id}"
    tenant = operator.get(path).json
    changed = operator.patch(path, {"language": "de"}, {"If-Match": f'"{tenant["version"]}"'})
    assert (changed.status, changed.json["language"]) == (200, "de")
    assert operator.patch(path, {"language": "fr"}, {"If-Match": f'"{tenant["version"]}"'}).status == 412
    for body, pointer in (({"timezone": "Mars/Base"}, "/timezone"), ({"tier": "gold"}, "/tier"), ({"currency": "XXXX"}, "/currency")):
        assert operator.patch(path, body).pointers == [pointer]


@pytest.mark.criterion("api-19")
def test_a_tenant_may_want_every_change_to_name_the_version(operator: Client, alice: Persona, charlie: Persona) -> None:
    made, theirs = alice.client.made("contacts", first_name="A"), charlie.client.made("contacts", first_name="A")
    assert operator.patch(f"{BASE}/{alice.tenant_id}", {"require_if_match": True}).json["require_if_match"] is True
    here = f"/api/v1/contacts/{made['id']}"
    for method, body in (("PATCH", {"first_name": "B"}), ("PUT", {"first_name": "B"}), ("DELETE", None)):
        refused = alice.client.send(method, here, body)
        assert (refused.status, refused.code) == (428, "precondition_required")
    assert alice.client.get(here).json == made
    assert alice.client.patch(here, {"first_name": "B"}, {"If-Match": '"1"'}).status == 200
    assert alice.client.patch(here, {"first_name": "C"}, {"If-Match": "*"}).status == 200
    assert alice.client.put("/api/v1/contacts/by-external-id/shop/1", {"first_name": "D"}).status == 201, "nobody can have read it before"
    assert charlie.client.patch(f"/api/v1/contacts/{theirs['id']}", {"first_name": "B"}).status == 200
    operator.patch(f"{BASE}/{alice.tenant_id}", {"require_if_match": False})
    assert alice.client.send("DELETE", here).status == 204


def test_a_suspended_tenant_gets_in_again_when_resumed(operator: Client, alice: Persona, charlie: Persona) -> None:
    path = f"{BASE}/{alice.tenant_id}"
    assert operator.post(f"{path}/suspend").json["status"] == "suspended"
    assert soon(lambda: alice.client.get("/api/v1/contacts"), 403).code == "tenant_suspended"
    assert charlie.client.get("/api/v1/contacts").status == 200
    assert operator.post(f"{path}/resume").json["status"] == "active"
    soon(lambda: alice.client.get("/api/v1/contacts"), 200)


def test_an_export_is_json_lines_of_this_tenant_alone(operator: Client, alice: Persona, charlie: Persona) -> None:
    ours = alice.client.made("contacts", first_name="Ours")
    charlie.client.made("contacts", first_name="Theirs")
    reply = operator.get(f"{BASE}/{alice.tenant_id}/export")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/x-ndjson")
    lines = [json.loads(line) for line in reply.body.splitlines()]
    assert (lines[0]["kind"], lines[-1]["kind"]) == ("archive", "end")
    assert [line["row"]["id"] for line in lines if line["kind"] == "contact"] == [ours["id"]]
    assert b"Theirs" not in reply.body
    assert alice.key.encode() not in reply.body
    assert operator.get(f"{BASE}/ten_nobody/export").status == 404


def test_deleting_needs_the_name_and_leaves_nothing(operator: Client, alice: Persona, charlie: Persona) -> None:
    path = f"{BASE}/{alice.tenant_id}"
    alice.client.made("contacts", first_name="Gone")
    name = operator.get(path).json["name"]
    assert operator.delete(path).code == "confirmation_needed"
    assert operator.delete(f"{path}?confirm=somebody").status == 422
    assert operator.delete(f"{path}?confirm={quote(name)}").status == 204
    assert operator.get(path).status == 404
    assert operator.get(f"{path}/contacts").status == 404
    soon(lambda: alice.client.get("/api/v1/contacts"), 401)
    assert charlie.client.get("/api/v1/contacts").status == 200
    assert {entry["action"] for entry in operator.get("/admin/v1/audit", query={"object_id": alice.tenant_id}).json["data"]} >= {"tenant.deleted"}


@pytest.mark.parametrize("method_and_path", ["GET ", "POST ", "GET /{}", "PATCH /{}", "DELETE /{}", "POST /{}/suspend", "GET /{}/export"])
def test_nobody_else_finds_the_address(alice: Persona, bob: Persona, charlie: Persona, appliance: Appliance, method_and_path: str) -> None:
    method, path = method_and_path.split(" ")
    target = BASE + path.format(alice.tenant_id)
    for client in (alice.client, bob.client, charlie.client):
        assert client.send(method, target, {"name": "x"} if method in {"POST", "PATCH"} else None).status == 404
    assert appliance.anonymous.send(method, target).status == 401


def test_a_list_is_walked_by_its_own_cursors_only(operator: Client, alice: Persona, charlie: Persona) -> None:
    page = operator.get(BASE, query={"limit": 1}).json
    assert page["has_more"]
    assert operator.get(BASE, query={"limit": 1, "cursor": page["next_cursor"]}).json["data"][0]["id"] > page["data"][0]["id"]
    assert operator.get(BASE, query={"cursor": alice.tenant_id}).code == "invalid_cursor"
