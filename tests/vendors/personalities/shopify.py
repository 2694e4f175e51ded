"""Shopify: GraphQL judged and answered by the vendor's own schema, Relay pages, a price for every query, and deletes told by webhooks only."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema, execute_sync, parse, validate

from tests.vendors import people
from tests.vendors.contract import NOT_AT_HAND, folder
from tests.vendors.facts.shopify import FACTS
from tests.vendors.hooks import Hook, Notification, signature
from tests.vendors.identity import IdentityFacts
from tests.vendors.messages import Answer, Call
from tests.vendors.personality import Personality, Slice, parts_of, route, spoil, token
from tests.vendors.store import Row, Values
from tests.vendors.timing import milliseconds, rfc3339

SHOP = "example.myshopify.com"
TOKEN = "shpat_mock"
SCHEMA = "shopify/admin_2026-07.graphql"
BUCKET, RESTORED, PRICE = 2000, 100.0, 10
KINDS = {"customers": "Customer", "orders": "Order", "products": "Product", "webhooks": "WebhookSubscription"}
SORTS: dict[str, Callable[[Row], Any]] = {"UPDATED_AT": lambda row: (row.modified, row.place), "CREATED_AT": lambda row: (row.created, row.place)}
TERM = re.compile(r"(\w+):(>=|<=|>|<|)(?:'([^']*)'|\"([^\"]*)\"|(\S+))")
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda have, want: have == want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
}
SAMPLES: dict[str, Callable[[int], Values]] = {
    "customers": lambda n: {"email": people.email(n), "firstName": people.first_name(n), "lastName": people.last_name(n), "phone": people.phone(n)},
    "orders": lambda n: {"name": f"#{1000 + n}", "email": people.email(n), "amount": f"{100 + n}.00", "customer": None},
    "products": lambda n: {"title": f"Product {n}", "handle": f"product-{n}", "status": "ACTIVE", "vendor": "Example", "descriptionHtml": ""},
}


@cache
def schema() -> GraphQLSchema:
    """Return the vendor's schema; building it takes a second, once in a process."""
    place = folder()
    assert place is not None, NOT_AT_HAND
    return build_schema((place / SCHEMA).read_text(encoding="utf-8"), assume_valid=True)


