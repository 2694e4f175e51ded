"""Records by GraphQL: the same rows as by their addresses, with what they refer to, in a constant number of queries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.domain.filters import parse_query
from server.services import records
from server.store import database
from server.store.records import by_noun
from tests.server.web.graphql import asking
from tests.server.web.graphql.asking import asked, codes, made

CONTACT = by_noun()["contact"]


def house(actor: Actor, contacts: int = 3) -> list[dict[str, Any]]:
    """Make a company with contacts, each with two deals."""
    company = made(actor, "company", name="Acme", address={"city": "Berlin"})
    people = [made(actor, "contact", first_name=f"C{number}", company_id=company["id"], tags=["vip"]) for number in range(contacts)]
    for person in people:
        for number in range(2):
            made(actor, "deal", name=f"{person['first_name']} {number}", contact_id=person["id"], value={"amount": "12.50", "currency": "EUR"})
    return people


def test_one_record_is_read_with_what_it_refers_to(alice: Actor) -> None:
    person = house(alice)[0]
    found = asking.given(
        alice,
        """query One($id: ID!) {contact(id: $id) {
            object id first_name tags version created_at company {name address {city}} owner {name}
            deals(sort: "name") {nodes {name status value {amount currency} contact {id}}}}}""",
        {"id": person["id"]},
    )
    deal = {"status": "open", "value": {"amount": "12.50", "currency": "EUR"}, "contact": {"id": person["id"]}}
    assert found["contact"] == {
        "object": "contact",
        "id": person["id"],
        "first_name": "C0",
        "tags": ["vip"],
        "version": 1,
        "created_at": person["created_at"],
        "company": {"name": "Acme", "address": {"city": "Berlin"}},
        "owner": None,
        "deals": {"nodes": [{"name": "C0 0", **deal}, {"name": "C0 1", **deal}]},
    }
    assert asking.given(alice, "query ($id: ID!) {node(id: $id) {__typename id ... on Contact {first_name}}}", {"id": person["id"]})["node"] == {
        "__typename": "Contact",
        "id": person["id"],
        "first_name": "C0",
    }


def test_pages_go_on_as_relay_wants_them_with_the_cursors_of_lists(alice: Actor) -> None:
    house(alice, 5)
    page = """query ($after: String) {contacts(first: 2, sort: "first_name", after: $after) {
        edges {cursor node {first_name}} pageInfo {hasNextPage hasPreviousPage startCursor endCursor}}}"""
    names: list[str] = []
    after: str | None = None
    while True:
        found = asking.given(alice, page, {"after": after})["contacts"]
        names += [edge["node"]["first_name"] for edge in found["edges"]]
        place = found["pageInfo"]
        assert (place["startCursor"], place["endCursor"]) == (found["edges"][0]["cursor"], found["edges"][-1]["cursor"])
        assert place["hasPreviousPage"] is (after is not None)
        if not place["hasNextPage"]:
            break
        after = place["endCursor"]
        rest, _ = records.list_page(alice, CONTACT, parse_query([("limit", "9"), ("sort", "first_name"), ("cursor", after)]))
        assert [one["first_name"] for one in rest] == [f"C{number}" for number in range(len(names), 5)], "lists take the same cursor"
    assert names == [f"C{number}" for number in range(5)]


WALK = """query ($first: Int, $after: String, $last: Int, $before: String, $sort: String) {
    contacts(first: $first, after: $after, last: $last, before: $before, sort: $sort) {
        nodes {id} pageInfo {hasNextPage hasPreviousPage startCursor endCursor}}}"""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=7),
    most=st.integers(1, 4),
    sort=st.sampled_from(["first_name", "-first_name", "-first_name,created_at", "created_at", None]),
)
def test_a_walk_from_the_end_meets_what_one_from_the_beginning_does_in_the_same_order(
    alice: Actor, names: list[str | None], most: int, sort: str | None
) -> None:
    for one in records.list_page(alice, CONTACT, parse_query([("limit", "200")]))[0]:
        records.remove(alice, CONTACT, one["id"])
    for name in names:
        made(alice, "contact", first_name=name)
    forward = [one["id"] for one in asking.given(alice, WALK, {"sort": sort})["contacts"]["nodes"]]
    found: list[str] = []
    before: str | None = None
    while True:
        page = asking.given(alice, WALK, {"last": most, "before": before, "sort": sort})["contacts"]
        assert page["pageInfo"]["hasNextPage"] is (before is not None)
        found = [one["id"] for one in page["nodes"]] + found
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert found == forward
    assert len(forward) == len(names)


def test_a_page_can_lie_between_two_cursors(alice: Actor) -> None:
    house(alice, 5)
    whole = asking.given(alice, '{contacts(sort: "first_name") {edges {cursor node {first_name}}}}')["contacts"]["edges"]
    between = {"after": whole[0]["cursor"], "before": whole[4]["cursor"], "sort": "first_name"}
    for direction, expected, flags in (("first", ["C1", "C2"], (True, True)), ("last", ["C2", "C3"], (True, True))):
        found = asking.given(alice, WALK.replace("nodes {id}", "nodes {first_name}"), {direction: 2, **between})["contacts"]
        assert [one["first_name"] for one in found["nodes"]] == expected
        assert (found["pageInfo"]["hasNextPage"], found["pageInfo"]["hasPreviousPage"]) == flags


def test_a_page_behind_a_record_goes_on_by_its_cursor(alice: Actor) -> None:
    person = house(alice)[1]
    page = """query ($id: ID!) {contact(id: $id) {deals(first: 1, sort: "name") {nodes {name} pageInfo {hasNextPage endCursor}}}}"""
    first = asking.given(alice, page, {"id": person["id"]})["contact"]["deals"]
    assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([{"name": "C1 0"}], True)
    rest = """query ($id: ID!, $after: String) {deals(filter: {contact_id: {eq: $id}}, sort: "name", after: $after) {nodes {name}}}"""
    assert asking.given(alice, rest, {"id": person["id"], "after": first["pageInfo"]["endCursor"]})["deals"]["nodes"] == [{"name": "C1 1"}]


class Counted:
    """Counts the queries within its block."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queries: list[str] = []
        execute = database.execute

        def counting(sql: str, values: Any = ()) -> Any:
            self.queries.append(sql)
            return execute(sql, values)

        monkeypatch.setattr(database, "execute", counting)


