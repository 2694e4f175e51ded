"""Shopify as it is stood in for: its own schema judges and answers, and a query that the schema does not know fails the test."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.catalog import kind
from tests.vendors.client import Client
from tests.vendors.contract import NOT_AT_HAND, folder
from tests.vendors.fixtures import MakeVendor
from tests.vendors.personalities.shopify import TOKEN
from tests.vendors.vendor import MockVendor

CUSTOMERS = """query($after: String, $query: String) { customers(first: 2, after: $after, query: $query, sortKey: UPDATED_AT) {
  nodes { id firstName updatedAt defaultEmailAddress { emailAddress } } pageInfo { hasNextPage endCursor } } }"""
SAVED = "{ customer { id firstName } userErrors { field message } }"


@pytest.fixture
def shopify(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("shopify")


def ask(vendor: MockVendor, document: str, **variables: Any) -> Any:
    client = Client(vendor, {"x-shopify-access-token": TOKEN})
    return client.ask("POST", "/admin/api/2026-07/graphql.json", json={"query": document, "variables": variables}).json


def test_customers_are_paged_and_searched(shopify: MockVendor) -> None:
    rows, after, found = shopify.seed("customers", 5), None, []
    while True:
        page = ask(shopify, CUSTOMERS, after=after)["data"]["customers"]
        found += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == [row.id for row in rows]
    shopify.clock.advance(1000)
    shopify.store["customers"].change(rows[3].id, {"firstName": "Dana"})
    later = ask(shopify, CUSTOMERS, query="updated_at:>'2026-11-20T12:00:00Z'")["data"]["customers"]["nodes"]
    assert [(node["id"], node["firstName"]) for node in later] == [(rows[3].id, "Dana")]


def test_a_customer_is_created_changed_and_deleted_and_an_address_is_taken_once(shopify: MockVendor) -> None:
    create = f"mutation($input: CustomerInput!) {{ customerCreate(input: $input) {SAVED} }}"
    made = ask(shopify, create, input={"email": "a@people.example"})["data"]["customerCreate"]
    taken = ask(shopify, create, input={"email": "a@people.example"})["data"]["customerCreate"]
    assert (made["userErrors"], taken["userErrors"][0]["field"]) == ([], ["email"])
    identity = made["customer"]["id"]
    update = f"mutation($input: CustomerInput!) {{ customerUpdate(input: $input) {SAVED} }}"
    assert ask(shopify, update, input={"id": identity, "firstName": "Bob"})["data"]["customerUpdate"]["customer"]["firstName"] == "Bob"
    set_to = f"mutation($input: CustomerSetInput!, $by: CustomerSetIdentifiers) {{ customerSet(input: $input, identifier: $by) {SAVED} }}"
    assert ask(shopify, set_to, input={"firstName": "Charlie"}, by={"email": "a@people.example"})["data"]["customerSet"]["customer"]["id"] == identity
    delete = "mutation($id: ID!) { customerDelete(input: {id: $id}) { deletedCustomerId userErrors { message } } }"
    assert [ask(shopify, delete, id=identity)["data"]["customerDelete"]["deletedCustomerId"] for _ in range(2)] == [identity, None]


def test_orders_products_and_the_shop_answer(shopify: MockVendor) -> None:
    shopify.seed("orders", 1)
    shopify.seed("products", 1)
    found = ask(shopify, "{ orders(first: 1) { edges { node { name totalPriceSet { shopMoney { amount } } } } } "
                "products(first: 1) { nodes { title } } "
                "shop { name } currentAppInstallation { accessScopes { handle } } }")["data"]  # fmt: skip
    assert found["orders"]["edges"][0]["node"] == {"name": "#1000", "totalPriceSet": {"shopMoney": {"amount": "100.00"}}}
    assert {"handle": "read_customers"} in found["currentAppInstallation"]["accessScopes"]


def test_webhooks_are_subscribed_and_unsubscribed(shopify: MockVendor) -> None:
    create = """mutation($uri: String!) { webhookSubscriptionCreate(topic: CUSTOMERS_DELETE, webhookSubscription: {uri: $uri}) {
      webhookSubscription { id topic uri } userErrors { message } } }"""
    made = ask(shopify, create, uri="https://a.example")["data"]["webhookSubscriptionCreate"]["webhookSubscription"]
    assert (made["topic"], made["uri"]) == ("CUSTOMERS_DELETE", "https://a.example")
    delete = "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }"
    ask(shopify, delete, id=made["id"])
    assert ask(shopify, "{ webhookSubscriptions(first: 5) { nodes { id } } }")["data"]["webhookSubscriptions"]["nodes"] == []


def test_a_query_costs_points_and_an_empty_bucket_refuses_within_a_200() -> None:
    if folder() is None:
        pytest.skip(NOT_AT_HAND)
    vendor = MockVendor(kind("shopify"), enforces_limits=True)
    answers = [ask(vendor, "{ shop { name } }") for _ in range(201)]
    assert [answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] for answer in answers[:2]] == [1990.0, 1980.0]
    assert answers[-1]["errors"][0]["extensions"]["code"] == "THROTTLED"
    vendor.clock.advance(1000)
    assert ask(vendor, "{ shop { name } }")["data"] == {"shop": {"name": "Example"}}


@pytest.mark.parametrize(("query", "difference"), [("{ customers(first: 1) { nodes { surname } } }", "surname"), ("{ customers(", "Syntax Error")])
def test_what_the_schema_does_not_know_fails_the_test(query: str, difference: str) -> None:
    if folder() is None:
        pytest.skip(NOT_AT_HAND)
    vendor = MockVendor(kind("shopify"))
    assert ask(vendor, query)["errors"]
    with pytest.raises(AssertionError, match=difference):
        vendor.verify()
