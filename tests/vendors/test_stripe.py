"""Stripe as it is stood in for: money that moves, events that tell of it, and one effect for one idempotency key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.catalog import kind
from tests.vendors.client import Client, with_key
from tests.vendors.contract import NOT_AT_HAND
from tests.vendors.fixtures import MakeVendor
from tests.vendors.personalities.stripe import API_KEY
from tests.vendors.vendor import MockVendor


@pytest.fixture
def stripe(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("stripe")


@pytest.fixture
def client(stripe: MockVendor) -> Client:
    return Client(stripe, {"authorization": f"Bearer {API_KEY}"})


def post(client: Client, path: str, **form: Any) -> Any:
    """Return what becomes of a form; double underscores in a name are brackets."""
    named = {name.replace("__", "[") + "]" * name.count("__"): value for name, value in form.items()}
    return client.ask("POST", f"/v1/{path}", form=named).json


def types(client: Client, account: str = "") -> list[str]:
    return [event["type"] for event in client.ask("GET", "/v1/events", query={"limit": 100}, stripe_account=account).json["data"]]


def test_the_newest_comes_first_and_the_cursor_is_an_id(stripe: MockVendor, client: Client) -> None:
    rows = stripe.seed("customers", 5)
    first = client.get("/v1/customers", limit=3).json
    second = client.get("/v1/customers", limit=3, starting_after=first["data"][-1]["id"]).json
    assert [row["id"] for page in (first, second) for row in page["data"]] == [row.id for row in reversed(rows)]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert client.get("/v1/customers", starting_after="cus_unknown").json["error"]["code"] == "resource_missing"


def test_a_key_is_good_for_one_effect(stripe: MockVendor, client: Client) -> None:
    answers = [client.ask("POST", "/v1/customers", form={"email": "a@b.example"}, idempotency_key="k1") for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert len(stripe.store["customers"].live()) == 1
    other = client.ask("POST", "/v1/customers", form={"email": "c@d.example"}, idempotency_key="k1")
    assert (other.status, other.json["error"]["type"]) == (400, "idempotency_error")


def test_every_change_is_an_event_for_thirty_days(stripe: MockVendor, client: Client) -> None:
    row = stripe.seed("customers", 1)[0]
    post(client, f"customers/{row.id}", name="Bob")
    assert client.ask("DELETE", f"/v1/customers/{row.id}").json == {"id": row.id, "object": "customer", "deleted": True}
    assert types(client) == ["customer.deleted", "customer.updated", "customer.created"]
    stripe.clock.advance(31 * 86_400_000)
    assert types(client) == []


def test_a_platform_takes_its_fee_of_a_destination_charge(client: Client) -> None:
    account = post(client, "accounts", type="express", country="DE")["id"]
    link = post(
        client, "account_links", account=account, refresh_url="https://a.example/r", return_url="https://a.example/b", type="account_onboarding"
    )
    assert link["url"].endswith(account)
    payment = post(
        client, "payment_intents", amount=1000, currency="eur", confirm="true", application_fee_amount=100, transfer_data__destination=account
    )
    assert payment["status"] == "succeeded"
    fee = client.get("/v1/application_fees").json["data"][0]
    assert (fee["amount"], fee["account"], fee["charge"]) == (100, account, payment["latest_charge"])


def test_a_direct_charge_belongs_to_the_connected_account(client: Client) -> None:
    form = {"amount": 500, "currency": "eur", "confirm": "true", "application_fee_amount": 50}
    payment = client.ask("POST", "/v1/payment_intents", form=form, stripe_account="acct_1").json
    assert client.get("/v1/charges").json["data"] == []
    charges = client.ask("GET", "/v1/charges", stripe_account="acct_1").json["data"]
    assert [charge["payment_intent"] for charge in charges] == [payment["id"]]
    assert client.get("/v1/application_fees").json["data"][0]["account"] == "acct_1"
    assert "charge.succeeded" in types(client, "acct_1")


def test_a_fee_is_given_back_once_and_a_connected_account_has_its_own_dashboard(client: Client) -> None:
    account = post(client, "accounts", type="express", country="DE")["id"]
    post(client, "payment_intents", amount=1000, currency="eur", confirm="true", application_fee_amount=100, transfer_data__destination=account)
    fee = client.get("/v1/application_fees").json["data"][0]["id"]
    assert [post(client, f"application_fees/{fee}/refunds", amount=amount).get("amount") for amount in (60, 40, 1)] == [60, 40, None]
    assert client.get("/v1/application_fees").json["data"][0]["refunded"] is True
    assert post(client, f"accounts/{account}/login_links")["url"].endswith(account)
    assert post(client, "transfers", amount=200, currency="eur", destination=account)["destination"] == account


def test_an_invoice_item_and_a_payout_are_made(client: Client) -> None:
    customer = post(client, "customers", email="a@b.example")["id"]
    assert post(client, "invoiceitems", customer=customer, amount=250, currency="eur")["amount"] == 250
    assert post(client, "payouts", amount=250, currency="eur")["status"] == "pending"


def test_no_more_is_given_back_than_was_paid(client: Client) -> None:
    payment = post(client, "payment_intents", amount=1000, currency="eur", confirm="true")["id"]
    assert post(client, "refunds", payment_intent=payment, amount=300)["amount"] == 300
    assert post(client, "refunds", payment_intent=payment)["amount"] == 700
    assert post(client, "refunds", payment_intent=payment, amount=1)["error"]["code"] == "charge_already_refunded"
    assert client.get("/v1/charges").json["data"][0]["refunded"] is True


def test_a_subscription_of_a_price_begins_and_ends_and_an_invoice_is_paid(client: Client) -> None:
    customer, product = post(client, "customers", email="a@b.example")["id"], post(client, "products", name="Plan")["id"]
    price = post(client, "prices", product=product, currency="eur", unit_amount=500, recurring__interval="month")["id"]
    made = client.ask("POST", "/v1/subscriptions", form={"customer": customer, "items[0][price]": price}).json
    assert (made["status"], made["items"]["data"][0]["price"]["id"]) == ("active", price)
    assert client.ask("DELETE", f"/v1/subscriptions/{made['id']}").json["status"] == "canceled"
    invoice = post(client, "invoices", customer=customer)["id"]
    assert [post(client, f"invoices/{invoice}/{verb}")["status"] for verb in ("finalize", "pay")] == ["open", "paid"]
    assert {"customer.subscription.deleted", "invoice.paid"} <= set(types(client))


def test_a_webhook_endpoint_tells_its_secret_once(stripe: MockVendor) -> None:
    client = with_key(stripe, API_KEY, "")
    form = {"url": "https://a.example/hooks", "enabled_events[0]": "customer.created"}
    made = client.ask("POST", "/v1/webhook_endpoints", form=form).json
    assert made["secret"].startswith("whsec_")
    assert "secret" not in client.get("/v1/webhook_endpoints").json["data"][0]
    assert client.ask("DELETE", f"/v1/webhook_endpoints/{made['id']}").json["deleted"] is True


def test_what_the_description_does_not_know_is_refused() -> None:
    vendor = MockVendor(kind("stripe"))
    if not vendor.personality.contracts():
        pytest.skip(NOT_AT_HAND)
    answer = Client(vendor, {"authorization": f"Bearer {API_KEY}"}).ask("POST", "/v1/customers", form={"e_mail": "a@b.example"})
    assert answer.status == 400
    with pytest.raises(AssertionError, match="e_mail"):
        vendor.verify()
