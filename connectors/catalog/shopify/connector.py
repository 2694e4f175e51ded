"""Shopify's GraphQL Admin API, version 2026-07. Reference: shopify.dev/docs/api/admin-graphql, read 2026-08.

Shopify says no inside a 200: `errors` where the query is not carried out, `userErrors` where a record is not taken.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal

from connectors.sdk.answers import explain_status
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ModifiedSince
from connectors.sdk.deletes import WebhookOnly
from connectors.sdk.errors import ConnectorError, Later, Missing, Refused, VendorBug, refusal
from connectors.sdk.pager import Relay
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Asked, Call, Change, Event, Outcome, Record, Steps, Subscription

GONE = ("delete", "redact")
KINDS = {"customers": "Customer", "orders": "Order", "products": "Product"}
FIELDS = {
    "customers": "id email phone firstName lastName tags note state createdAt updatedAt",
    "orders": "id name email createdAt updatedAt cancelledAt displayFinancialStatus customer { id }"
    " totalPriceSet { shopMoney { amount currencyCode } }",
    "products": "id title handle status vendor createdAt updatedAt",
}
SAVED = f"{{ customer {{ {FIELDS['customers']} }} userErrors {{ field message }} }}"
MUTATIONS = {
    "set": f"mutation($input: CustomerSetInput!, $by: CustomerSetIdentifiers) {{ customerSet(input: $input, identifier: $by) {SAVED} }}",
    "create": f"mutation($input: CustomerInput!) {{ customerCreate(input: $input) {SAVED} }}",
    "update": f"mutation($input: CustomerInput!) {{ customerUpdate(input: $input) {SAVED} }}",
    "delete": "mutation($input: CustomerDeleteInput!) { customerDelete(input: $input) { deletedCustomerId userErrors { field message } } }",
    "subscribe": """mutation($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) { webhookSubscription { id topic } userErrors { field message } } }""",
    "unsubscribe": "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } } }",
}
SHOP = "{ shop { myshopifyDomain name } currentAppInstallation { accessScopes { handle } } }"


def ask(query: str, *, scope: str = "", key: str = "", repeatable: bool = True, **variables: Any) -> Request:
    """Return the request for a query or mutation."""
    return Request("POST", "/graphql.json", json={"query": query, "variables": variables}, scope=scope, key=key, repeatable=repeatable)


def since(request: Request, moment: str) -> Request:
    """Return the query for what was changed since a moment."""
    return request.with_json({"variables": {**request.json["variables"], "query": f"updated_at:>='{moment}'"}})


def listed(name: str) -> Resource:
    """Return what is declared of one noun."""
    arguments = "first: $first, after: $after, query: $query, sortKey: UPDATED_AT"
    page = f"nodes {{ {FIELDS[name]} }} pageInfo {{ hasNextPage endCursor }}"
    query = f"query($first: Int, $after: String, $query: String) {{ {name}({arguments}) {{ {page} }} }}"
    return Resource(
        name=name,
        list=ask(query, scope=f"read_{name}"),
        rows=f"data.{name}.nodes",
        modified="updatedAt",
        pager=Relay(f"data.{name}", 100),
        cursor=ModifiedSince(ask_with=since),
        deletes=WebhookOnly((f"{name}/delete",)),
        write=save if name == "customers" else None,
        scope=f"read_{name}",
    )


def save(change: Change) -> Request:
    """Return the mutation for a change. A customer is set by its address or number, so that creating it twice makes one."""
    by = next(({name: change.values[name]} for name in ("email", "phone") if change.values.get(name)), None)
    given: dict[str, Any] = {} if change.action == "delete" else dict(change.values)
    if change.action == "create" and by:
        return ask(MUTATIONS["set"], scope="write_customers", key=change.key, input=given, by=by)
    values = given | ({"id": change.id} if change.id else {})
    return ask(MUTATIONS[change.action], scope="write_customers", key=change.key, repeatable=change.action != "create", input=values)


class Shopify(Connector):
    """The customers, orders and products of one shop."""

    probe = ask(SHOP)
    resources = {name: listed(name) for name in KINDS}  # noqa: RUF012 - declared once, never changed

    def account(self, response: Response) -> Account:
        """Return the shop, and what its app may do."""
        scopes = tuple(row["handle"] for row in response.rows("data.currentAppInstallation.accessScopes"))
        return Account(str(response.at("data.shop.myshopifyDomain")), str(response.at("data.shop.name")), scopes)

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Read the errors inside a success: too many points, a permission that lacks, a record that is not taken."""
        error = explain_status(request, response)
        if error is not None or not isinstance(response.found, dict):
            return error
        if response.at("errors"):
            code, words = response.at("errors.0.extensions.code"), str(response.at("errors.0.message"))
            if code == "THROTTLED":
                return Later("The shop's bucket of points is empty.", after=10.0)
            return refusal("scope_missing", words) if code == "ACCESS_DENIED" else VendorBug(f"Shopify answered: {words}")
        told = [one for part in (response.at("data") or {}).values() if isinstance(part, dict) for one in part.get("userErrors", ())]
        if not told:
            return None
        return (Missing if told[0]["field"] == ["id"] else Refused)(f"Shopify answered: {told[0]['message']}")

    def outcome(self, resource: Resource, change: Change, response: Response) -> Outcome:
        """Return the customer inside the mutation's answer."""
        found = next(iter(response.at("data").values())).get("customer")
        record = resource.record(found) if found else None
        return Outcome(change.key, record.id, record.version, record) if record else Outcome(change.key, change.id)

    def get_record(self, resource: str, identity: str) -> Asked[Record]:
        """Return one row as it is now. Raises Missing."""
        response = yield ask(f"query($id: ID!) {{ found: {resource[:-1]}(id: $id) {{ {FIELDS[resource]} }} }}", scope=f"read_{resource}", id=identity)
        if response.at("data.found") is None:
            raise Missing
        return self.resource(resource).record(response.at("data.found"))

    def subscribe(self) -> Steps[Subscription]:
        """Have the shop tell us of every topic, each unless it does."""
        wanted = {topic.upper().replace("/", "_") for topic in (self.manifest.hook.topics if self.manifest.hook else ())}
        response = yield ask("{ webhookSubscriptions(first: 250) { nodes { id topic uri } } }")
        there = {row["topic"]: row["id"] for row in response.rows("data.webhookSubscriptions.nodes") if row["uri"] == self.context.hook_url}
        for topic in sorted(wanted):
            if topic not in there:
                response = yield ask(MUTATIONS["subscribe"], topic=topic, hook={"uri": self.context.hook_url})
                there[topic] = response.at("data.webhookSubscriptionCreate.webhookSubscription.id")
            yield Subscription(str(there[topic]), topic)

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:
        """Take our subscriptions away."""
        for one in subscriptions:
            with suppress(Missing):
                yield ask(MUTATIONS["unsubscribe"], id=one.id)
            yield one

    def events(self, call: Call) -> Sequence[Event]:
        """Return what a message says: its topic stands in a header, the row's number in its body."""
        noun, _, what = call.headers.get("x-shopify-topic", "").partition("/")
        if noun not in KINDS or what == "data_request":
            return ()
        body = json.loads(call.body)
        identity = f"gid://shopify/{KINDS[noun]}/{(body['customer'] if what == 'redact' else body)['id']}"
        action: Literal["deleted", "changed"] = "deleted" if what in GONE else "changed"
        told, shop = call.headers.get("x-shopify-event-id", ""), call.headers.get("x-shopify-shop-domain", "")
        return [Event(told, f"{noun}/{what}", noun, identity, action, account=shop)]