@pytest.mark.criterion("api-18")
def test_a_question_costs_as_many_queries_for_a_hundred_records_as_for_one(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    question = """query ($first: Int) {contacts(first: $first) {nodes {
        first_name company {name owner {name} contacts(first: 1) {nodes {id deals(first: 1) {nodes {name}}}}}
        deals(first: 2) {edges {cursor node {name contact {company {name}}}}}}}}"""
    counted = Counted(monkeypatch)
    numbers = []
    for contacts in (1, 4, 30):
        house(alice, contacts)
        counted.queries.clear()
        asking.given(alice, question, {"first": contacts})
        numbers.append(len(counted.queries))
    assert numbers[0] == numbers[1] == numbers[2] <= 12, counted.queries


def test_filters_read_as_those_of_lists_do(alice: Actor) -> None:
    people = house(alice)
    made(alice, "contact", first_name="D,1", email="d@example.com")
    for text, names in (
        ('{first_name: {eq: "C1"}}', ["C1"]),
        ('{first_name: {in: ["D,1", "C2"]}}', ["D,1", "C2"]),
        ('{or: [{email: {ilike: "D@%"}}, {first_name: {eq: "C0"}}]}', ["D,1", "C0"]),
        ('{company: {name: {eq: "Acme"}}, not: {first_name: {gt: "C0"}}}', ["C0"]),
        ('{and: [{tags: {eq: "vip"}}, {email: {null: true}}], first_name: {between: ["C1", "C2"]}}', ["C2", "C1"]),
        (f'{{id: {{eq: "{people[2]["id"]}"}}, version: {{lte: 1}}}}', ["C2"]),
        ("{deleted: true}", []),
    ):
        found = asking.given(alice, f"{{contacts(filter: {text}) {{nodes {{first_name}}}}}}")
        assert [one["first_name"] for one in found["contacts"]["nodes"]] == names, text


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("{contacts(filter: {first_name: {eq: null}}) {nodes {id}}}", "malformed_filter"),
        ("{contacts(filter: {first_name: {in: []}}) {nodes {id}}}", "malformed_filter"),
        ('{contacts(filter: {created_at: {gt: "yesterday"}}) {nodes {id}}}', "invalid_filter"),
        ('{contacts(filter: {custom: [{field: "colour", eq: "red"}]}) {nodes {id}}}', "unknown_filter"),
        ('{contacts(sort: "colour") {nodes {id}}}', "unknown_sort"),
        ("{contacts(first: 0) {nodes {id}}}", "malformed_limit"),
        ("{contacts(first: 201) {nodes {id}}}", "malformed_limit"),
        ("{contacts(last: 201) {nodes {id}}}", "malformed_limit"),
        ("{contacts(first: 1, last: 1) {nodes {id}}}", "malformed_limit"),
        ('{contacts(after: "forged") {nodes {id}}}', "invalid_cursor"),
        ('{contacts(last: 1, before: "forged") {nodes {id}}}', "invalid_cursor"),
        ('{contact(id: "con_nobody") {id}}', "not_found"),
        ('{node(id: "xyz_1") {id}}', "not_found"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_same_codes(alice: Actor, question: str, code: str) -> None:
    found = asked(alice, question)
    assert codes(found) == [code]
    assert found["errors"][0]["path"]
    assert found["errors"][0]["extensions"]["status"] in {400, 404}


@pytest.mark.criterion("api-24")
def test_another_tenant_and_the_other_mode_see_nothing(alice: Actor, charlie: Actor) -> None:
    person = house(alice)[0]
    for stranger in (charlie, replace(alice, mode="test")):
        question = "query ($id: ID!) {contact(id: $id) {id} contacts {nodes {id}} node(id: $id) {id} deals {nodes {id}}}"
        found = asked(stranger, question, {"id": person["id"]})
        assert found["data"] == {"contact": None, "contacts": {"nodes": []}, "node": None, "deals": {"nodes": []}}
        assert codes(found) == ["not_found", "not_found"]


@pytest.mark.criterion("api-14")
def test_scopes_hold_for_every_field_and_leave_the_rest_of_the_answer(alice: Actor) -> None:
    house(alice, 1)
    narrow = replace(alice, scopes=frozenset({"contacts:read"}))
    found = asked(narrow, "{contacts {nodes {first_name company {name} deals {nodes {id}}}} companies {nodes {id}}}")
    assert found["data"] == {"contacts": {"nodes": [{"first_name": "C0", "company": None, "deals": None}]}, "companies": None}
    assert codes(found) == ["insufficient_scope"] * 3
    assert {error["extensions"]["scope"] for error in found["errors"]} == {"companies:read", "deals:read"}
    through = asked(narrow, '{contacts(filter: {company: {name: {eq: "Acme"}}}) {nodes {id}}}')
    assert codes(through) == ["insufficient_scope"], "a filter answers questions too"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from("abc"), max_size=6), first=st.integers(1, 4), wanted=st.sampled_from("abc"))
def test_what_refers_to_records_is_what_a_filtered_list_returns(alice: Actor, names: list[str], first: int, wanted: str) -> None:
    people = [made(alice, "contact", first_name=name) for name in ("x", "y")]
    for index, name in enumerate(names):
        made(alice, "deal", name=name, contact_id=people[index % 2]["id"])
    ids = [person["id"] for person in people]
    question = """query ($ids: [ID!], $first: Int, $name: String) {contacts(filter: {id: {in: $ids}}) {nodes {
        id deals(first: $first, filter: {name: {eq: $name}}) {nodes {id} pageInfo {hasNextPage}}}}}"""
    found = asking.given(alice, question, {"ids": ids, "first": first, "name": wanted})
    for node in found["contacts"]["nodes"]:
        query = parse_query([("limit", str(first)), ("filter[contact_id]", node["id"]), ("filter[name]", wanted)])
        listed, cursor = records.list_page(alice, by_noun()["deal"], query)
        assert [one["id"] for one in node["deals"]["nodes"]] == [one["id"] for one in listed]
        assert node["deals"]["pageInfo"]["hasNextPage"] is (cursor is not None)
