"""Xero's accounting API. Reference: developer.xero.com/documentation/api/accounting and the published description 16.1, read 2026-08.

Every request names the organisation. Nothing is ever deleted: contacts are archived, invoices voided, and both come along as such.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.sdk.answers import explain_status, retry_after
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ModifiedSince
from connectors.sdk.deletes import InBand
from connectors.sdk.errors import ConnectorError, NeedsUser, Refused, refusal
from connectors.sdk.pager import PageNumber
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Call, Change, Event, Option, Steps

KEY_HEADER = "Idempotency-Key"
STANDING = {"DRAFT": "draft", "SUBMITTED": "draft", "AUTHORISED": "open", "PAID": "paid", "VOIDED": "void", "DELETED": "void"}
CATEGORIES = {"CONTACT": "contacts", "INVOICE": "invoices"}


def standing(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an invoice with what its status is called here."""
    return {**row, "standing": STANDING.get(str(row.get("Status")), "open")}


def listed(name: str, noun: str, identity: str, deletes: InBand, scope: str) -> Resource:
    """Return what is declared of one noun; what is archived is listed with the rest, so that it is known as gone."""
    return Resource(
        name=name,
        list=Request("GET", f"/{noun}", {"order": f"{identity} ASC", "includeArchived": "true"}, scope=scope),
        get=f"/{noun}/{{id}}",
        rows=noun,
        row=f"{noun}.0",
        id=identity,
        modified="UpdatedDateUTC",
        total="pagination.itemCount",
        pager=PageNumber(pages="pagination.pageCount", size=1000, size_param="pageSize"),
        cursor=ModifiedSince("If-Modified-Since", "header"),
        deletes=deletes,
        scope=scope,
        headers={"xero-tenant-id": "{organisation}"},
    )


def save(change: Change) -> Request:
    """Return the request for a change of a contact. What is deleted here is archived there; a new one needs a name."""
    values, place = dict(change.values), f"/Contacts/{change.id}" if change.id else "/Contacts"
    if change.action == "delete":
        values = {"ContactStatus": "ARCHIVED"}
    if change.action == "create" and not values.get("Name"):
        named = " ".join(str(values[part]) for part in ("FirstName", "LastName") if values.get(part))
        values |= {"Name": named or values["EmailAddress"]} if named or values.get("EmailAddress") else {}
    values |= {"ContactID": change.id} if change.id else {}
    return Request("POST", place, json={"Contacts": [values]}, key=change.key, key_header=KEY_HEADER, scope="accounting.contacts")


class Xero(Connector):
    """The contacts and invoices of one organisation."""

    probe = Request("GET", "https://api.xero.com/connections")
    resources = {  # noqa: RUF012 - declared once, never changed
        "contacts": replace(
            listed("contacts", "Contacts", "ContactID", InBand("ContactStatus", ("ARCHIVED", "GDPRREQUEST")), "accounting.contacts.read"), write=save
        ),
        "invoices": replace(
            listed("invoices", "Invoices", "InvoiceID", InBand("Status", ("DELETED", "VOIDED")), "accounting.invoices.read"), shape=standing
        ),
    }

    @property
    def known(self) -> dict[str, str]:
        """What placeholders stand for: the organisation that was chosen, else the first that the consent told of, too."""
        known = super().known
        return {**known, "organisation": known.get("tenantId") or known.get("0.tenantId", "")}

    def account(self, response: Response) -> Account:
        """Return the organisation. Raises NeedsUser when the consent does not cover it, or covers several and none was chosen."""
        there, chosen = response.rows(""), self.known.get("tenantId")
        if len(there) > 1 and not chosen:
            named = ", ".join(str(row["tenantName"]) for row in there)
            raise NeedsUser(f"The consent covers {named}.", code="choice_needed", remedy="Choose one organisation in the configuration.")
        found = next((row for row in there if row.get("tenantId") == self.known["organisation"]), None)
        if found is None:
            raise refusal("scope_missing", "The account that is connected has no access to this organisation.")
        return Account(found["tenantId"], found["tenantName"])

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Tell the day's quota from the minute's, and find what Xero says of a record."""
        if response.status == 429 and response.headers.get("x-rate-limit-problem") == "day":
            return refusal("quota_exhausted", after=retry_after(response))
        if response.status == 400 and response.at("Message"):
            return Refused(f"Xero answered: {response.at('Elements.0.ValidationErrors.0.Message') or response.at('Message')}")
        return explain_status(request, response)

    def options(self, field: str) -> Steps[Option]:  # noqa: ARG002 - there is only one
        """Yield the organisations that the consent covers."""
        response = yield self.probe
        for row in response.rows(""):
            yield Option(row["tenantId"], row["tenantName"])

    def events(self, call: Call) -> Sequence[Event]:
        """Return which contacts and invoices changed; how, a fetch tells."""
        return [
            Event(
                f"{one['resourceId']}:{one['eventDateUtc']}",
                one["eventType"],
                CATEGORIES[one["eventCategory"]],
                one["resourceId"],
                account=one["tenantId"],
            )
            for one in json.loads(call.body).get("events", ())
            if one.get("eventCategory") in CATEGORIES and one.get("tenantId") == self.known["organisation"]
        ]
