"""Stripe: newest first with a cursor of ids, an event for every change, idempotency keys, and connected accounts named in a header.

Money moves at once: a confirmed payment makes its charge and, on behalf of a platform, its application fee.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.vendors import people
from tests.vendors.forms import fields_of, listed, tree
from tests.vendors.hooks import Hook, Notification, signature
from tests.vendors.identity import IdentityFacts
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Published, route
from tests.vendors.store import Row, Table, Values

API_KEY = "sk_test_junction"
PLATFORM, CONNECTED = "acct_platform", "acct_connected"
VERSION = "2023-08-16"
MONTH = 30 * 86_400
CHANGES = ("created", "updated", "deleted")
TOLD = {"customers": CHANGES, "products": CHANGES, "prices": CHANGES, "subscriptions": ("created", "updated"), "invoices": CHANGES,
    "accounts": ("updated",),
        "charges": ("created", "updated"), "refunds": ("created", "updated"), "payment_intents": ("created",),
            "application_fees": ("created",)}  # fmt: skip
NUMBERS = {"amount", "application_fee_amount", "unit_amount", "quantity", "expires_at"}
FLAGS = {"confirm", "auto_advance", "cancel_at_period_end", "active", "refund_application_fee", "reverse_transfer"}
# Path: (object, prefix of its ids, what a new one has, what is taken from the request).
KINDS: dict[str, tuple[str, str, Values, tuple[str, ...]]] = {
    "customers": ("customer", "cus_", {}, ("email", "name", "phone", "description", "address", "metadata")),
    "accounts": ("account", "acct_", {"charges_enabled": False, "details_submitted": False, "payouts_enabled": False},
                 ("email", "country", "type", "metadata")),
    "products": ("product", "prod_", {"active": True, "features": [], "images": [], "metadata": {}, "updated": 0}, ("name", "description",
        "metadata")),
    "prices": ("price", "price_", {"active": True, "billing_scheme": "per_unit", "metadata": {}, "type": "recurring"},
               ("currency", "product", "unit_amount", "recurring", "metadata")),
    "payment_intents": (
        "payment_intent", "pi_",
        {"capture_method": "automatic", "confirmation_method": "automatic", "payment_method_types": ["card"], "status": "requires_payment_method"},
        ("amount", "currency", "customer", "description", "application_fee_amount", "transfer_data", "on_behalf_of", "metadata", "payment_method"),
    ),
    "charges": ("charge", "ch_", {"amount_captured": 0, "amount_refunded": 0, "billing_details": {}, "captured": True, "disputed": False,
        "metadata": {},
                                  "paid": True, "refunded": False, "status": "succeeded"}, ()),
    "refunds": ("refund", "re_", {"status": "succeeded"}, ("charge", "payment_intent", "amount", "reason", "metadata")),
    "application_fees": ("application_fee", "fee_", {"amount_refunded": 0, "application": "ca_junction", "refunded": False,
                                                     "refunds": {"object": "list", "data": [], "has_more": False, "url": "/v1/application_fees"}},
                                                         ()),
    "subscriptions": ("subscription", "sub_", {"automatic_tax": {"enabled": False}, "cancel_at_period_end": False, "status": "active",
        "currency": "eur",
                                               "collection_method": "charge_automatically", "metadata": {}}, ("customer", "metadata",
                                                   "cancel_at_period_end")),
    "invoices": (
        "invoice", "in_",
        {"amount_due": 0, "amount_paid": 0, "amount_remaining": 0, "amount_shipping": 0, "attempt_count": 0, "attempted": False, "currency": "eur",
         "automatic_tax": {"enabled": False}, "collection_method": "charge_automatically", "default_tax_rates": [], "paid": False, "total": 0,
         "paid_out_of_band": False, "payment_settings": {}, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0,
             "subtotal": 0,
         "starting_balance": 0, "status_transitions": {}, "total_tax_amounts": [], "status": "draft",
         "lines": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoices/lines"}},
        ("customer", "description", "metadata"),
    ),
    "invoiceitems": ("invoiceitem", "ii_", {"date": 0, "discountable": True, "period": {"start": 0, "end": 0}, "proration": False, "quantity": 1},
                     ("customer", "amount", "currency", "description", "metadata", "invoice")),
    "transfers": ("transfer", "tr_", {"amount_reversed": 0, "metadata": {}, "reversed": False,
                                      "reversals": {"object": "list", "data": [], "has_more": False, "url": "/v1/transfers/reversals"}},
                  ("amount", "currency", "destination", "description", "metadata")),
    "payouts": ("payout", "po_", {"arrival_date": 0, "reconciliation_status": "not_applicable", "automatic": False, "method": "standard",
        "source_type": "card", "status": "pending",
                                  "type": "bank_account"}, ("amount", "currency", "description", "metadata")),
    "webhook_endpoints": ("webhook_endpoint", "we_", {"metadata": {}, "status": "enabled", "enabled_events": ["*"]}, ("url", "description",
        "metadata")),
}  # fmt: skip
SAMPLES: dict[str, Any] = {
    "customers": lambda n: {"email": people.email(n), "name": f"{people.first_name(n)} {people.last_name(n)}", "phone": people.phone(n),
        "metadata": {}},
    "products": lambda n: {"name": f"Product {n}"},
    "charges": lambda n: {"amount": 100 + n, "currency": "eur"},
}  # fmt: skip
MOVES: dict[str, Values] = {
    "cancel": {"status": "canceled"},
    "finalize": {"status": "open"},
    "pay": {"status": "paid", "paid": True},
    "void": {"status": "void"},
    "capture": {"status": "succeeded"},
}


class Stripe(Personality):
    key = "stripe"
    host = "api.stripe.com"
    descriptions = (Published("stripe/spec3.json"),)
    identity = IdentityFacts(
        "https://connect.stripe.com/oauth/authorize", "https://connect.stripe.com/oauth/token", "https://connect.stripe.com/oauth/deauthorize",
        expires_in=None, client="bearer", extra={"stripe_user_id": CONNECTED, "stripe_publishable_key": "pk_test_1"},
    )  # fmt: skip
    limits = (Limit(25, 1),)
    idempotency_header = "idempotency-key"
    required = dict.fromkeys(SAMPLES, "id")

    def prepare(self) -> None:
        self.vendor.identity.accept(API_KEY)
        self.account = ""

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        name = resource.rpartition("/")[2]
        return f"{KINDS[name][1] if name in KINDS else 'evt_'}{place:014d}"

    def sample(self, resource: str, number: int) -> Values:
        return {**KINDS[resource][2], **SAMPLES[resource](number)}

    def show(self, resource: str, row: Row) -> Any:
        kind = KINDS[resource]
        if row.deleted is not None:
            return {"id": row.id, "object": kind[0], "deleted": True}
        created = row.created // 1000
        live = {} if resource in {"accounts", "refunds"} else {"livemode": False}
        if resource == "invoiceitems":
            return {"id": row.id, "object": kind[0], **live, **row.values, "date": created, "period": {"start": created, "end": created}}
        derived = {
            "invoices": {"period_start": created, "period_end": created},
            "subscriptions": {
                "billing_cycle_anchor": created,
                "current_period_start": created,
                "current_period_end": created + MONTH,
                "start_date": created,
            },
        }
        return {"id": row.id, "object": kind[0], "created": created, **live, **derived.get(resource, {}), **row.values}

    def handle(self, call: Call) -> Answer:
        """Answer for the account that is named, for that of a consent's token, or for the platform's own."""
        consented = call.headers.get("authorization", "").removeprefix("Bearer ").startswith("at-")
        self.account = call.headers.get("stripe-account", CONNECTED if consented else "")
        return super().handle(call)

    def table(self, resource: str) -> Table:
        """Return a resource of the account that the call acts for."""
        return self.store[f"{self.account}/{resource}" if self.account else resource]

    @route("GET", "/v1/account")
    def own_account(self, call: Call) -> Answer:
        flags = {"charges_enabled": True, "details_submitted": True, "payouts_enabled": True}
        return Answer.of({"id": self.account or PLATFORM, "object": "account", "email": "owner@example.com", **flags})

    @route("GET", "/v1/balance")
    def balance(self, call: Call) -> Answer:
        money = [{"amount": 0, "currency": "eur"}]
        return Answer.of({"object": "balance", "available": money, "pending": money, "livemode": False})

    @route("POST", "/v1/account_links")
    def account_link(self, call: Call) -> Answer:
        now = self.vendor.clock.now() // 1000
        self.row(self.table("accounts"), call.form["account"], call)
        return Answer.of(
            {"object": "account_link", "created": now, "expires_at": now + 300, "url": f"https://connect.stripe.com/setup/{call.form['account']}"}
        )

    @route("POST", "/v1/accounts/{account}/login_links")
    def login_link(self, call: Call, account: str) -> Answer:
        self.row(self.table("accounts"), account, call)
        return Answer.of({"object": "login_link", "created": self.vendor.clock.now() // 1000, "url": f"https://connect.stripe.com/express/{account}"})

    @route("POST", "/v1/application_fees/{fee}/refunds")
    def give_back_fee(self, call: Call, fee: str) -> Answer:
        """Give back all of a fee, or a part of it."""
        row = self.row(self.store["application_fees"], fee, call)
        amount = values_of(call).get("amount", row.values["amount"] - row.values["amount_refunded"])
        total = row.values["amount_refunded"] + amount
        if total > row.values["amount"]:
            raise Refusal(self.refusal(400, "fee_already_refunded", "The refund is greater than what is left of the fee."))
        self.store["application_fees"].change(fee, {"amount_refunded": total, "refunded": total == row.values["amount"]})
        return Answer.of({"id": f"fr_{row.number}", "object": "fee_refund", "amount": amount, "created": self.vendor.clock.now() // 1000,
                          "currency": row.values["currency"], "fee": fee, "metadata": {}})  # fmt: skip

    @route("GET", "/v1/events")
    def events(self, call: Call) -> Answer:
        rows = [row for row in self.table("events").live() if row.created > self.vendor.clock.now() - MONTH * 1000]
        wanted = {value for name, value in call.query if name.startswith("types[") or name == "type"}
        return self.page(call, "events", [row for row in rows if not wanted or row.values["type"] in wanted])

    @route("GET", "/v1/{resource}")
    def listing(self, call: Call, resource: str) -> Answer:
        return self.page(call, resource, [row for row in self.table(resource).live() if self.within(call, row) and self.belongs(call, row)])

    def within(self, call: Call, row: Row) -> bool:
        created, asked = row.created // 1000, tree(call.query).get("created", {})
        bounds = {"gt": created > int(asked.get("gt", -1)), "gte": created >= int(asked.get("gte", 0)),
                  "lt": created < int(asked.get("lt", 1e12)), "lte": created <= int(asked.get("lte", 1e12))}  # fmt: skip
        return all(bounds.values())

    def belongs(self, call: Call, row: Row) -> bool:
        named = {name: call.arguments[name] for name in ("customer", "charge", "payment_intent", "email", "status") if name in call.arguments}
        return all(value == "all" or row.values.get(name) == value for name, value in named.items())

    def page(self, call: Call, resource: str, rows: list[Row]) -> Answer:
        """Return a page, newest first; a cursor that names no row is refused."""
        rows, cursor = rows[::-1], call.arguments.get("starting_after")
        names = [row.id for row in rows]
        if cursor and cursor not in self.table(resource).rows:
            raise Refusal(self.refusal(400, "resource_missing", f"No such object: '{cursor}'"))
        start = names.index(cursor) + 1 if cursor in names else 0
        page, following = self.cut(rows, start, int(call.arguments.get("limit", "10")))
        shown = [row.values if resource == "events" else self.shown(resource, row) for row in page]
        return Answer.of({"object": "list", "url": call.path, "has_more": following is not None, "data": shown})

    @route("POST", "/v1/{resource}")
    def create(self, call: Call, resource: str) -> Answer:
        asked = values_of(call)
        kind = KINDS[resource]
        made = {name: asked[name] for name in kind[3] if name in asked}
        row = self.table(resource).create({**kind[2], **made, **self.consequences(call, resource, asked)})
        for line in row.values.get("items", {}).get("data", ()):
            line["subscription"] = row.id
        if resource == "payment_intents" and asked.get("confirm"):
            self.pay(row)
        secret = {"secret": f"whsec_{row.id}"} if resource == "webhook_endpoints" else {}
        return Answer.of(self.shown(resource, row) | secret)

    def consequences(self, call: Call, resource: str, asked: Values) -> Values:
        """Return what follows from a request besides what it says."""
        if resource == "refunds":
            return self.refunded(call, asked)
        if resource == "subscriptions":
            return {"items": self.items(asked)}
        if resource == "invoiceitems":
            return {"currency": asked.get("currency", "eur")}
        if resource == "webhook_endpoints":
            return {"enabled_events": listed(asked["enabled_events"])}
        return {}

    def items(self, asked: Values) -> Values:
        url = "/v1/subscription_items"
        prices = [self.table("prices").rows[each["price"]] for each in listed(asked.get("items", {}))]
        lines = [
            {"id": f"si_{number}", "object": "subscription_item", "created": row.created // 1000, "metadata": {}, "price": self.show("prices", row),
             "quantity": 1, "subscription": "", "tax_rates": []}
            for number, row in enumerate(prices)
        ]  # fmt: skip
        return {"object": "list", "data": lines, "has_more": False, "url": url}

    def refunded(self, call: Call, asked: Values) -> Values:
        """Take money back from a charge, named by itself or by its payment."""
        intent = self.table("payment_intents").get(asked.get("payment_intent", ""))
        charge = self.row(self.table("charges"), asked.get("charge") or (intent.values["latest_charge"] if intent else ""), call)
        amount = asked.get("amount", charge.values["amount"] - charge.values["amount_refunded"])
        total = charge.values["amount_refunded"] + amount
        if total > charge.values["amount"]:
            raise Refusal(self.refusal(400, "charge_already_refunded", "The refund is greater than what is left of the charge."))
        self.table("charges").change(charge.id, {"amount_refunded": total, "refunded": total == charge.values["amount"]})
        self.tell("charges", charge, "refunded")
        return {"charge": charge.id, "amount": amount, "currency": charge.values["currency"]}

    def pay(self, intent: Row) -> None:
        """Make the charge of a payment, and the application fee where there is one."""
        values: Values = {
            name: intent.values[name] for name in ("amount", "currency", "customer", "transfer_data", "on_behalf_of") if name in intent.values
        }
        charge = self.table("charges").create(
            {**KINDS["charges"][2], **values, "amount_captured": intent.values["amount"], "payment_intent": intent.id}
        )
        fee = intent.values.get("application_fee_amount")
        if fee:
            account = self.account or intent.values.get("transfer_data", {}).get("destination", "")
            made = {"account": account, "amount": fee, "charge": charge.id, "currency": intent.values["currency"]}
            row = self.store["application_fees"].create({**KINDS["application_fees"][2], **made})
            charge.values |= {"application_fee": row.id, "application_fee_amount": fee}
        intent.values |= {"status": "succeeded", "latest_charge": charge.id}

    @route("GET", "/v1/{resource}/{row_id}")
    def read(self, call: Call, resource: str, row_id: str) -> Answer:
        row = self.table(resource).rows.get(row_id)
        if row is None:
            raise Refusal(self.missing(call))
        return Answer.of(row.values if resource == "events" else self.shown(resource, row))

    @route("POST", "/v1/{resource}/{row_id}")
    def change(self, call: Call, resource: str, row_id: str) -> Answer:
        asked, row = values_of(call), self.row(self.table(resource), row_id, call)
        self.table(resource).change(row.id, {name: asked[name] for name in KINDS[resource][3] if name in asked})
        return Answer.of(self.shown(resource, row))

    @route("DELETE", "/v1/{resource}/{row_id}")
    def delete(self, call: Call, resource: str, row_id: str) -> Answer:
        row = self.row(self.table(resource), row_id, call)
        if resource == "subscriptions":
            return self.canceled(row)
        return Answer.of(self.shown(resource, self.table(resource).delete(row.id)))

    def canceled(self, row: Row) -> Answer:
        self.table("subscriptions").change(row.id, {"status": "canceled"})
        self.tell("subscriptions", row, "deleted")
        return Answer.of(self.shown("subscriptions", row))

    @route("POST", "/v1/{resource}/{row_id}/{verb}")
    def move(self, call: Call, resource: str, row_id: str, verb: str) -> Answer:
        row = self.row(self.table(resource), row_id, call)
        if resource == "payment_intents" and verb == "confirm":
            self.pay(row)
        else:
            row.values |= MOVES[verb]
        self.table(resource).touched(row, "updated")
        self.tell(resource, row, row.values["status"])
        return Answer.of(self.shown(resource, row))

    def notice(self, resource: str, row: Row, verb: str) -> None:
        name = resource.rpartition("/")[2]
        if verb in TOLD.get(name, ()):
            self.tell(name, row, "succeeded" if (name, verb) == ("charges", "created") else verb)

    def tell(self, resource: str, row: Row, verb: str) -> None:
        """Keep the event of a change, with the object as it is now."""
        name = "customer.subscription" if resource == "subscriptions" else KINDS[resource][0]
        event = self.table("events").create({})
        connected = {"account": self.account} if self.account else {}
        event.values |= {"id": event.id, "object": "event", "api_version": VERSION, "created": event.created // 1000, "livemode": False, **connected,
                         "pending_webhooks": 0, "type": f"{name}.{verb}", "data": {"object": self.show(resource, row)}}  # fmt: skip

    def authorized(self, call: Call) -> bool:
        return super().authorized(call) or call.headers.get("authorization", "").startswith("Basic c2tfdGVzdF9qdW5jdGlvbj")

    def missing(self, call: Call) -> Answer:
        return self.refusal(404, "resource_missing", f"No such object: '{call.segments[-1]}'")

    def refusal(self, status: int, code: str, message: str) -> Answer:
        kind = "idempotency_error" if code == "idempotency_error" else "api_error" if status >= 500 else "invalid_request_error"
        return Answer.of({"error": {"type": kind, "code": code, "message": message}}, status, {"request-id": "req_mock"})

    def throttled(self, wait: int) -> Answer:
        return Answer.of({"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}}, 429,
                         {"stripe-should-retry": "true", "stripe-rate-limited-reason": "global-rate"})  # fmt: skip

    def headers(self, call: Call) -> dict[str, str]:
        return {"stripe-version": VERSION, "request-id": f"req_{len(self.vendor.calls)}"}

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return the last event of a row."""
        events = [event.values for event in self.table("events").all() if event.values["data"]["object"]["id"] == row.id]
        return Notification.of(events[-1])

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        stamp = at // 1000
        signed = f"t={stamp},v1={signature(secret, f'{stamp}.'.encode() + body)}"
        return Hook(url, {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signed}, body)


def values_of(call: Call) -> Values:
    """Return a form as values; what counts money or says yes or no is no text."""
    return {name: read(name, value) for name, value in tree(fields_of(call.body)).items()}


def read(name: str, value: Any) -> Any:
    if name == "recurring":
        return {"interval_count": 1, "usage_type": "licensed", **value}
    if isinstance(value, dict):
        return {inner: part if name == "metadata" else read(inner, part) for inner, part in value.items()}
    if name in NUMBERS and isinstance(value, str):
        return int(value)
    return value == "true" if name in FLAGS else value
