"""Idempotency-Key: the first answer again, byte for byte, for whoever asked first, and for nobody else."""

from __future__ import annotations

import pytest

from server.services import idempotency
from server.store import database
from server.system import clock
from tests.api.appliance import Appliance, Persona, Personas
from tests.api.problems import check_problem

CONTACTS = "/api/v1/contacts"
ONCE = {"Idempotency-Key": "7d6a3f0e-3c5b-4c5e-9d53-0b8f4f0f6a1c"}


@pytest.mark.criterion("api-20")
@pytest.mark.parametrize("spelling", ["7d6a3f0e", '"7d6a3f0e"', " 7d6a3f0e "])
def test_a_repetition_gets_the_first_answer_byte_for_byte(alice: Persona, spelling: str) -> None:
    first = alice.client.post(CONTACTS, {"first_name": "A"}, {"Idempotency-Key": "7d6a3f0e"})
    again = alice.client.post(CONTACTS, {"first_name": "A"}, {"Idempotency-Key": spelling})
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert [again.headers[name] for name in ("location", "etag")] == [first.headers[name] for name in ("location", "etag")]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(alice.client.get(CONTACTS).json["data"]) == 1


@pytest.mark.criterion("api-20")
def test_another_body_or_address_under_the_same_key_is_refused(alice: Persona) -> None:
    alice.client.post(CONTACTS, {"first_name": "A"}, ONCE)
    for target, body in ((CONTACTS, {"first_name": "B"}), ("/api/v1/companies", {"name": "A"})):
        reply = alice.client.post(target, body, ONCE)
        check_problem(reply)
        assert (reply.status, reply.code) == (422, "idempotency_key_reused")


@pytest.mark.criterion("api-20")
def test_a_repetition_while_the_first_runs_is_told_to_wait(alice: Persona) -> None:
    alice.client.post(CONTACTS, {"first_name": "A"}, ONCE)
    database.run("UPDATE idempotency SET answer = NULL WHERE tenant_id = ?", (alice.tenant_id,))
    reply = alice.client.post(CONTACTS, {"first_name": "A"}, ONCE)
    check_problem(reply)
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (409, "idempotency_key_in_use", "1")


def test_a_request_that_died_with_its_process_does_not_hold_its_key_for_ever(alice: Persona) -> None:
    alice.client.post(CONTACTS, {"first_name": "A"}, ONCE)
    long_ago = clock.now_ms() - idempotency.LONGEST_RUN_MS - 1
    database.run("UPDATE idempotency SET answer = NULL, created_at = ? WHERE tenant_id = ?", (long_ago, alice.tenant_id))
    assert alice.client.post(CONTACTS, {"first_name": "A"}, ONCE).status == 201


def test_a_day_later_the_key_is_free(alice: Persona) -> None:
    first = alice.client.post(CONTACTS, {"first_name": "A"}, ONCE)
    database.run("UPDATE idempotency SET created_at = ? WHERE tenant_id = ?", (clock.now_ms() - idempotency.KEPT_MS - 1, alice.tenant_id))
    second = alice.client.post(CONTACTS, {"first_name": "B"}, ONCE)
    assert second.status == 201
    assert second.json["id"] != first.json["id"]


def test_a_refusal_is_not_kept(alice: Persona) -> None:
    assert alice.client.post(CONTACTS, {"first_name": 1}, ONCE).status == 422
    assert alice.client.post(CONTACTS, {"external_ids": {"shop": "1"}}, {"Idempotency-Key": "other"}).status == 201
    assert alice.client.post(CONTACTS, {"external_ids": {"shop": "1"}}, ONCE).status == 409
    assert alice.client.post(CONTACTS, {"first_name": "A"}, ONCE).status == 201


def test_a_patch_is_repeated_without_a_second_change(alice: Persona) -> None:
    here = f"{CONTACTS}/{alice.client.made('contacts')['id']}"
    first = alice.client.patch(here, {"first_name": "A"}, ONCE)
    alice.client.patch(here, {"first_name": "B"})
    again = alice.client.patch(here, {"first_name": "A"}, ONCE)
    assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    assert alice.client.get(here).json["first_name"] == "B"


def test_keys_of_two_tenants_and_modes_do_not_meet(appliance: Appliance, personas: Personas) -> None:
    sandbox = appliance.persona("alice-test", personas.alice.tenant_id, mode="test")
    answers = [who.client.post(CONTACTS, {"first_name": "A"}, ONCE) for who in (personas.alice, personas.charlie, sandbox)]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 3


def test_an_answer_with_a_secret_is_given_again_only_to_whoever_asked_first(personas: Personas) -> None:
    body = {"name": "k", "scopes": ["contacts:read"]}
    first = personas.alice.client.post("/api/v1/keys", body, ONCE)
    assert personas.alice.client.post("/api/v1/keys", body, ONCE).body == first.body
    reply = personas.bob.client.post("/api/v1/keys", body, ONCE)
    assert reply.status in {403, 422}
    assert first.json["key"] not in reply.body.decode()


def test_a_kept_answer_is_sealed(alice: Persona) -> None:
    made = alice.client.post("/api/v1/keys", {"name": "k", "scopes": ["contacts:read"]}, ONCE).json
    row = database.row("SELECT answer FROM idempotency WHERE tenant_id = ?", (alice.tenant_id,))
    assert row is not None
    assert made["key"].encode() not in bytes(row[0])
