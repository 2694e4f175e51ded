"""What Stripe can be asked to do: move money, give it back, bring sellers aboard. Every call carries a key, so it happens once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.resource import bracketed
from connectors.sdk.values import Asked

VERSION: Final = {"Stripe-Version": "2023-08-16"}
TEXT: Final = {"type": "string", "maxLength": 500}
URL: Final = {"type": "string", "format": "uri"}
COUNT: Final = {"type": "integer", "minimum": 1}
CURRENCY: Final = {"type": "string", "pattern": "[a-z]{3}"}


def named(prefix: str) -> dict[str, Any]:
    """Return the rules of an id."""
    return {"type": "string", "pattern": f"{prefix}_[A-Za-z0-9]{{1,250}}"}


def post(path: str, values: Mapping[str, Any], key: str, account: str = "") -> Request:
    """Return a call that is made once, on behalf of a connected account where one is named."""
    return Request("POST", path, form=bracketed(values), key=key, key_header="Idempotency-Key", headers={**VERSION, **acting(account)})


def whose(connector: Any, given: Mapping[str, Any]) -> str:
    """Return the connected account that a call acts for: the one that is named, else that of the installation; empty for our own."""
    return str(given.get("on_account") or connector.known.get("account", ""))


def acting(account: str) -> dict[str, str]:
    """Return the header of a call on behalf of a connected account; none for our own."""
    return {"Stripe-Account": account} if account else {}


def create_account(_: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Make a connected account."""
    return (yield post("/v1/accounts", given, key)).document


def onboard(_: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Make the link where a seller tells Stripe who they are; it holds for minutes."""
    return (yield post("/v1/account_links", {"type": "account_onboarding", **given}, key)).document


def charge(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Take a payment: for ourselves, for a destination, or directly on a connected account; with our fee where one is named."""
    values = {name: value for name, value in given.items() if name not in ("on_account", "destination")}
    routed = {"transfer_data": {"destination": given["destination"]}} if given.get("destination") else {}
    return (yield post("/v1/payment_intents", {**values, **routed, "confirm": True}, key, whose(connector, given))).document


def refund(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Give back all of a payment, or a part of it."""
    values = {name: value for name, value in given.items() if name != "on_account"}
    return (yield post("/v1/refunds", values, key, whose(connector, given))).document


def refund_fee(_: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Give back our fee, or a part of it."""
    values = {name: value for name, value in given.items() if name != "fee"}
    return (yield post(f"/v1/application_fees/{given['fee']}/refunds", values, key)).document


def subscribe(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Begin a subscription to a price: for ourselves, for a destination, or directly on a connected account; with our share where one is named."""
    routed = {"transfer_data": {"destination": given["destination"]}} if given.get("destination") else {}
    share = {"application_fee_percent": given["application_fee_percent"]} if given.get("application_fee_percent") else {}
    values = {"customer": given["customer"], "items": [{"price": given["price"]}], **routed, **share}
    return (yield post("/v1/subscriptions", values, key, whose(connector, given))).document


def cancel(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """End a subscription now."""
    headers = {**VERSION, **acting(whose(connector, given))}
    return (yield Request("DELETE", f"/v1/subscriptions/{given['subscription']}", key=key, headers=headers)).document


def invoice(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Make an invoice of one line and finalize it, with our fee where one is named; each of the three calls has a key of its own."""
    account, routed = whose(connector, given), {"transfer_data": {"destination": given["destination"]}} if given.get("destination") else {}
    fee = {name: given[name] for name in ("application_fee_amount",) if name in given}
    made = yield post("/v1/invoices", {"customer": given["customer"], **routed, **fee}, f"{key}-invoice", account)
    line = {name: given[name] for name in ("customer", "amount", "currency", "description") if name in given}
    yield post("/v1/invoiceitems", {**line, "invoice": str(made.at("id"))}, f"{key}-item", account)
    return (yield post(f"/v1/invoices/{made.at('id')}/finalize", {}, f"{key}-final", account)).document


def _operation(title: str, run: Any, required: tuple[str, ...], **properties: Mapping[str, Any]) -> Operation:
    return Operation(title, {"type": "object", "properties": properties, "required": list(required)}, run)


OPERATIONS: Final[Mapping[str, Operation]] = {
    "create_account": _operation(
        "Make a connected account",
        create_account,
        ("type", "country"),
        type={"type": "string", "enum": ["express", "standard"]},
        country={"type": "string", "pattern": "[A-Z]{2}"},
        email={"type": "string", "format": "email"},
    ),
    "onboard": _operation(
        "Make an onboarding link", onboard, ("account", "refresh_url", "return_url"), account=named("acct"), refresh_url=URL, return_url=URL
    ),
    "charge": _operation(
        "Take a payment",
        charge,
        ("amount", "currency"),
        amount=COUNT,
        currency=CURRENCY,
        customer=named("cus"),
        payment_method=named("pm"),
        description=TEXT,
        destination=named("acct"),
        on_account=named("acct"),
        application_fee_amount=COUNT,
    ),
    "refund": _operation(
        "Refund a payment",
        refund,
        (),
        payment_intent=named("pi"),
        charge=named("ch"),
        amount=COUNT,
        on_account=named("acct"),
        refund_application_fee={"type": "boolean"},
        reverse_transfer={"type": "boolean"},
    ),
    "refund_fee": _operation("Refund an application fee", refund_fee, ("fee",), fee=named("fee"), amount=COUNT),
    "subscribe": _operation(
        "Begin a subscription",
        subscribe,
        ("customer", "price"),
        customer=named("cus"),
        price=named("price"),
        destination=named("acct"),
        on_account=named("acct"),
        application_fee_percent={"type": "number", "minimum": 0, "maximum": 100},
    ),
    "cancel_subscription": _operation("End a subscription", cancel, ("subscription",), subscription=named("sub"), on_account=named("acct")),
    "invoice": _operation(
        "Make an invoice",
        invoice,
        ("customer", "amount", "currency"),
        customer=named("cus"),
        amount=COUNT,
        currency=CURRENCY,
        description=TEXT,
        destination=named("acct"),
        on_account=named("acct"),
        application_fee_amount=COUNT,
    ),
}
