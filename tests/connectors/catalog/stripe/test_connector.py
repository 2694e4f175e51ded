"""Stripe: the suite, and what only Stripe does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.catalog.stripe.connector import money
from connectors.sdk.cursor import HOUR_MS
from connectors.sdk.values import Call, Change
from tests.connectors.conformance import Conformance
from tests.connectors.leading import led
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.stripe import KINDS
from tests.vendors.vendor import MockVendor

CONFIG = {"apiKey": "sk_test_junction"}


class TestStripe(Conformance, key="stripe"):
    token = "sk_test_junction"
    config = CONFIG
    resources = {"customers": "customers", "products": "products", "charges": "charges"}  # noqa: RUF012 - values of a test
    changes = {  # noqa: RUF012
        "customers": {"email": "dana@people.example", "address": {"city": "Bath"}},
        "products": {"name": "Roof"},
    }
    reason_for_length = "amounts are in units that depend on the currency, and changes come from the log of events"


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("stripe"))
    yield on_line(vendor, "stripe", CONFIG)
    vendor.verify()


def test_changes_and_deletes_are_read_from_the_log_not_from_the_whole_list(line: Line) -> None:
    rows = line.vendor.seed("customers", 30)
    line.sync("customers")
    line.vendor.clock.advance(HOUR_MS)
    line.vendor.store["customers"].change(rows[2].id, {"phone": "1"})
    line.vendor.store["customers"].change(rows[2].id, {"phone": "2"})
    line.vendor.store["customers"].delete(rows[5].id)
    calls = len(line.vendor.calls)
    line.sync("customers")
    assert [call.path for call in line.vendor.calls[calls:]] == ["/v1/events"]
    assert line.rows["customers"][rows[2].id].values["phone"] == "2"
    assert rows[5].id not in line.ids("customers")


def test_every_call_is_pinned_to_a_version_and_writes_carry_their_key(line: Line) -> None:
    line.sync("customers")
    line.export("customers", [Change("chg_1", "create", {"email": "a@people.example"})])
    assert {call.headers["stripe-version"] for call in line.vendor.calls} == {"2023-08-16"}
    assert line.vendor.asked("POST")[0].headers["idempotency-key"] == "chg_1"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"), [(1250, "eur", "12.50"), (500, "jpy", "500"), (1234, "kwd", "1.234"), (0, "usd", "0.00"), (-5, "eur", "-0.05")]
)
def test_an_amount_is_in_the_currency_s_own_unit(amount: int, currency: str, shown: str) -> None:
    assert money({"id": "ch_1", "amount": amount, "currency": currency})["major"] == {"amount": shown, "currency": currency.upper()}


def told(line: Line, kind_: str, **rest: Any) -> list[tuple[str, str, str, str]]:
    body = json.dumps({"id": "evt_1", "type": kind_, "data": {"object": {"id": "x_1"}}, **rest}).encode()
    events = line.connector.webhook(Call("POST", "https://junction.example/hooks/x", {}, (), body, "stripe"))
    assert isinstance(events, Sequence)
    return [(event.resource, event.record_id, event.action, event.account) for event in events]


def test_a_hook_is_a_hint_and_names_the_connected_account(line: Line) -> None:
    assert told(line, "customer.updated") == [("customers", "x_1", "changed", "")]
    assert told(line, "customer.deleted", account="acct_9") == [("customers", "x_1", "deleted", "acct_9")]
    assert told(line, "customer.subscription.updated") == [("", "x_1", "other", "")]
    assert told(line, "account.application.deauthorized", account="acct_9") == [("customers", "", "changed", "acct_9")]


def test_the_endpoint_s_secret_is_kept_from_the_one_time_that_it_is_told(line: Line) -> None:
    (made,) = line.driver.run(line.connector.initialize(line.context))
    assert made.secret == f"whsec_{made.id}"


def test_an_account_that_is_acted_for_has_no_endpoint_of_its_own(line: Line) -> None:
    connected = on_line(line.vendor, "stripe", {**CONFIG, "account": "acct_9"})
    assert tuple(connected.driver.run(connected.connector.initialize(connected.context))) == ()
    assert line.vendor.store["webhook_endpoints"].live() == []


def test_an_endpoint_of_an_older_version_is_told_what_is_wanted_of_it_now(line: Line) -> None:
    made = tuple(line.driver.run(line.connector.initialize(line.context)))
    (endpoint,) = line.vendor.store["webhook_endpoints"].live()
    endpoint.values["enabled_events"] = ["customer.created"]
    line.context = replace(line.context, subscriptions=made)
    for _ in range(2):
        line.bind()
        assert tuple(line.driver.run(line.connector.subscribe())) == made
    topics = line.connector.manifest.hook.topics if line.connector.manifest.hook else ()
    assert endpoint.values["enabled_events"] == list(topics)
    assert [call.path for call in line.vendor.asked("POST")] == ["/v1/webhook_endpoints", f"/v1/webhook_endpoints/{endpoint.id}"]


def test_a_payment_leads_to_its_customer_and_invoice_and_an_invoice_to_its_customer(line: Line) -> None:
    customer, charge = (line.vendor.seed(name, 1)[0] for name in ("customers", "charges"))
    invoice = line.vendor.store["invoices"].create({**KINDS["invoices"][2], "customer": customer.id})
    line.vendor.store["charges"].change(charge.id, {"customer": customer.id, "invoice": invoice.id})
    for resource in ("customers", "invoices", "charges"):
        line.sync(resource)
    assert led(line, "charges") == {charge.id: {"contact_id": [customer.id], "invoice_id": [invoice.id]}}
    assert led(line, "invoices") == {invoice.id: {"contact_id": [customer.id]}}
