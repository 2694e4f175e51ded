"""Credentials: how they are presented, what they may do, and when they end, on every process at once."""

from __future__ import annotations

import time
from ipaddress import ip_network

import pytest

from server.domain import keys as key_texts
from server.domain.actor import system_actor
from server.domain.permissions import ROLES, SCOPES, grants
from server.services import tenants
from server.store import api_keys, database
from server.system import clock
from tests.api.appliance import Appliance, Persona, Personas, process
from tests.api.client import Client, Links
from tests.api.problems import check_problem
from tests.pace import SOON, best, seconds, until

CONTACTS = "/api/v1/contacts"
KEYS = "/api/v1/keys"


@pytest.mark.parametrize(
    "header", ["Authorization: Bearer {}", "authorization: bearer {}", "Authorization: Bearer   {}", "X-API-Key: {}", "x-api-key: {}"]
)
def test_a_key_is_presented_in_either_header(appliance: Appliance, alice: Persona, header: str) -> None:
    name, _, value = header.format(alice.key).partition(": ")
    assert appliance.anonymous.get(CONTACTS, {name: value}).status == 200


@pytest.mark.parametrize("value", ["Basic YTpi", "Bearer", "Bearer ", "Digest x", "jct_live_key_x", ""])
def test_another_scheme_is_explained(appliance: Appliance, value: str) -> None:
    reply = appliance.anonymous.get(CONTACTS, {"Authorization": value})
    check_problem(reply)
    assert (reply.status, reply.code) == (401, "invalid_request")
    assert reply.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.criterion("api-10")
