"""The schema holds every resource with all its fields, a tenant's own types, and nothing that the caller may not know of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_introspection_query, print_schema

from server.domain.actor import Actor
from server.services import object_types, records
from server.services.object_types import NewObjectType
from server.store import records as declared
from server.web.graphql import schema
from server.web.graphql.records import name_of
from tests.server.crm import index
from tests.server.web.graphql import asking
from tests.server.web.graphql.asking import asked, codes, made

VEHICLE = {"name": "vehicle", "fields": [{"name": "plate", "type": "text", "required": True}, {"name": "doors", "type": "number"}]}


def members(found: GraphQLSchema, name: str) -> set[str]:
    kind = found.get_type(name)
    assert isinstance(kind, GraphQLObjectType)
    return set(kind.fields)


def test_every_resource_is_in_it_with_all_its_fields_and_operations(opened: str) -> None:
    found = schema.build(())
    for resource in declared.resources():
        if resource.noun == "object":
            continue
        assert {*resource.fields, "id", "custom", "external_ids", "tags", "owner", "version"} <= members(found, name_of(resource))
        assert {resource.noun, resource.plural} <= members(found, "Query")
        verbs = ("create", "update", "replace", "delete", "restore", "upsert")
        assert {f"{verb}_{resource.noun}" for verb in verbs} <= members(found, "Mutation")
    for resource in declared.resources():
        for other, _ in declared.referring(resource):
            assert other.plural in members(found, name_of(resource))


def test_it_is_a_valid_schema_that_others_can_read(opened: str, alice: Actor) -> None:
    printed = print_schema(schema.build(()))
    build_schema(printed)
    for part in ("type Contact implements Node", "input ContactFilter", "enum Deal_status", "type PageInfo", "input MoneyInput"):
        assert part in printed
    assert asking.given(alice, get_introspection_query())["__schema"]["queryType"]["name"] == "Query"


def test_a_tenants_own_types_are_in_its_schema_alone(alice: Actor, charlie: Actor) -> None:
    object_types.create(alice, NewObjectType.model_validate(VEHICLE))
    made_one = records.create(alice, object_types.resource(alice, "vehicle", "objects:write"), {"plate": "B-1", "doors": 5})
    question = '{objects_vehicle(filter: {plate: {eq: "B-1"}, doors: {gte: 5}}, sort: "-doors") {nodes {plate doors type}}}'
    assert asking.given(alice, question)["objects_vehicle"]["nodes"] == [{"plate": "B-1", "doors": 5, "type": "vehicle"}]
    node = "query ($id: ID!) {node(id: $id) {id ... on Object_vehicle {plate}} object_vehicle(id: $id) {doors}}"
    found = asking.given(alice, node, {"id": made_one["id"]})
    assert found == {"node": {"id": made_one["id"], "plate": "B-1"}, "object_vehicle": {"doors": 5}}
    for stranger in (charlie, replace(alice, mode="test"), replace(alice, scopes=frozenset({"contacts:read"}))):
        assert codes(asked(stranger, question)) == ["graphql_invalid"]


def test_a_schema_is_made_once_for_the_same_types_and_anew_when_they_change(alice: Actor) -> None:
    before = schema.schema_for(alice)
    assert schema.schema_for(alice) is before
    object_types.create(alice, NewObjectType.model_validate(VEHICLE))
    with_type = schema.schema_for(alice)
    assert with_type is not before
    assert schema.schema_for(alice) is with_type


def test_searching_finds_records_of_several_kinds(alice: Actor, charlie: Actor) -> None:
    made(alice, "contact", first_name="Ada", last_name="Lovelace")
    made(alice, "company", name="Lovelace Ltd")
    index()
    question = """{search(query: "lovelace") {object title score record {id ... on Contact {first_name company {name}} ... on Company {name}}}}"""
    found = {hit["object"]: hit for hit in asking.given(alice, question)["search"]}
    assert (found["contact"]["record"]["first_name"], found["company"]["record"]["name"]) == ("Ada", "Lovelace Ltd")
    assert asking.given(charlie, question)["search"] == []
    assert codes(asked(alice, '{search(query: "x", types: ["colour"]) {id}}')) == ["unknown_type"]


@pytest.mark.parametrize("name", ["big_car", "type_2"])
def test_any_name_of_a_type_makes_a_valid_schema(alice: Actor, name: str) -> None:
    object_types.create(alice, NewObjectType.model_validate({"name": name, "fields": [{"name": "query", "type": "text"}]}))
    assert asking.given(alice, f'{{objects_{name}(filter: {{query: {{eq: "x"}}}}) {{nodes {{query}}}}}}') == {f"objects_{name}": {"nodes": []}}