class Shopify(Personality):
    key = "shopify"
    host = SHOP
    descriptions = (Slice(FACTS),)
    needs_descriptions = True
    identity = IdentityFacts(
        f"https://{SHOP}/admin/oauth/authorize", f"https://{SHOP}/admin/oauth/access_token", client="body", separator=",", expires_in=3600,
            rotates=True,
        redirect_extra={"shop": SHOP},
    )  # fmt: skip
    required = dict.fromkeys(SAMPLES, "id")

    def prepare(self) -> None:
        self.vendor.identity.accept(TOKEN)
        self.points, self.counted = float(BUCKET), self.vendor.clock.now()

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"gid://shopify/{KINDS[resource]}/{place}"

    def sample(self, resource: str, number: int) -> Values:
        return SAMPLES[resource](number)

    def authorized(self, call: Call) -> bool:
        return self.vendor.identity.holds(call.headers.get("x-shopify-access-token", ""))

    def show(self, resource: str, row: Row) -> Any:
        times = {"createdAt": rfc3339(row.created), "updatedAt": rfc3339(row.modified)}
        shown: Values = {"id": row.id, "legacyResourceId": row.id.rpartition("/")[2], **times, **row.values}
        return shown | {"customers": self.customer, "orders": self.order}.get(resource, lambda _: {})(row.values)

    def customer(self, values: Values) -> Values:
        email, phone = values.get("email"), values.get("phone")
        name = " ".join(filter(None, (values.get("firstName"), values.get("lastName"))))
        return {"displayName": name or email or "", "tags": values.get("tags", []), "state": "ENABLED", "verifiedEmail": True, "numberOfOrders": "0",
                "locale": "en", "addresses": [], "amountSpent": {"amount": "0.0", "currencyCode": "GBP"},
                "defaultEmailAddress": {"emailAddress": email, "marketingState": "NOT_SUBSCRIBED"} if email else None,
                "defaultPhoneNumber": {"phoneNumber": phone, "marketingState": "NOT_SUBSCRIBED"} if phone else None}  # fmt: skip

    def order(self, values: Values) -> Values:
        money = {"amount": values["amount"], "currencyCode": "GBP"}
        bag = {"shopMoney": money, "presentmentMoney": money}
        return {"currencyCode": "GBP", "totalPriceSet": bag, "currentTotalPriceSet": bag, "displayFinancialStatus": "PAID",
                "displayFulfillmentStatus": "UNFULFILLED", "cancelledAt": None}  # fmt: skip

    @route("POST", "/admin/api/{version}/graphql.json")
    def graphql(self, call: Call, version: str) -> Answer:
        """Judge a document by the schema and carry it out; what the schema does not know fails the test."""
        try:
            document = parse(call.json["query"])
        except GraphQLError as error:
            return self.wrong([error])
        if errors := validate(schema(), document):
            return self.wrong(errors)
        if self.vendor.enforces_limits and self.price(0)["cost"]["throttleStatus"]["currentlyAvailable"] < PRICE:
            return self.throttled(1)
        result = execute_sync(
            schema(), document, self.root(), variable_values=call.json.get("variables"), operation_name=call.json.get("operationName")
        )
        if result.errors:
            return self.wrong(result.errors)
        return Answer.of({"data": self.spoilt(result.data), "extensions": self.price(PRICE)})

    def spoilt(self, found: Any) -> Any:
        """Return what was found with the rows spoilt that a test has asked for: the schema itself would not let them through."""
        if isinstance(found, list):
            return [self.spoilt(part) for part in found]
        if not isinstance(found, dict):
            return found
        row = next((each for each in self.vendor.spoilt_rows if each.id == found.get("id")), None)
        inner = {name: self.spoilt(part) for name, part in found.items()}
        return spoil(inner, row.mischief, "id") if row else inner

    def wrong(self, errors: list[GraphQLError]) -> Answer:
        self.vendor.deviations += [f"GraphQL: {error.message}" for error in errors]
        return Answer.of({"errors": [{"message": error.message, "locations": [], "path": []} for error in errors]})

    def price(self, cost: int) -> Values:
        """Take points out of the bucket, which fills with time."""
        now = self.vendor.clock.now()
        self.points = max(0.0, min(BUCKET, self.points + (now - self.counted) * RESTORED / 1000) - cost)
        self.counted = now
        status = {"maximumAvailable": float(BUCKET), "currentlyAvailable": self.points, "restoreRate": RESTORED}
        return {"cost": {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": status}}

    def root(self) -> Values:
        """Return what answers every field of a query and of a mutation."""
        lists = {name: lambda _info, resource=name, **asked: self.connection(resource, asked) for name in ("customers", "orders", "products")}
        ones = {name[:-1]: lambda _info, id, resource=name: self.one(resource, id) for name in ("customers", "orders", "products")}  # noqa: A006 - its name
        shop = {"id": "gid://shopify/Shop/1", "name": "Example", "email": "owner@example.com", "myshopifyDomain": SHOP, "currencyCode": "GBP",
                "ianaTimezone": "Europe/London"}  # fmt: skip
        scopes = [{"handle": handle, "description": handle} for handle in ("read_customers", "write_customers", "read_orders", "read_products")]
        return {**lists, **ones, "shop": shop, "currentAppInstallation": {"accessScopes": scopes}, **self.mutations(),
                "webhookSubscriptions": lambda _info, **asked: self.connection("webhooks", asked)}  # fmt: skip

    def mutations(self) -> Values:
        return {
            "customerCreate": lambda _info, input: self.saved(None, input),  # noqa: A006 - its name
            "customerUpdate": lambda _info, input: self.saved(self.store["customers"].get(input["id"]), input, known=True),  # noqa: A006 - its name
            "customerSet": self.customer_set,
            "customerDelete": lambda _info, input: self.deleted("customers", input["id"], "deletedCustomerId"),  # noqa: A006 - its name
            "webhookSubscriptionCreate": self.subscribe,
            "webhookSubscriptionDelete": lambda _info, id: self.deleted("webhooks", id, "deletedWebhookSubscriptionId"),  # noqa: A006 - its name
        }

    def connection(self, resource: str, asked: Values) -> Values:
        rows = self.found(resource, asked)
        start = int((parts_of(asked.get("after") or "") or ["", "0"])[1])
        page, following = self.cut(rows, start, asked.get("first") or 50)
        nodes = [self.show(resource, row) for row in page]
        places = range(start + 1, start + 1 + len(page))
        edges = [{"cursor": token("after", place), "node": node} for place, node in zip(places, nodes, strict=True)]
        end = token("after", start + len(page) if following is None else following) if page else None
        around = {"hasNextPage": following is not None, "hasPreviousPage": start > 0, "startCursor": edges[0]["cursor"] if edges else None}
        return {"edges": edges, "nodes": nodes, "pageInfo": around | {"endCursor": end}}

    def found(self, resource: str, asked: Values) -> list[Row]:
        """Return the rows that a search finds; every term of it has to hold."""
        terms = [(name, operator, one or two or bare) for name, operator, one, two, bare in TERM.findall(asked.get("query") or "")]
        rows = self.store[resource].chosen(("found", str(terms)), lambda row: row.deleted is None and all(self.holds(row, *term) for term in terms))
        if asked.get("sortKey") in SORTS:
            rows = sorted(rows, key=SORTS[asked["sortKey"]])
        return rows[::-1] if asked.get("reverse") else rows

    def holds(self, row: Row, name: str, operator: str, text: str) -> bool:
        if name in {"updated_at", "created_at"}:
            return COMPARED[operator](row.modified if name == "updated_at" else row.created, milliseconds(text))
        if name == "id":
            return COMPARED[operator](row.place, int(text.rpartition("/")[2]))
        return COMPARED[operator](str(row.values.get(name, "")), text)

    def one(self, resource: str, row_id: str) -> Any:
        row = self.store[resource].get(row_id)
        return row and self.shown(resource, row)

    def saved(self, row: Row | None, asked: Values, *, known: bool = False) -> Values:
        """Create or change a customer; an address or number of somebody else's is refused as an error of the user."""
        if known and row is None:
            return {"customer": None, "userErrors": [{"field": ["id"], "message": "Customer does not exist"}]}
        table, values = self.store["customers"], without_id(asked)
        twin = table.find("email", values.get("email")) if values.get("email") else None
        if twin is not None and (row is None or twin.id != row.id):
            return {"customer": None, "userErrors": [{"field": ["email"], "message": "Email has already been taken"}]}
        row = table.create(values) if row is None else table.change(row.id, values)
        return {"customer": self.shown("customers", row), "userErrors": []}

    def customer_set(self, _info: Any, input: Values, identifier: Values | None = None) -> Values:  # noqa: A002 - its name
        table, named = self.store["customers"], identifier or {}
        by = next(((name, named[name]) for name in ("email", "phone") if named.get(name)), None)
        row = table.get(named.get("id") or input.get("id") or "") or (table.find(*by) if by else None)
        return self.saved(row, input)

    def deleted(self, resource: str, row_id: str, name: str) -> Values:
        if self.store[resource].get(row_id) is None:
            return {name: None, "userErrors": [{"field": ["id"], "message": "Record cannot be found"}]}
        self.store[resource].delete(row_id)
        return {name: row_id, "userErrors": []}

    def subscribe(self, _info: Any, topic: str, webhookSubscription: Values) -> Values:  # noqa: N803 - its name
        uri = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or ""
        values: Values = {
            "topic": topic,
            "uri": uri,
            "callbackUrl": uri,
            "format": "JSON",
            "includeFields": [],
            "metafieldNamespaces": [],
            "metafields": [],
        }
        return {"webhookSubscription": self.shown("webhooks", self.store["webhooks"].create(values)), "userErrors": []}

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return Answer.of({"errors": message}, status)

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "", "[API] Invalid API key or access token (unrecognized login or wrong password)")

    def throttled(self, wait: int) -> Answer:
        """Shopify refuses within a 200; the bucket tells when to come again."""
        self.points = 0.0
        return Answer.of({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": self.price(0)})

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return a message in the shape of the older REST API; one about a delete holds the id alone."""
        number = int(row.id.rpartition("/")[2])
        topic = f"{resource}/{({'created': 'create', 'updated': 'update', 'deleted': 'delete'})[verb]}"
        headers = {"X-Shopify-Topic": topic, "X-Shopify-Event-Id": f"event-{row.number}", "X-Shopify-Webhook-Id": f"webhook-{row.number}"}
        if verb == "deleted":
            return Notification(json.dumps({"id": number}).encode(), headers)
        names = {"firstName": "first_name", "lastName": "last_name"}
        values = {names.get(name, name): value for name, value in row.values.items()}
        times = {"created_at": rfc3339(row.created), "updated_at": rfc3339(row.modified)}
        return Notification(json.dumps({"id": number, "admin_graphql_api_id": row.id, **times, **values}).encode(), headers)

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        headers = {"Content-Type": "application/json", "X-Shopify-Shop-Domain": SHOP, "X-Shopify-Triggered-At": rfc3339(at)}  # fmt: skip
        return Hook(url, headers | {"X-Shopify-Hmac-Sha256": signature(secret, body, encoding="base64")}, body)


def without_id(asked: Values) -> Values:
    return {name: value for name, value in asked.items() if name != "id"}
