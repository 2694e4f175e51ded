"""Stripe over HTTP: what a marketplace asks of it reaches it once, as its description has it, and it is asked to call us once."""

from __future__ import annotations

from typing import Any

import pytest

from server.services import connecting, remote_subscriptions
from server.services.installation_hooks import find_source, secret_of
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.api.test_installations import install
from tests.vendors.fixtures import MakeVendor
from tests.vendors.reaching import Reach
from tests.vendors.vendor import MockVendor

KEY = "sk_test_junction"
URLS = {"refresh_url": "https://shop.example/again", "return_url": "https://shop.example/done"}
CONNECT = {"create_account", "onboard", "charge", "refund", "refund_fee", "subscribe", "cancel_subscription", "invoice"}


@pytest.fixture
def stripe(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    """Return a Stripe that holds every request against its own description."""
    return reach(mock_vendor("stripe"))


@pytest.fixture
def made(alice: Persona, stripe: MockVendor) -> dict[str, Any]:
    return install(alice, "stripe", config={"apiKey": KEY})


def do(persona: Persona, made: dict[str, Any], name: str, given: dict[str, Any], key: str) -> Reply:
    reply = persona.client.post(f"/api/v1/installations/{made['id']}/actions/{name}", given, {"Idempotency-Key": key})
    assert reply.status == 200, reply.body
    return reply


def seller(persona: Persona, made: dict[str, Any]) -> str:
    return str(do(persona, made, "create_account", {"type": "express", "country": "DE"}, "k-seller").json["result"]["id"])


def sent_keys(stripe: MockVendor, path: str) -> list[str | None]:
    return [call.headers.get("idempotency-key") for call in stripe.asked("POST") if call.path == path]


def test_a_seller_comes_aboard_and_is_paid_with_our_fee(alice: Persona, stripe: MockVendor, made: dict[str, Any]) -> None:
    actions = alice.client.get(f"/api/v1/installations/{made['id']}/actions").json["data"]
    assert {one["name"] for one in actions} == CONNECT
    account = seller(alice, made)
    link = do(alice, made, "onboard", {"account": account, **URLS}, "k-link").json["result"]
    assert link["url"].startswith("https://connect.stripe.com/")
    given = {"amount": 1000, "currency": "eur", "application_fee_amount": 100, "payment_method": "pm_card"}
    to_seller = do(alice, made, "charge", {**given, "destination": account}, "k-destination").json["result"]
    on_seller = do(alice, made, "charge", {**given, "on_account": account}, "k-direct").json["result"]
    assert (to_seller["status"], on_seller["status"]) == ("succeeded", "succeeded")
    fees = stripe.store["application_fees"].live()
    assert [(fee.values["amount"], fee.values["account"]) for fee in fees] == [(100, account), (100, account)]
    assert (len(stripe.store["charges"].live()), len(stripe.store[f"{account}/charges"].live())) == (1, 1)
    assert sent_keys(stripe, "/v1/payment_intents") == ["k-destination", "k-direct"]


def test_a_payment_is_taken_once_and_given_back_once_under_its_key(alice: Persona, stripe: MockVendor, made: dict[str, Any]) -> None:
    given = {"amount": 1000, "currency": "eur", "payment_method": "pm_card"}
    first, again = (do(alice, made, "charge", given, "k-1") for _ in range(2))
    assert (again.json, again.headers["idempotency-replayed"]) == (first.json, "true")
    for _ in range(2):
        do(alice, made, "refund", {"payment_intent": first.json["result"]["id"], "amount": 300}, "k-2")
    (charge,) = stripe.store["charges"].live()
    assert charge.values["amount_refunded"] == 300
    assert sent_keys(stripe, "/v1/refunds") == ["k-2"]


def test_a_direct_payment_is_given_back_with_its_fee_where_it_was_taken(alice: Persona, stripe: MockVendor, made: dict[str, Any]) -> None:
    account = seller(alice, made)
    given = {"amount": 1000, "currency": "eur", "application_fee_amount": 100, "payment_method": "pm_card", "on_account": account}
    taken = do(alice, made, "charge", given, "k-1").json["result"]
    back = {"payment_intent": taken["id"], "on_account": account, "refund_application_fee": True}
    assert do(alice, made, "refund", back, "k-2").json["result"]["amount"] == 1000
    assert [call.headers.get("stripe-account") for call in stripe.asked("POST") if call.path == "/v1/refunds"] == [account]
    (fee,) = stripe.store["application_fees"].live()
    assert do(alice, made, "refund_fee", {"fee": fee.id, "amount": 40}, "k-3").json["result"]["amount"] == 40


def test_a_customer_subscribes_leaves_and_is_sent_an_invoice(alice: Persona, stripe: MockVendor, made: dict[str, Any]) -> None:
    (customer,), (product,) = stripe.seed("customers", 1), stripe.seed("products", 1)
    plain = {"active": True, "billing_scheme": "per_unit", "metadata": {}, "type": "recurring"}
    price = stripe.store["prices"].create({**plain, "currency": "eur", "product": product.id, "unit_amount": 900})
    begun = do(alice, made, "subscribe", {"customer": customer.id, "price": price.id}, "k-1").json["result"]
    assert do(alice, made, "cancel_subscription", {"subscription": begun["id"]}, "k-2").json["result"]["status"] == "canceled"
    bill = {"customer": customer.id, "amount": 2500, "currency": "eur", "description": "Roof"}
    assert do(alice, made, "invoice", bill, "k-3").json["result"]["status"] == "open"
    assert (sent_keys(stripe, "/v1/subscriptions"), sent_keys(stripe, "/v1/invoices")) == (["k-1"], ["k-3-invoice"])


def test_a_payment_that_stripe_would_not_take_never_leaves(alice: Persona, stripe: MockVendor, made: dict[str, Any]) -> None:
    refused = alice.client.post(f"/api/v1/installations/{made['id']}/actions/charge", {"amount": 0, "currency": "EUR"})
    assert (refused.status, {one["pointer"] for one in refused.json["errors"]}) == (422, {"/amount", "/currency"})
    assert sent_keys(stripe, "/v1/payment_intents") == []


def test_the_endpoint_is_made_once_and_its_secret_kept_from_the_one_time_that_it_is_told(
    appliance: Appliance, alice: Persona, stripe: MockVendor, made: dict[str, Any]
) -> None:
    place = (alice.tenant_id, "live", made["id"])
    for _ in range(2):
        assert connecting.connect(place, appliance.settings)
    (endpoint,) = stripe.store["webhook_endpoints"].live()
    (kept,) = remote_subscriptions.of_installation(*place)
    assert (kept.id, kept.secret) == (endpoint.id, "whsec_mock")
    source = find_source(*place)
    assert source is not None
    assert secret_of(source) == "whsec_mock"
    assert alice.client.delete(f"/api/v1/installations/{made['id']}").status == 204
    assert stripe.store["webhook_endpoints"].live() == []
