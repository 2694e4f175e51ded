"""Stripe moves money when it is asked to, once, and for whom it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.catalog.stripe.operations import OPERATIONS
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("stripe"))
    yield on_line(vendor, "stripe", {"apiKey": "sk_test_junction"})
    vendor.verify()


def do(line: Line, name: str, given: dict[str, Any], key: str = "op_1") -> Any:
    """Do what an operation does; what is given is checked first."""
    assert OPERATIONS[name].problems(given) == []
    return line.driver.ask(OPERATIONS[name].run(line.connector, given, key))


def seller(line: Line) -> str:
    return str(do(line, "create_account", {"type": "express", "country": "DE", "email": "seller@people.example"}, "op_0")["id"])


def test_a_seller_is_made_and_led_to_stripe(line: Line) -> None:
    account = seller(line)
    link = do(line, "onboard", {"account": account, "refresh_url": "https://j.example/again", "return_url": "https://j.example/done"})
    assert link["url"].startswith("https://connect.stripe.com/")


def test_a_payment_for_a_destination_leaves_our_fee(line: Line) -> None:
    account = seller(line)
    given = {"amount": 1000, "currency": "eur", "destination": account, "application_fee_amount": 100, "payment_method": "pm_card"}
    assert do(line, "charge", given)["status"] == "succeeded"
    (fee,) = line.vendor.store["application_fees"].live()
    assert (fee.values["amount"], fee.values["account"]) == (100, account)
    assert do(line, "refund_fee", {"fee": fee.id, "amount": 40}, "op_2")["amount"] == 40


def test_a_direct_payment_stands_in_the_sellers_own_account(line: Line) -> None:
    account = seller(line)
    do(line, "charge", {"amount": 1000, "currency": "eur", "on_account": account, "payment_method": "pm_card"})
    assert line.vendor.store["charges"].live() == []
    assert len(line.vendor.store[f"{account}/charges"].live()) == 1


def test_the_same_call_twice_takes_the_money_once_and_gives_it_back_once(line: Line) -> None:
    given = {"amount": 1000, "currency": "eur", "payment_method": "pm_card"}
    first, again = (do(line, "charge", given) for _ in range(2))
    assert first == again
    back = [do(line, "refund", {"payment_intent": first["id"], "amount": 300}, "op_3") for _ in range(2)]
    assert back[0] == back[1]
    (charge,) = line.vendor.store["charges"].live()
    assert charge.values["amount_refunded"] == 300


def priced(line: Line, account: str = "") -> tuple[str, str]:
    """Return a customer and a price, of an account where one is named."""
    inside = f"{account}/" if account else ""
    customer = line.vendor.store[f"{inside}customers"].create(dict(line.vendor.personality.sample("customers", 0)))
    product = line.vendor.store[f"{inside}products"].create(dict(line.vendor.personality.sample("products", 0)))
    price = line.vendor.store[f"{inside}prices"].create(
        {
            "active": True,
            "billing_scheme": "per_unit",
            "metadata": {},
            "type": "recurring",
            "currency": "eur",
            "product": product.id,
            "unit_amount": 900,
        }
    )
    return customer.id, price.id


def test_a_subscription_begins_and_ends(line: Line) -> None:
    customer, price = priced(line)
    begun = do(line, "subscribe", {"customer": customer, "price": price})
    assert do(line, "cancel_subscription", {"subscription": begun["id"]}, "op_4")["status"] == "canceled"


def test_a_seller_s_own_subscription_leaves_our_share_and_ends_there(line: Line) -> None:
    account = seller(line)
    customer, price = priced(line, account)
    begun = do(line, "subscribe", {"customer": customer, "price": price, "on_account": account, "application_fee_percent": 10})
    assert line.vendor.calls[-1].form["application_fee_percent"] == "10"
    assert line.vendor.store["subscriptions"].live() == []
    do(line, "cancel_subscription", {"subscription": begun["id"], "on_account": account}, "op_5")
    assert [row.values["status"] for row in line.vendor.store[f"{account}/subscriptions"].live()] == ["canceled"]


def test_a_subscription_for_a_destination_names_it(line: Line) -> None:
    account = seller(line)
    customer, price = priced(line)
    do(line, "subscribe", {"customer": customer, "price": price, "destination": account})
    assert line.vendor.calls[-1].form["transfer_data[destination]"] == account


def test_an_invoice_is_made_of_one_line_and_finalized(line: Line) -> None:
    (customer,) = line.vendor.seed("customers", 1)
    made = do(line, "invoice", {"customer": customer.id, "amount": 2500, "currency": "eur", "description": "Roof"})
    assert made["status"] == "open"
    assert len({call.headers["idempotency-key"] for call in line.vendor.asked("POST")}) == 3


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("charge", {"amount": 0, "currency": "eur"}, "amount"),
        ("charge", {"amount": 5, "currency": "EUR"}, "currency"),
        ("refund", {"charge": "../accounts"}, "charge"),
        ("onboard", {"account": "acct_1", "refresh_url": "javascript:x", "return_url": "https://x.example"}, "refresh_url"),
        ("cancel_subscription", {}, "subscription"),
    ],
)
def test_what_stripe_would_not_take_is_told_before_it_is_asked(name: str, given: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in OPERATIONS[name].problems(given)] == [field]
