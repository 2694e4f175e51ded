"""Stripe over HTTP: what a marketplace asks of it reaches it once, as its description has it, and it is asked to call us once."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from server.services import connecting, connector_hooks, remote_subscriptions
from server.services.inbound.processing import process_due
from server.services.installation_hooks import find_source, secret_of
from server.store import sync_hints
from server.system import clock
from tests.api.appliance import Appliance, Persona
from tests.api.client import Reply
from tests.api.test_consents import agreed
from tests.api.test_installations import install
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
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
    assert stripe.asked("POST")[0].form["connect"] == "false"
    (kept,) = remote_subscriptions.of_installation(*place)
    assert (kept.id, kept.secret) == (endpoint.id, f"whsec_{endpoint.id}")
    source = find_source(*place)
    assert source is not None
    assert secret_of(source) == kept.secret
    assert alice.client.delete(f"/api/v1/installations/{made['id']}").status == 204
    assert stripe.store["webhook_endpoints"].live() == []


# What happens in accounts that are connected to a platform.


def told(kind: str, identity: str, account: str, event: str) -> bytes:
    return json.dumps({"id": event, "type": kind, "account": account, "data": {"object": {"id": identity}}}).encode()


def send(appliance: Appliance, path: str, body: bytes, secret: str) -> int:
    """Send an event as Stripe does, and have it processed."""
    moment = clock.now_ms() // 1000
    signed = hmac.new(secret.encode(), b"%d.%b" % (moment, body), hashlib.sha256).hexdigest()
    status = appliance.anonymous.send("POST", path, body, {"Stripe-Signature": f"t={moment},v1={signed}", "Content-Type": "application/json"}).status
    process_due(installed=connector_hooks.take)
    return status


def names(persona: Persona) -> set[str]:
    return {one["email"] for one in persona.client.get("/api/v1/contacts").json["data"]}


def customer_of(stripe: MockVendor, account: str, number: int) -> tuple[str, str]:
    """Make a customer in a connected account; its ids are its own, so they may be those of another account's."""
    row = stripe.store[f"{account}/customers"].create(dict(stripe.personality.sample("customers", number)))
    return row.id, row.values["email"]


@pytest.fixture
def platform(alice: Persona, stripe: MockVendor) -> dict[str, Any]:
    """Return an installation that hears of the accounts that are connected to it."""
    return install(alice, "stripe", config={"apiKey": KEY, "connectedAccounts": True})


def test_a_platform_has_an_endpoint_for_its_own_account_and_one_for_the_connected_ones(
    appliance: Appliance, alice: Persona, stripe: MockVendor, platform: dict[str, Any]
) -> None:
    place = (alice.tenant_id, "live", platform["id"])
    assert connecting.connect(place, appliance.settings)
    asked = [call.form["connect"] for call in stripe.asked("POST") if call.path == "/v1/webhook_endpoints"]
    assert (asked, len(stripe.store["webhook_endpoints"].live())) == (["false", "true"], 2)
    connected, own = (one.secret for one in remote_subscriptions.of_installation(*place))
    assert own != connected
    for number, secret in enumerate((own, connected)):
        assert send(appliance, f"/hooks/{platform['id']}", told("payout.paid", "po_1", "", f"evt_{number}"), secret) == 200
    assert send(appliance, f"/hooks/{platform['id']}", told("payout.paid", "po_1", "", "evt_3"), "whsec_of_somebody_else") == 401
    assert alice.client.patch(f"/api/v1/installations/{platform['id']}", {"config": {"connectedAccounts": False}}).status == 200
    assert connecting.connect(place, appliance.settings)
    assert [f"whsec_{row.id}" for row in stripe.store["webhook_endpoints"].live()] == [
        one.secret for one in remote_subscriptions.of_installation(*place)
    ]
    assert alice.client.delete(f"/api/v1/installations/{platform['id']}").status == 204
    assert stripe.store["webhook_endpoints"].live() == []


def test_what_happens_in_a_connected_account_changes_the_records_of_that_account_alone(
    appliance: Appliance, alice: Persona, stripe: MockVendor, platform: dict[str, Any]
) -> None:
    account = seller(alice, platform)
    secret = remote_subscriptions.of_installation(alice.tenant_id, "live", platform["id"])[0].secret
    (own,), address = stripe.seed("customers", 1), f"/hooks/{platform['id']}"
    assert send(appliance, address, told("customer.created", own.id, "", "evt_1"), secret) == 200
    assert names(alice) == {own.values["email"]}
    # Nobody has the seller's account here: what happens there is told on, and touches nothing, even where the ids are the same.
    theirs, email = customer_of(stripe, account, 5)
    assert theirs == own.id
    for number, kind in enumerate(("customer.updated", "customer.deleted")):
        assert send(appliance, address, told(kind, theirs, account, f"evt_{kind}_{number}"), secret) == 200
    assert names(alice) == {own.values["email"]}
    received = alice.client.events("inbound.received", 2)
    assert [one["data"]["record"]["payload"]["account"] for one in received] == [account, account]
    # With an installation of its own, the account's rows are that one's.
    sold = install(alice, "stripe", config={"apiKey": KEY, "account": account})
    for _ in range(2):
        assert send(appliance, address, told("customer.created", theirs, account, "evt_9"), secret) == 200
    assert names(alice) == {own.values["email"], email}
    assert stripe.calls[-1].headers.get("stripe-account") == account
    status = alice.client.get(f"/api/v1/integrations/{sold['id']}/status").json
    assert (status["account"]["id"], status["usage"]["created"], len(status["subscriptions"])) == (account, 1, 0)
    assert send(appliance, address, told("customer.deleted", theirs, account, "evt_10"), secret) == 200
    assert names(alice) == {own.values["email"]}


def test_an_account_that_was_connected_by_consent_is_heard_of_at_the_one_address_of_our_app(
    appliance: Appliance, alice: Persona, stripe: MockVendor
) -> None:
    app = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_secret": "whsec_of_the_connect_endpoint"}
    shown = alice.client.put("/api/v1/provider-apps/stripe", app).json
    assert shown["webhook_url"].endswith("/api/webhooks/stripe")
    begun = install(alice, "stripe", auth="connect")
    assert appliance.anonymous.get(agreed(stripe, begun["authorize_url"])).status == 200
    assert alice.client.get(f"/api/v1/installations/{begun['id']}").json["status"] == "connected"
    assert stripe.store["webhook_endpoints"].live() == []
    customer, email = customer_of(stripe, "acct_connected", 1)
    body = told("customer.created", customer, "acct_connected", "evt_1")
    assert send(appliance, "/api/webhooks/stripe", body, "whsec_of_somebody_else") == 401
    for account in ("acct_of_nobody", "acct_connected", "acct_connected"):
        assert send(appliance, "/api/webhooks/stripe", told("customer.created", customer, account, "evt_1"), app["webhook_secret"]) == 200
    assert names(alice) == {email}
    left = told("account.application.deauthorized", "ca_1", "acct_connected", "evt_2")
    assert send(appliance, "/api/webhooks/stripe", left, app["webhook_secret"]) == 200
    assert sync_hints.due(clock.now_ms() + 60_000, 10) == [(alice.tenant_id, "live", begun["id"])]
