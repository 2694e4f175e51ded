"""Mutations are the services' own: same rules, events and codes, each in a transaction of its own."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import audit, feeds, object_types
from server.services.object_types import NewObjectType
from tests.server.web.graphql import asking
from tests.server.web.graphql.asking import asked, codes, made


def test_a_record_is_created_changed_replaced_deleted_and_restored(alice: Actor) -> None:
    create = """mutation ($input: DealInput!) {create_deal(input: $input) {id name stage status value {amount currency} version external_ids}}"""
    given: dict[str, Any] = {"name": "Big", "stage": "new", "value": {"amount": "10", "currency": "eur"}, "external_ids": {"shop": "1"}}
    deal = asking.given(alice, create, {"input": given})["create_deal"]
    assert deal == {
        "id": deal["id"], "name": "Big", "stage": "new", "status": "open", "value": {"amount": "10.00", "currency": "EUR"}, "version": 1,
        "external_ids": {"shop": "1"},
    }  # fmt: skip
    change = "mutation ($id: ID!) {update_deal(id: $id, patch: {stage: null, status: won}, version: 1) {stage status name version}}"
    assert asking.given(alice, change, {"id": deal["id"]})["update_deal"] == {"stage": None, "status": "won", "name": "Big", "version": 2}
    replace = 'mutation ($id: ID!) {replace_deal(id: $id, input: {name: "New"}) {name status version}}'
    assert asking.given(alice, replace, {"id": deal["id"]})["replace_deal"] == {"name": "New", "status": "open", "version": 3}
    both = "mutation ($id: ID!) {delete_deal(id: $id) {id} restore_deal(id: $id) {id name}}"
    assert asking.given(alice, both, {"id": deal["id"]})["restore_deal"] == {"id": deal["id"], "name": "New"}
    told = [event["type"] for event in feeds.list_page(alice, "deal.*", 0, None, 50)[0]]
    assert told == ["deal.created", "deal.updated", "deal.updated", "deal.deleted", "deal.restored"]
    assert len(audit.list_page(alice, {"object_id": deal["id"]}, None, 50)[0]) == 5


def test_an_upsert_says_whether_it_made_something(alice: Actor) -> None:
    upsert = """mutation ($patch: ContactPatch!) {
        upsert_contact(system: "shop", external_id: "4711", patch: $patch) {created contact {first_name last_name}}}"""
    assert asking.given(alice, upsert, {"patch": {"first_name": "Ada"}})["upsert_contact"]["created"] is True
    found = asking.given(alice, upsert, {"patch": {"last_name": "Lovelace"}})["upsert_contact"]
    assert found == {"created": False, "contact": {"first_name": "Ada", "last_name": "Lovelace"}}


def test_a_change_that_is_refused_says_what_is_wrong_and_leaves_the_others(alice: Actor) -> None:
    question = """mutation {
        one: create_contact(input: {email: "nobody", custom: {colour: "red"}}) {id}
        two: create_contact(input: {first_name: "Ada"}) {first_name}
        three: update_contact(id: "con_nobody", patch: {first_name: "Ada"}) {id}}"""
    found = asked(alice, question)
    assert found["data"] == {"one": None, "two": {"first_name": "Ada"}, "three": None}
    assert codes(found) == ["validation_failed", "not_found"]
    assert [fault["pointer"] for fault in found["errors"][0]["extensions"]["errors"]] == ["/email"]
    assert found["errors"][0]["extensions"]["status"] == 422


def test_a_stale_version_is_refused(alice: Actor) -> None:
    contact = made(alice, "contact", first_name="Ada")
    for name, rest in (("update_contact", 'patch: {first_name: "Bob"}'), ("replace_contact", "input: {}")):
        found = asked(alice, f'mutation {{{name}(id: "{contact["id"]}", version: 7, {rest}) {{id}}}}')
        assert codes(found) == ["stale_version"]
    assert codes(asked(alice, f'mutation {{delete_contact(id: "{contact["id"]}", version: 7) {{id}}}}')) == ["stale_version"]


@pytest.mark.criterion("api-14")
def test_bob_may_look_and_not_change(bob: Actor, alice: Actor) -> None:
    contact = made(alice, "contact", first_name="Ada")
    assert asking.given(bob, f'{{contact(id: "{contact["id"]}") {{first_name}}}}')["contact"] == {"first_name": "Ada"}
    for change in (
        'create_contact(input: {first_name: "Eve"}) {id}',
        f'update_contact(id: "{contact["id"]}", patch: {{first_name: "Eve"}}) {{id}}',
        f'delete_contact(id: "{contact["id"]}") {{id}}',
        'upsert_contact(system: "a", external_id: "b", patch: {}) {created}',
    ):
        assert codes(asked(bob, f"mutation {{{change}}}")) == ["insufficient_role"], change


@pytest.mark.criterion("api-24")
def test_charlie_changes_nothing_of_alice(alice: Actor, charlie: Actor) -> None:
    contact = made(alice, "contact", first_name="Ada")
    for change in (
        "update_contact(id: $id, patch: {})",
        "replace_contact(id: $id, input: {})",
        "restore_contact(id: $id)",
        "delete_contact(id: $id)",
    ):
        assert codes(asked(charlie, f"mutation ($id: ID!) {{{change} {{id}}}}", {"id": contact["id"]})) == ["not_found"]
    found = asked(charlie, 'mutation ($id: ID!) {create_deal(input: {name: "Theirs", contact_id: $id}) {id}}', {"id": contact["id"]})
    assert codes(found) == ["validation_failed"]


def test_records_of_a_tenants_own_types_are_changed_alike(alice: Actor) -> None:
    fields = [{"name": "plate", "type": "text", "required": True}, {"name": "fuel", "type": "choice", "options": ["gas", "no fuel"]}]
    object_types.create(alice, NewObjectType.model_validate({"name": "vehicle", "fields": fields}))
    create = 'mutation {create_object_vehicle(input: {plate: "B-1", fuel: "no fuel"}) {id plate fuel type}}'
    made_one = asking.given(alice, create)["create_object_vehicle"]
    assert made_one == {"id": made_one["id"], "plate": "B-1", "fuel": "no fuel", "type": "vehicle"}
    assert codes(asked(alice, 'mutation {create_object_vehicle(input: {fuel: "gas"}) {id}}')) == ["graphql_invalid"]
    change = "mutation ($id: ID!) {update_object_vehicle(id: $id, patch: {fuel: null}) {fuel version}}"
    assert asking.given(alice, change, {"id": made_one["id"]})["update_object_vehicle"] == {"fuel": None, "version": 2}