def test_a_mistyped_key_is_refused_without_asking_the_database(appliance: Appliance, alice: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(api_keys, "find_by_digest", fail)
    swapped = alice.key[:20] + ("a" if alice.key[20] != "a" else "b") + alice.key[21:]
    for text in (swapped, alice.key[:-1], alice.key + "x", alice.key.replace("live", "test"), "x" * 5000, "ключ".encode().decode("latin-1")):
        reply = appliance.client(text).get(CONTACTS)
        check_problem(reply)
        assert (reply.status, reply.code) == (401, "invalid_key")


@pytest.mark.criterion("api-10")
def test_a_key_is_shown_once_and_stored_nowhere(alice: Persona) -> None:
    made = alice.client.post(KEYS, {"name": "Shop", "scopes": ["contacts:read"]})
    text = made.json["key"]
    assert made.status == 201
    assert made.headers["location"] == f"{KEYS}/{made.json['id']}"
    assert key_texts.parse(text) is not None
    for target in (KEYS, made.headers["location"]):
        assert text not in alice.client.get(target).body.decode()
    for table in ("api_keys", "events", "audit"):
        assert text not in repr(database.rows(f"SELECT * FROM {table} WHERE tenant_id = ?", (alice.tenant_id,)))  # noqa: S608 - names from here


def test_a_well_formed_key_that_was_never_given_out_is_refused(appliance: Appliance) -> None:
    reply = appliance.client(key_texts.mint("live", "key")).get(CONTACTS)
    assert (reply.status, reply.code) == (401, "invalid_key")


@pytest.mark.criterion("api-11")
def test_an_expired_key_is_refused_though_it_is_remembered(appliance: Appliance, alice: Persona) -> None:
    soon = clock.rfc3339(clock.now_ms() + 400)
    client = appliance.client(alice.client.post(KEYS, {"name": "k", "scopes": ["*"], "expires_at": soon}).json["key"])
    assert client.get(CONTACTS).status == 200
    time.sleep(0.5)
    reply = client.get(CONTACTS)
    assert (reply.status, reply.code) == (401, "expired_key")


@pytest.mark.criterion("api-11")
def test_a_key_works_only_from_its_addresses(appliance: Appliance, alice: Persona) -> None:
    here = appliance.client(alice.client.post(KEYS, {"name": "k", "scopes": ["*"], "allowed_addresses": ["127.0.0.0/8"]}).json["key"])
    made = alice.client.post(KEYS, {"name": "k", "scopes": ["*"], "allowed_addresses": ["192.0.2.7", "2001:db8::/32"]}).json
    assert [ip_network(one) for one in made["allowed_addresses"]] == [ip_network("192.0.2.7/32"), ip_network("2001:db8::/32")]
    assert here.get(CONTACTS).status == 200
    for headers in ({}, {"X-Forwarded-For": "192.0.2.7"}):
        reply = appliance.client(made["key"]).get(CONTACTS, headers)
        assert (reply.status, reply.code) == (403, "address_not_allowed")


@pytest.mark.parametrize("address", ["here", "192.0.2.0/33", "", "192.0.2.1 - 192.0.2.9"])
def test_what_is_no_address_is_no_address(alice: Persona, address: str) -> None:
    reply = alice.client.post(KEYS, {"name": "k", "scopes": ["*"], "allowed_addresses": [address]})
    assert (reply.status, reply.pointers) == (422, ["/allowed_addresses/0"])


def test_scopes_have_aliases_and_unknown_ones_are_named(alice: Persona) -> None:
    made = alice.client.post(KEYS, {"name": "k", "scopes": ["contacts.read", "activities.create", "*"]})
    assert made.json["scopes"] == ["*", "activities:write", "contacts:read"]
    reply = alice.client.post(KEYS, {"name": "k", "scopes": ["contacts:read", "contatcs:read", "x"]})
    assert (reply.status, reply.pointers) == (422, ["/scopes/1", "/scopes/2"])
    assert "contacts:read" in reply.json["errors"][0]["detail"]


@pytest.mark.criterion("api-14")
def test_nobody_gives_away_more_than_they_have(appliance: Appliance, alice: Persona) -> None:
    narrow = appliance.persona("narrow", alice.tenant_id, scopes=("keys:write", "contacts:read")).client
    assert narrow.post(KEYS, {"name": "k", "scopes": ["contacts:read"]}).status == 201
    for scopes in (["contacts:write"], ["deals:read"], ["*"]):
        reply = narrow.post(KEYS, {"name": "k", "scopes": scopes})
        assert (reply.status, reply.code) == (403, "insufficient_scope")


@pytest.mark.criterion("api-14")
@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
def test_a_key_may_do_what_both_its_scopes_and_its_owner_s_role_allow(appliance: Appliance, alice: Persona, role: str) -> None:
    everything = appliance.persona("somebody", alice.tenant_id, role)
    readers = {scope: f"/api/v1/{scope.partition(':')[0]}" for scope in SCOPES if scope.endswith(":read")}
    for scope, target in readers.items():
        reply = everything.client.get(target)
        if reply.status != 404:
            assert (reply.status == 200) == grants(ROLES[role], scope), (scope, reply.body)


@pytest.mark.criterion("api-11")
def test_a_rotated_key_goes_on_for_the_overlap(appliance: Appliance, alice: Persona) -> None:
    old = alice.client.post(KEYS, {"name": "k", "scopes": ["contacts:read"]}).json
    fresh = alice.client.post(f"{KEYS}/{old['id']}/rotate", {"overlap_seconds": 1})
    assert fresh.status == 201
    assert (fresh.json["scopes"], fresh.json["name"]) == (old["scopes"], old["name"])
    both = [appliance.client(text) for text in (old["key"], fresh.json["key"])]
    assert [client.get(CONTACTS).status for client in both] == [200, 200]
    time.sleep(1.1)
    assert [client.get(CONTACTS).status for client in both] == [401, 200]


@pytest.mark.criterion("api-11")
def test_a_revoked_key_is_dead_on_every_process_within_a_second(appliance: Appliance, alice: Persona) -> None:
    with process(appliance.settings) as address:
        links = Links(address)

        def died() -> float:
            made = alice.client.post(KEYS, {"name": "k", "scopes": ["*"]}).json
            clients = [appliance.client(made["key"]), Client(links, made["key"])]
            assert [client.get(CONTACTS).status for client in clients] == [200, 200]
            assert alice.client.delete(f"{KEYS}/{made['id']}").status == 204
            assert alice.client.get(f"{KEYS}/{made['id']}").status == 404
            return seconds(lambda: until(lambda: all(client.get(CONTACTS).status == 401 for client in clients)))

        assert best(died, 1) < 1
        links.close()


def test_the_key_of_a_user_ends_with_the_user(appliance: Appliance, alice: Persona) -> None:
    user = appliance.user("carol", alice.tenant_id, "member")
    client = appliance.client(alice.client.post(KEYS, {"name": "k", "scopes": ["*"], "user_id": user}).json["key"])
    assert client.get(CONTACTS).status == 200
    assert client.get("/api/v1/audit").status == 403
    assert alice.client.delete(f"/api/v1/users/{user}").status == 204
    until(lambda: client.get(CONTACTS).status == 401, SOON)


def test_a_suspended_tenant_is_let_in_nowhere_and_loses_nothing(personas: Personas) -> None:
    alice, charlie = personas.alice, personas.charlie
    made = alice.client.made("contacts", first_name="A")
    tenants.suspend(system_actor(""), alice.tenant_id)
    until(lambda: alice.client.get(CONTACTS).status == 403, SOON)
    reply = alice.client.get(CONTACTS)
    check_problem(reply)
    assert reply.code == "tenant_suspended"
    assert charlie.client.get(CONTACTS).status == 200
    tenants.resume(system_actor(""), alice.tenant_id)
    until(lambda: alice.client.get(CONTACTS).status == 200, SOON)
    assert alice.client.get(f"{CONTACTS}/{made['id']}").json == made


def test_a_test_key_says_so_and_makes_only_test_keys(alice: Persona, appliance: Appliance) -> None:
    made = alice.client.post(KEYS, {"name": "k", "scopes": ["*"], "test": True}).json
    assert made["key"].startswith("jct_test_")
    assert made["mode"] == "test"
    sandbox = appliance.client(made["key"])
    assert sandbox.post(KEYS, {"name": "k", "scopes": ["*"]}).json["key"].startswith("jct_test_")
    assert sandbox.get(CONTACTS, {"Junction-Mode": "live"}).json["data"] == []


def test_when_a_key_was_last_used_is_seen(alice: Persona, appliance: Appliance) -> None:
    made = alice.client.post(KEYS, {"name": "k", "scopes": ["*"]}).json
    assert made["last_used_at"] is None
    appliance.client(made["key"]).get(CONTACTS)
    until(lambda: alice.client.get(f"{KEYS}/{made['id']}").json["last_used_at"] is not None)


def test_both_spellings_of_the_address_of_keys_are_one(alice: Persona) -> None:
    made = alice.client.post("/api/v1/api-keys", {"name": "k", "scopes": ["*"]}).json
    assert alice.client.get(f"{KEYS}/{made['id']}").json["id"] == made["id"]
    assert alice.client.delete(f"/api/v1/api-keys/{made['id']}").status == 204
