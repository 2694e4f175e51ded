"""GraphQL over HTTP: its forms of request and answer, its price, and who may ask."""

from __future__ import annotations

import pytest
from graphql import build_client_schema, get_introspection_query, parse, validate

from server.store import database
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.api.problems import check_problem
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
ADDRESS = "/api/v1/graphql"
NEWEST = "{contacts(first: 1) {nodes {first_name company {name}}}}"


def test_a_question_and_a_change_are_answered(alice: Persona, charlie: Persona, operator: Client) -> None:
    change = {"query": "mutation ($i: ContactInput!) {create_contact(input: $i) {id first_name}}", "variables": {"i": {"first_name": "Ada"}}}
    made = alice.client.post(ADDRESS, change)
    assert (made.status, made.headers["content-type"]) == (200, "application/json")
    contact = made.json["data"]["create_contact"]
    assert alice.client.get(f"/api/v1/contacts/{contact['id']}").json["first_name"] == "Ada"
    assert alice.client.post(ADDRESS, {"query": NEWEST}).json == {"data": {"contacts": {"nodes": [{"first_name": "Ada", "company": None}]}}}
    assert charlie.client.post(ADDRESS, {"query": NEWEST}).json == {"data": {"contacts": {"nodes": []}}}
    assert operator.post(f"/admin/v1/tenants/{alice.tenant_id}/graphql", {"query": NEWEST}).json["data"]["contacts"]["nodes"]


def test_several_questions_are_answered_by_a_list(alice: Persona) -> None:
    found = alice.client.post(ADDRESS, [{"query": NEWEST}, {"query": "{broken"}, {"query": "{__typename}"}])
    assert found.status == 200
    assert [sorted(one) for one in found.json] == [["data"], ["errors"], ["data"]]
    for body in ([], [{"query": "{__typename}"}] * 11):
        refused = alice.client.post(ADDRESS, body)
        assert (refused.status, refused.code) == (422, "graphql_batch_size")


@pytest.mark.criterion("api-8")
def test_what_is_no_question_is_a_problem(alice: Persona, appliance: Appliance) -> None:
    for body, status in (
        ({"query": 1}, 422),
        ({}, 422),
        ({"query": ""}, 422),
        ([1], 422),
        ("x", 422),
        ({"query": "{a}", "colour": 1}, 422),
        (b"{", 400),
    ):
        refused = alice.client.post(ADDRESS, body)
        check_problem(refused)
        assert refused.status == status, body
    assert appliance.anonymous.post(ADDRESS, {"query": NEWEST}).status == 401
    assert alice.client.get(ADDRESS).status == 405


def test_clients_of_the_newer_media_type_see_by_the_status_that_nothing_ran(alice: Persona) -> None:
    accept = {"Accept": "application/graphql-response+json, application/json;q=0.9"}
    for query, status in ((NEWEST, 200), ("{nothing}", 400)):
        found = alice.client.post(ADDRESS, {"query": query}, accept)
        assert (found.status, found.headers["content-type"]) == (status, "application/graphql-response+json")
    assert alice.client.post(ADDRESS, {"query": "{nothing}"}).status == 200


def test_a_repeated_change_with_a_key_is_done_once(alice: Persona) -> None:
    change = {"query": 'mutation {create_contact(input: {first_name: "Once"}) {id}}'}
    first, second = (alice.client.post(ADDRESS, change, {"Idempotency-Key": "one"}) for _ in range(2))
    assert first.body == second.body
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.criterion("api-16")
def test_a_question_that_reads_much_uses_up_more_of_the_limit(appliance: Appliance) -> None:
    limits = '[{"requests":20,"period":"hour"}]'
    database.run("INSERT INTO tiers (name, limits, version, created_at, updated_at) VALUES ('priced', ?, 1, 0, 0) ON CONFLICT DO NOTHING", (limits,))
    client = appliance.persona("alice", appliance.tenant("priced")).client

    def left(first: int) -> int:
        reply = client.post(ADDRESS, {"query": f"{{contacts(first: {first}) {{nodes {{company {{id}}}}}}}}"})
        return int(reply.headers["x-ratelimit-remaining"]) if reply.status == 200 else -reply.status

    assert [left(1), left(50), left(200), left(200)] == [19, 18, 14, 10]
    assert client.post(ADDRESS, [{"query": "{contacts(first: 200) {nodes {company {owner {id}}}}}"}] * 10).headers["x-ratelimit-remaining"] == "0"
    assert left(1) == -429


def test_a_foreign_client_reads_the_schema_and_knows_what_it_may_ask(alice: Persona) -> None:
    seen = alice.client.post(ADDRESS, {"query": get_introspection_query()}).json["data"]
    schema = build_client_schema(seen)
    assert validate(schema, parse(NEWEST)) == []
    assert validate(schema, parse("{contacts {nodes {colour}}}")) != []
