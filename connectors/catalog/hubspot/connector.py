"""HubSpot CRM v3. Reference: developers.hubspot.com/docs/api-reference, read 2026-08.

Search shows 10,000 rows of a query and no more, and a batch of HubSpot's own may give more rows than that one and the same time. So the
window of times is closed and walked by id: neither can hide a row or repeat it for ever.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from connectors.catalog.hubspot.associations import OWN, at_creation, completed, lead
from connectors.sdk.answers import explain_status
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ClosedWindow
from connectors.sdk.deletes import ArchivedList
from connectors.sdk.errors import ConnectorError, Refused, refusal
from connectors.sdk.pager import Keyset, Place, Token
from connectors.sdk.reading import completed_pages
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Asked, Call, Change, Cursor, Event, Field, Happened, Outcome, Page, Record, Steps

OBJECTS = "/crm/v3/objects"
ARCHIVE = Token("paging.next.after", "after", 100, "limit")
NOUNS = {"contact": "contacts", "company": "companies", "deal": "deals"}
DELETED = ("deletion", "privacyDeletion")


@dataclass(frozen=True)
class ById(Keyset):
    """Walks a search by id: the last one becomes a filter of the only group."""

    def turn(self, request: Request, place: Place | None) -> Request:
        """Return the search for what comes after the last id."""
        filters = request.json["filterGroups"][0]["filters"]
        beyond = [{"propertyName": "hs_object_id", "operator": "GT", "value": place["token"]}] if place else []
        return request.with_json({"limit": self.size, "filterGroups": [{"filters": [*filters, *beyond]}]})


def objects(name: str, modified: str) -> Resource:
    """Return what is declared of one of the CRM's objects; `modified` is the property with the time of the last change."""

    def window(request: Request, since: str, until: str) -> Request:
        bounds = [(modified, "GTE", since), (modified, "LTE", until)]
        return request.with_json({"filterGroups": [{"filters": [{"propertyName": p, "operator": o, "value": v} for p, o, v in bounds]}]})

    search = Request(
        "POST", f"{OBJECTS}/{name}/search", json={"sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]}, repeatable=True
    )
    return Resource(
        name=name,
        list=search,
        get=f"{OBJECTS}/{name}/{{id}}",
        rows="results",
        total="total",
        modified="updatedAt",
        scope=f"crm.objects.{name}.read",
        pager=ById("", 200),
        cursor=ClosedWindow(format="ms", settle=60, window=window),
        deletes=ArchivedList({"archived": "true"}, f"{OBJECTS}/{name}", ARCHIVE, every_hours=1),
        write=partial(save, name),
        find=partial(twin, name),
    )


def save(name: str, change: Change) -> Request:
    """Return the request for a change. A contact is put by its address, so that creating it twice makes one."""
    scope, properties = f"crm.objects.{name}.write", own_properties(change)
    if change.action == "delete":
        return Request("DELETE", f"{OBJECTS}/{name}/{change.id}", key=change.key, scope=scope)
    if change.action == "update":
        return Request("PATCH", f"{OBJECTS}/{name}/{change.id}", json={"properties": properties}, key=change.key, repeatable=True, scope=scope)
    if upserted(name, change):
        one = {"id": properties["email"], "idProperty": "email", "properties": properties}
        return Request("POST", f"{OBJECTS}/contacts/batch/upsert", json={"inputs": [one]}, key=change.key, repeatable=True, scope=scope)
    body = {"properties": properties, "associations": at_creation(name, change)}
    return Request("POST", f"{OBJECTS}/{name}", json=body, key=change.key, scope=scope)


def upserted(name: str, change: Change) -> bool:
    """Tell whether a row is put by what is unique in it, which a request with associations cannot do."""
    return name == "contacts" and change.action == "create" and bool(own_properties(change).get("email"))


def own_properties(change: Change) -> dict[str, Any]:
    """Return the properties of a change that are written as such: the company of a contact is an association."""
    return {name: value for name, value in change.values.get("properties", {}).items() if name != OWN}


def twin(name: str, change: Change) -> Request:
    """Return the search for the row that a create may have made: of the same properties and the same company, newest first."""
    given = [(prop, value) for prop, value in own_properties(change).items() if value is not None][:5]
    company = change.values.get("properties", {}).get(OWN)
    given += [(OWN, company)] if company else []
    filters = [{"propertyName": prop, "operator": "EQ", "value": str(value)} for prop, value in given]
    newest = [{"propertyName": "createdate", "direction": "DESCENDING"}]
    return Request("POST", f"{OBJECTS}/{name}/search", json={"filterGroups": [{"filters": filters}], "sorts": newest, "limit": 1}, repeatable=True)


def priced(row: Record, currency: str) -> Record:
    """Return a row whose amount, if it has one, has a currency."""
    found = row.values.get("properties") or {}
    bare = found.get("amount") and not found.get("deal_currency_code")
    return replace(row, values={**row.values, "properties": {**found, "deal_currency_code": currency}}) if bare else row


class HubSpot(Connector):
    """Contacts, companies and deals."""

    probe = Request("GET", "/account-info/v3/details")
    currency = ""
    resources = {  # noqa: RUF012 - declared once, never changed
        "contacts": objects("contacts", "lastmodifieddate"),
        "companies": objects("companies", "hs_lastmodifieddate"),
        "deals": objects("deals", "hs_lastmodifieddate"),
    }

    def account(self, response: Response) -> Account:
        """Return the portal."""
        return Account(str(response.at("portalId")), f"HubSpot {response.at('portalId')}")

    def listing(self, resource: Resource) -> Request:
        """Ask for the properties that are mapped: without, only a few come."""
        wanted = {path.removeprefix("properties.") for path in self.context.wanted.get(resource.name, ()) if path.startswith("properties.")}
        return resource.request.with_json({"properties": sorted(wanted)}) if wanted else resource.request

    def import_data(self, resource: str, cursor: Cursor | None = None) -> Steps[Page]:
        """Yield the pages, of rows that say whom they lead to and in which currency they are."""
        return completed_pages(super().import_data(resource, cursor), partial(self.whole, resource))

    def get_record(self, resource: str, identity: str) -> Asked[Record]:
        """Return one row, as complete as on a page. Raises Missing."""
        record = yield from super().get_record(resource, identity)
        page = yield from self.whole(resource, Page([record]))
        return page.rows[0]

    def whole(self, resource: str, page: Page) -> Asked[Page]:
        """Return a page with what search does not tell. Amounts of an account with a single currency do not name it."""
        page = yield from completed(resource, self.context.wanted.get(resource, ()), page)
        if resource == "deals" and page.rows:
            self.currency = self.currency or str((yield self.probe).at("companyCurrency", ""))
            page = replace(page, rows=[priced(row, self.currency) for row in page.rows])
        return page

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Write the properties, if there are any to write, then whom the row leads to: a row that is made anew is made with that."""
        bare = change.action == "update" and not own_properties(change)
        made = Outcome(change.key, change.id) if bare else (yield from super().write(resource, change))
        whole = change.action == "delete" or (change.action == "create" and not upserted(resource.name, change))
        return made if made.error or whole else (yield from lead(resource.name, change, made))

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Know that 530 is a token without even the right form, and that 207 holds what was refused of a batch, or leads nowhere."""
        if response.status == 207 and response.at("errors") and "/associations/" not in request.url:
            return Refused(str(response.at("errors.0.message")))
        return refusal("invalid_credential") if response.status == 530 else explain_status(request, response)

    def outcome(self, resource: Resource, change: Change, response: Response) -> Outcome:
        """Look into the answer to a batch of one."""
        batch = isinstance(response.found, dict) and "results" in response.found
        return super().outcome(replace(resource, row="results.0" if batch else ""), change, response)

    def fields(self, resource: str) -> Steps[Field]:
        """Yield the properties of an object, the account's own ones too."""
        response = yield Request("GET", f"/crm/v3/properties/{resource}")
        for row in response.rows("results"):
            read_only = (row.get("modificationMetadata") or {}).get("readOnlyValue", False)
            yield Field(f"properties.{row['name']}", row["label"], row["type"], not read_only, tuple(one["value"] for one in row.get("options", ())))

    def events(self, call: Call) -> Sequence[Event]:
        """Return the changes that a call tells of; the rows themselves are fetched."""
        return [event_of(one) for one in json.loads(call.body)]


def event_of(told: dict[str, object]) -> Event:
    """Return one entry of a call as an event."""
    noun, _, what = str(told.get("subscriptionType", "")).partition(".")
    identity = ":".join(str(told.get(name, "")) for name in ("eventId", "subscriptionId", "portalId", "occurredAt"))
    action: Happened = "other" if noun not in NOUNS else "deleted" if what in DELETED else "changed"
    about = str(told.get("objectId") or told.get("fromObjectId", ""))
    return Event(identity, f"{noun}.{what}", NOUNS.get(noun, ""), about, action, account=str(told.get("portalId", "")))
