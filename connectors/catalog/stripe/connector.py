"""Stripe API, version 2023-08-16. Reference: docs.stripe.com/api, read 2026-08.

Lists can be narrowed by the day of creation only, so changes are read from the log of events, which reaches back 30 days. What happens in
connected accounts comes from an endpoint of the platform's, with a secret of its own (docs.stripe.com/connect/webhooks).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Self

from connectors.catalog.stripe.operations import OPERATIONS, VERSION, acting
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import EventLog
from connectors.sdk.deletes import Deletes, Never, SnapshotDiff
from connectors.sdk.errors import Missing
from connectors.sdk.pager import Keyset
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write, bracketed
from connectors.sdk.values import Account, Call, Context, Event, Happened, Steps, Subscription

MONTH_HOURS: Final = 30 * 24
STAY: Final = Never("Money that moved is never deleted; a refund is another record.")
# docs.stripe.com/currencies: amounts are in the smallest unit, and not every currency has hundredths.
DECIMALS: Final = dict.fromkeys("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split(), 0) | dict.fromkeys(  # noqa: SIM905 - a list of codes
    ("BHD", "JOD", "KWD", "OMR", "TND"), 3
)
LEFT: Final = "account.application.deauthorized"
NOUNS: Final = {"customer": "customers", "product": "products", "charge": "charges", "invoice": "invoices"}


def money(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row with its amount in the currency's main unit, and a name even before it has a number."""
    currency = str(row.get("currency", "")).upper()
    whole = Decimal(row.get("amount", row.get("total", 0)) or 0).scaleb(-DECIMALS.get(currency, 2))
    return {**row, "major": {"amount": f"{whole:f}", "currency": currency}, "named": row.get("number") or row.get("id")}


def objects(name: str, *verbs: str, writes: bool = False, deletes: Deletes | None = None) -> Resource:
    """Return what is declared of one kind of object, whose events are these."""
    path, noun = f"/v1/{name}", name.removesuffix("s")
    return Resource(
        name=name,
        list=path,
        get=f"{path}/{{id}}",
        rows="data",
        headers=VERSION,
        pager=Keyset("starting_after", 100, "limit", "has_more"),
        cursor=EventLog("/v1/events", "data", tuple(f"{noun}.{verb}" for verb in verbs), max_age_hours=MONTH_HOURS - 24),
        deletes=deletes or SnapshotDiff(every_hours=MONTH_HOURS),
        write=Write(f"POST {path}", f"POST {path}/{{id}}", f"DELETE {path}/{{id}}", key_header="Idempotency-Key", form=True) if writes else None,
        shape=None if writes else money,
    )


class Stripe(Connector):
    """One Stripe account, or a platform with its connected ones."""

    probe = Request("GET", "/v1/account", headers=VERSION)
    operations = OPERATIONS
    resources = {  # noqa: RUF012 - declared once, never changed
        "customers": objects("customers", "created", "updated", "deleted", writes=True),
        "products": objects("products", "created", "updated", "deleted", writes=True),
        "charges": objects("charges", "succeeded", "failed", "pending", "captured", "refunded", "updated", deletes=STAY),
        "invoices": objects("invoices", "created", "updated", "finalized", "paid", "payment_failed", "voided", "deleted"),
    }

    def bind(self, context: Context) -> Self:
        """Take the account that is acted for, where it is another than the key's own."""
        super().bind(context)
        self.probe = replace(type(self).probe, headers={**VERSION, **acting(self.known.get("account", ""))})
        return self

    def resource(self, name: str) -> Resource:
        """Return a resource of the account that is acted for."""
        found = super().resource(name)
        return replace(found, headers={**found.headers, **acting(self.known.get("account", ""))})

    def account(self, response: Response) -> Account:
        """Return the account of the key."""
        return Account(str(response.at("id")), str(response.at("email") or response.at("id")))

    def subscribe(self) -> Steps[Subscription]:
        """Have Stripe call us, unless it does; the secret of an endpoint is told once, when it is made. A connected account has none."""
        if self.known.get("account") or self.known.get("stripe_user_id"):
            return
        response = yield Request("GET", "/v1/webhook_endpoints", {"limit": 100}, headers=VERSION)
        there = {row["id"] for row in response.rows("data") if row.get("url") == self.context.hook_url}
        kept = {one.topic: one for one in self.context.subscriptions if one.id in there}
        for topic in ("own account", *(["connected accounts"] if self.context.config.get("connectedAccounts") else [])):
            if topic in kept:
                yield kept[topic]
                continue
            topics = list(self.manifest.hook.topics if self.manifest.hook else ())
            wanted = {"url": self.context.hook_url, "enabled_events": topics, "connect": topic == "connected accounts"}
            response = yield Request("POST", "/v1/webhook_endpoints", form=bracketed(wanted), headers=VERSION)
            yield Subscription(str(response.at("id")), topic, secret=str(response.at("secret", "")))

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:
        """Take our endpoints away."""
        for one in subscriptions:
            with suppress(Missing):
                yield Request("DELETE", f"/v1/webhook_endpoints/{one.id}", headers=VERSION)
            yield one

    def events(self, call: Call) -> Sequence[Event]:
        """Return what an event tells: a hint, since events may come out of order. An account that has left us is read, which says so."""
        told = json.loads(call.body)
        if told.get("type") == LEFT:
            return [Event(str(told["id"]), LEFT, next(iter(self.resources)), account=str(told.get("account", "")))]
        noun, _, verb = str(told.get("type", "")).partition(".")
        known = noun in NOUNS and "." not in verb
        identity = str(told.get("data", {}).get("object", {}).get("id", ""))
        action: Happened = "other" if not known else "deleted" if verb == "deleted" else "changed"
        return [
            Event(str(told["id"]), f"{noun}.{verb}", NOUNS.get(noun, "") if known else "", identity, action, account=str(told.get("account", "")))
        ]
