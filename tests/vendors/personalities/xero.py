"""Xero: pages by number, changes since a header's time, archived contacts and voided invoices, idempotency keys, a tenant in a header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.vendors import people
from tests.vendors.hooks import Hook, Notification, signature
from tests.vendors.identity import IdentityFacts
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Published, route
from tests.vendors.store import Row, Values

TENANT = "11111111-2222-4333-8444-555555555555"
# Path: (id, filter of gone rows).
KINDS = {"Contacts": "ContactID", "Invoices": "InvoiceID", "Payments": "PaymentID", "Items": "ItemID"}
GONE: dict[str, tuple[str, tuple[str, ...]]] = {"Contacts": ("ContactStatus", ("ARCHIVED",)), "Invoices": ("Status", ("VOIDED", "DELETED"))}
SAMPLES: dict[str, Any] = {
    "Payments": lambda n: {"Amount": 100.0 + n, "Status": "AUTHORISED", "Date": "/Date(1795176000000+0000)/"},
    "Items": lambda n: {"Code": f"ITEM-{n}", "Name": f"Item {n}"},
    "Contacts": lambda n: {"Name": f"{people.first_name(n)} {people.last_name(n)} {n}", "FirstName": people.first_name(n),
        "LastName": people.last_name(n),
                           "EmailAddress": people.email(n), "ContactStatus": "ACTIVE"},
    "Invoices": lambda n: {"Type": "ACCREC", "InvoiceNumber": f"INV-{n:05d}", "Status": "AUTHORISED", "Total": 100.0 + n, "AmountDue": 100.0 + n,
                           "CurrencyCode": "GBP", "Contact": {"ContactID": str(UUID(int=1)), "Name": people.company(n)}},
}  # fmt: skip


class Xero(Personality):
    key = "xero"
    host = "api.xero.com"
    descriptions = (Published("xero/xero_accounting.json"), Published("xero/xero_identity.json", any_case=True))
    identity = IdentityFacts(
        "https://login.xero.com/identity/connect/authorize", "https://identity.xero.com/connect/token",
            "https://identity.xero.com/connect/revocation",
        expires_in=1800, rotates=True, client="basic",
    )  # fmt: skip
    limits = (Limit(60, 60),)
    idempotency_header = "idempotency-key"
    required = KINDS

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return str(UUID(int=place + (hash_of(resource) << 64)))

    def sample(self, resource: str, number: int) -> Values:
        found: Values = SAMPLES[resource](number)
        return found

    def show(self, resource: str, row: Row) -> Any:
        name, states = GONE.get(resource, ("", ()))
        gone = {name: states[0]} if row.deleted is not None and states and row.values.get(name) not in states else {}
        return {KINDS[resource]: row.id, "UpdatedDateUTC": f"/Date({row.modified}+0000)/", **row.values, **gone}

    def authorized(self, call: Call) -> bool:
        return super().authorized(call) and (call.path == "/connections" or call.headers.get("xero-tenant-id") == TENANT)

    @route("GET", "/connections")
    def connections(self, call: Call) -> Answer:
        now = "2026-11-20T12:00:00.0000000"
        one = {"id": str(UUID(int=7)), "tenantId": TENANT, "tenantType": "ORGANISATION", "tenantName": "Example Ltd", "createdDateUtc": now,
               "updatedDateUtc": now, "authEventId": str(UUID(int=8))}  # fmt: skip
        return Answer.of([one])

    @route("DELETE", "/connections/{row_id}")
    def disconnect(self, call: Call, row_id: str) -> Answer:
        return Answer(204)

    @route("GET", "/api.xro/2.0/Organisation")
    def organisation(self, call: Call) -> Answer:
        return Answer.of({"Organisations": [{"OrganisationID": TENANT, "Name": "Example Ltd", "BaseCurrency": "GBP", "CountryCode": "GB"}]})

    @route("GET", "/api.xro/2.0/{resource}")
    def listing(self, call: Call, resource: str) -> Answer:
        size = int(call.arguments.get("pageSize", "100"))
        start = (int(call.arguments.get("page", "1")) - 1) * size
        rows = self.chosen(call, resource)
        page, _ = self.cut(rows, start, size)
        pages = {"page": start // size + 1, "pageSize": size, "pageCount": -(-len(rows) // size), "itemCount": len(rows)}
        return Answer.of({resource: [self.shown(resource, row) for row in page]} | ({"pagination": pages} if "page" in call.arguments else {}))

    def chosen(self, call: Call, resource: str) -> list[Row]:
        """Return the rows changed since the header's time; archived ones only where they are asked for."""
        since = milliseconds_of(call.headers.get("if-modified-since", ""))
        archived = call.arguments.get("includeArchived") == "true" or resource != "Contacts"
        wanted = set(filter(None, call.arguments.get("IDs", "").split(",")))
        rows = self.store[resource].chosen(
            (since, archived, str(wanted)),
            lambda row: row.modified > since and (archived or row.deleted is None) and (not wanted or row.id in wanted),
        )
        return rows[::-1] if call.arguments.get("order", "").endswith("DESC") else rows

    @route("GET", "/api.xro/2.0/{resource}/{row_id}")
    def read(self, call: Call, resource: str, row_id: str) -> Answer:
        return Answer.of({resource: [self.shown(resource, self.row(self.store[resource], row_id, call))]})

    @route("PUT", "/api.xro/2.0/{resource}")
    @route("POST", "/api.xro/2.0/{resource}")
    def put(self, call: Call, resource: str) -> Answer:
        return Answer.of({resource: [self.shown(resource, self.saved(resource, values)) for values in call.json[resource]]})

    @route("POST", "/api.xro/2.0/{resource}/{row_id}")
    def change(self, call: Call, resource: str, row_id: str) -> Answer:
        row = self.row(self.store[resource], row_id, call)
        return Answer.of({resource: [self.shown(resource, self.saved(resource, {**call.json[resource][0], KINDS[resource]: row.id}))]})

    def saved(self, resource: str, asked: Values) -> Row:
        """Change the row of an id, or of a contact's name, which is unique; else create one."""
        values = {name: value for name, value in asked.items() if name != KINDS[resource]}
        table = self.store[resource]
        known = table.rows.get(asked.get(KINDS[resource], "")) or (
            table.find("Name", asked["Name"]) if resource == "Contacts" and "Name" in asked else None
        )
        if known is None and "Name" not in asked and resource == "Contacts":
            raise Refusal(self.refusal(400, "ValidationException", "The contact name must be specified."))
        given = {"ContactStatus": "ACTIVE"} if resource == "Contacts" else {}
        row = table.change(known.id, values) if known else table.create({**given, **values})
        name, states = GONE.get(resource, ("", ()))
        return table.delete(row.id) if row.values.get(name) in states else row

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return Answer.of({"ErrorNumber": 10, "Type": code, "Message": message, "Elements": []}, status)

    def unauthorized(self, call: Call) -> Answer:
        return Answer.of(
            {"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": "AuthenticationUnsuccessful", "Instance": str(UUID(int=1))}, 401
        )

    def throttled(self, wait: int) -> Answer:
        return Answer(429, {"retry-after": str(wait), "x-rate-limit-problem": "minute"})

    def headers(self, call: Call) -> dict[str, str]:
        return {"x-minlimit-remaining": str(self.vendor.windows[0].left()), "x-daylimit-remaining": "4999", "x-appminlimit-remaining": "9999"}

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return a thin event: it names what changed, and a fetch tells how."""
        event = {"resourceUrl": f"https://{self.host}/api.xro/2.0/{resource}/{row.id}", "resourceId": row.id, "tenantId": TENANT,
                 "eventDateUtc": datetime.fromtimestamp(row.modified / 1000, UTC).isoformat(timespec="milliseconds")[:23],
                     "tenantType": "ORGANISATION",
                 "eventType": "CREATE" if verb == "created" else "UPDATE", "eventCategory": resource.upper().removesuffix("S")}  # fmt: skip
        return Notification.of(
            {"events": [event], "firstEventSequence": row.number, "lastEventSequence": row.number, "entropy": "MOCKENTROPYMOCKENTROP"}
        )

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        return Hook(url, {"Content-Type": "application/json", "x-xero-signature": signature(secret, body, encoding="base64")}, body)


def hash_of(name: str) -> int:
    """Return a small number that is the same for a name in every process."""
    return sum(name.encode())


def milliseconds_of(text: str) -> int:
    """Return the time of an If-Modified-Since, which Xero takes in ISO 8601 (always UTC)."""
    if not text:
        return -1
    return round(datetime.fromisoformat(re.sub(r"Z$", "", text)).replace(tzinfo=UTC).timestamp() * 1000)
