"""Shopify: the suite, and what only Shopify does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from connectors import registry
from connectors.sdk.errors import ConnectorError, Later, Missing, NeedsUser, Refused, VendorBug
from connectors.sdk.request import Response
from connectors.sdk.values import Call, Change, Event
from server.outbound.vendors.driving import Paused
from server.outbound.vendors.tokens import filled
from tests.connectors.conformance import Conformance
from tests.connectors.leading import led
from tests.connectors.line import HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.contract import NOT_AT_HAND, folder
from tests.vendors.personalities.shopify import SHOP, TOKEN
from tests.vendors.vendor import MockVendor

CONFIG = {"shop": SHOP, "accessToken": TOKEN}
pytestmark = pytest.mark.skipif(folder() is None, reason=NOT_AT_HAND)


class TestShopify(Conformance, key="shopify"):
    token = TOKEN
    config = CONFIG
    reason_for_length = "GraphQL is written out: every query and mutation stands in the file"
    resources = {"customers": "customers", "orders": "orders", "products": "products"}  # noqa: RUF012 - values of a test
    changes = {"customers": {"email": "dana@people.example", "firstName": "Dana"}}  # noqa: RUF012


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("shopify"))
    yield on_line(vendor, "shopify", CONFIG)
    vendor.verify()


def test_the_shop_tells_what_the_app_may_do(line: Line) -> None:
    account = line.account()
    assert (account.id, account.name) == (SHOP, "Example")
    assert "read_customers" in (account.scopes or ())


def test_a_shop_that_was_connected_by_consent_is_shown_its_token_in_shopify_s_own_header() -> None:
    line = on_line(MockVendor(kind("shopify")), "shopify", {"shop": SHOP}, way="oauth")
    line.vendor.seed("customers", 2)
    assert line.account().id == SHOP
    line.sync("customers")
    assert len(line.ids("customers")) == 2
    assert all("authorization" not in call.headers and call.headers["x-shopify-access-token"] for call in line.vendor.calls)


def test_consent_is_asked_at_the_shop_itself_and_its_tokens_rotate() -> None:
    provider, known = registry.providers()["shopify"], {"shop": SHOP}
    assert filled(provider.authorize_url, known) == f"https://{SHOP}/admin/oauth/authorize"
    assert (filled(provider.token_url, known), provider.scope_separator) == (f"https://{SHOP}/admin/oauth/access_token", ",")
    assert (provider.token_params, provider.rotates) == ({"expiring": "1"}, True)


def test_orders_and_products_are_those_of_ours(line: Line) -> None:
    made = {}
    for resource in ("orders", "products"):
        line.vendor.seed(resource, 1)
        line.sync(resource)
        made[resource] = registry.maps("shopify")[resource].to_local(next(iter(line.rows[resource].values())).values)
    assert made["orders"] | {"ordered_at": None} == {
        "number": "#1000", "status": "placed", "total": {"amount": "100.00", "currency": "GBP"}, "ordered_at": None,
    }  # fmt: skip
    assert made["products"] == {"name": "Product 0"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}', Later),
        ('{"errors": [{"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}]}', NeedsUser),
        ('{"errors": [{"message": "Field does not exist"}]}', VendorBug),
        ('{"data": {"customerSet": {"customer": null, "userErrors": [{"field": ["email"], "message": "is taken"}]}}}', Refused),
        ('{"data": {"customerDelete": {"userErrors": [{"field": ["id"], "message": "not there"}]}}}', Missing),
        ('{"data": {"shop": {"name": "Example"}}}', None),
    ],
)
def test_errors_inside_a_success_are_errors(line: Line, body: str, error: type[ConnectorError] | None) -> None:
    found = line.connector.explain(line.connector.probe, Response(200, {}, body.encode()))
    assert found is None if error is None else isinstance(found, error)


def test_an_empty_bucket_is_waited_for(line: Line) -> None:
    line.vendor.seed("customers", 3)
    line.vendor.faults.play("limited_vendor")
    with pytest.raises(Paused):
        line.sync("customers")
    line.sync("customers")
    assert len(line.ids("customers")) == 3


def test_a_customer_is_set_by_its_address_or_number_and_created_without_either(line: Line) -> None:
    changes = [{"email": "a@people.example"}, {"phone": "+441"}, {"firstName": "Bob"}]
    for _ in range(2):
        outcomes = line.export("customers", [Change(f"chg_{number}", "create", values) for number, values in enumerate(changes)])
        assert [outcome.error for outcome in outcomes] == [None] * 3
    assert [row.values.get("email") for row in line.vendor.store["customers"].live()].count("a@people.example") == 1


def test_a_row_is_read_by_its_id_and_told_missing_when_it_is_gone(line: Line) -> None:
    row = line.vendor.seed("customers", 1)[0]
    assert line.driver.ask(line.connector.get_record("customers", row.id)).values["email"] == row.values["email"]
    line.vendor.store["customers"].delete(row.id)
    with pytest.raises(Missing):
        line.driver.ask(line.connector.get_record("customers", row.id))


def test_a_deleted_customer_is_found_missing_a_day_later_when_no_message_came(line: Line) -> None:
    rows = line.vendor.seed("customers", 4)
    line.sync("customers")
    line.vendor.store["customers"].delete(rows[0].id)
    line.vendor.clock.advance(25 * 3_600_000)
    line.sync("customers")
    assert line.ids("customers") == {row.id for row in rows[1:]}


@pytest.mark.parametrize(("verb", "action"), [("created", "changed"), ("updated", "changed"), ("deleted", "deleted")])
def test_a_message_names_the_row_and_what_became_of_it(line: Line, verb: str, action: str) -> None:
    row = line.vendor.seed("customers", 1)[0]
    hook = line.vendor.hooks_to(HOOK_URL).about("customers", row, verb)
    headers = {name.lower(): value for name, value in hook.headers.items()}
    events = line.connector.webhook(Call("POST", HOOK_URL, headers, (), hook.body, "shopify"))
    assert isinstance(events, Sequence)
    assert [(one.resource, one.record_id, one.action, one.account) for one in events if isinstance(one, Event)] == [
        ("customers", row.id, action, SHOP)
    ]
    assert line.connector.webhook(Call("POST", HOOK_URL, {"x-shopify-topic": "themes/update"}, (), b"{}", "shopify")) == ()


@pytest.mark.parametrize(
    ("topic", "told"),
    [("customers/redact", [("customers", "gid://shopify/Customer/7", "deleted")]), ("customers/data_request", []), ("shop/redact", [])],
)
def test_a_customer_whose_data_has_to_go_is_gone_and_other_wishes_of_privacy_are_for_a_person(
    line: Line, topic: str, told: list[tuple[str, str, str]]
) -> None:
    body = json.dumps({"shop_id": 1, "shop_domain": SHOP, "customer": {"id": 7, "email": "dana@people.example"}, "orders_to_redact": []}).encode()
    events = line.connector.webhook(Call("POST", HOOK_URL, {"x-shopify-topic": topic, "x-shopify-event-id": "e1"}, (), body, "shopify"))
    assert isinstance(events, Sequence)
    assert [(one.resource, one.record_id, one.action) for one in events if isinstance(one, Event)] == told


def test_an_order_leads_to_its_customer(line: Line) -> None:
    customer = line.vendor.seed("customers", 2)[1]
    line.vendor.seed("orders", 2)
    line.vendor.store["orders"].change(line.vendor.store["orders"].live()[0].id, {"customer": {"id": customer.id}})
    line.vendor.clock.advance(60_000)
    for resource in ("customers", "orders"):
        line.sync(resource)
    assert [found["contact_id"] for _, found in sorted(led(line, "orders").items())] == [[customer.id], []]
