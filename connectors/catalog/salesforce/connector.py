"""Salesforce's REST API, version 60. Reference: developer.salesforce.com/docs/atlas.en-us.api_rest, read 2026-08.

A query keeps its rows: what changes while its batches are read is found by the next one, which begins before this one did. A listing of
many rows is made as a job; where Salesforce cannot make it so, it is read like the others.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Self

from connectors.catalog.salesforce.bulk import LARGE, Job, begin, job_error, results
from connectors.sdk.answers import explain_status
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ModifiedSince
from connectors.sdk.deletes import DeletedEndpoint
from connectors.sdk.errors import ConnectorError, CursorExpired, Refused, refusal
from connectors.sdk.pager import NextUrl
from connectors.sdk.reading import up_to
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Account, Asked, Change, Context, Cursor, Field, Outcome, Page, Record, Steps

ALWAYS = ("Id", "SystemModstamp")
TOO_OLD = ("INVALID_QUERY_LOCATOR", "INVALID_REPLICATION_DATE", "EXCEEDED_ID_LIMIT")
OBJECTS = {"contacts": "Contact", "leads": "Lead", "accounts": "Account", "opportunities": "Opportunity"}
# By what a row that was just created is known again.
TELLING = {"contacts": ("Email", "LastName"), "leads": ("Email", "LastName"), "accounts": ("Name",), "opportunities": ("Name",)}


def since(request: Request, moment: str) -> Request:
    """Return the query for what was changed since a moment."""
    return request.q(q=str(request.params["q"]).replace(" ORDER BY ", f" WHERE SystemModstamp >= {moment} ORDER BY ", 1))


def query(name: str, fields: Iterable[str], rest: str) -> Request:
    """Return the query for these fields of an object."""
    return Request("GET", "/query", {"q": f"SELECT {', '.join(dict.fromkeys((*ALWAYS, *fields)))} FROM {name} {rest}"}, scope="api")  # noqa: S608 - no SQL


def literal(value: object) -> str:
    """Return a text as a query writes it."""
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def priced(currency: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an opportunity with the currency of its amount beside what Salesforce says of the row itself."""
    return {**row, "attributes": {**row.get("attributes", {}), "currency": row.get("CurrencyIsoCode") or currency}}


def declared(name: str) -> Resource:
    """Return what is declared of one object."""
    place = f"/sobjects/{OBJECTS[name]}"
    return Resource(
        name=name,
        list=query(OBJECTS[name], (), "ORDER BY SystemModstamp, Id"),
        get=f"{place}/{{id}}",
        rows="records",
        id="Id",
        modified="SystemModstamp",
        total="totalSize",
        pager=NextUrl("nextRecordsUrl"),
        cursor=ModifiedSince(format="iso_ms", ask_with=since),
        deletes=DeletedEndpoint(
            f"{place}/deleted/",
            "deletedRecords",
            max_age_days=14,
            format="iso_offset",
            earliest="earliestDateAvailable",
            covered="latestDateCovered",
            overlap=120,  # seconds are ignored, and less than a whole minute is refused
        ),
        write=Write(create=f"POST {place}", update=f"PATCH {place}/{{id}}", delete=f"DELETE {place}/{{id}}"),
        scope="api",
    )


class Salesforce(Connector):
    """Contacts, leads, accounts and opportunities."""

    resources = {name: declared(name) for name in OBJECTS}  # noqa: RUF012 - declared once, never changed

    def bind(self, context: Context) -> Self:
        """Take the organisation's own address, which tells who we are as well."""
        super().bind(context)
        self.probe = Request("GET", f"{self.known.get('instance_url', 'https://login.salesforce.com')}/services/oauth2/userinfo")
        return self

    def account(self, response: Response) -> Account:
        """Return the organisation."""
        return Account(str(response.at("organization_id")), str(response.at("name") or response.at("organization_id")))

    def listing(self, resource: Resource) -> Request:
        """Ask for the fields that are mapped; `attributes` come by themselves."""
        wanted = sorted({*self.context.wanted.get(resource.name, ())} - {"attributes.currency"})
        return query(OBJECTS[resource.name], wanted, "ORDER BY SystemModstamp, Id")

    def resource(self, name: str) -> Resource:
        """Return a resource; amounts of an organisation with a single currency do not name it."""
        found = super().resource(name)
        return replace(found, shape=partial(priced, self.known["currency"])) if name == "opportunities" else found

    def import_data(self, resource: str, cursor: Cursor | None = None) -> Steps[Page]:
        """Yield the pages of a resource; of a listing that turns out to be large, those of a job."""
        try:
            job = (cursor or {}).get("bulk") or (yield from self.begun(resource, cursor))
            if job is not None:
                yield from results(self.resource(resource), job)
        except (CursorExpired, Refused):
            yield from super().import_data(resource, None)

    def begun(self, resource: str, cursor: Cursor | None) -> Generator[Request | Page, Response, Job | None]:
        """Yield the pages of a resource unless they are many: then return the job that lists it."""
        large = yield from up_to(super().import_data(resource, cursor), lambda page: page.begins and (page.total or 0) >= LARGE)
        if large is None:
            return None
        asked = str(self.listing(self.resources[resource]).params["q"]).partition(" ORDER BY ")[0]
        return (yield from begin(OBJECTS[resource], asked, self.context.now_ms, large.restart, large.total))

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Find the code in the list that an error is; too many requests are refused with a 403."""
        found = response.found if response.status >= 400 else None
        code, message = (found[0].get("errorCode", ""), found[0].get("message", "")) if isinstance(found, list) and found else ("", "")
        if code == "REQUEST_LIMIT_EXCEEDED":
            return refusal("quota_exhausted")
        if code in TOO_OLD:
            return CursorExpired(f"Salesforce answered {code}.")
        if response.status == 400 and code and request.method != "GET":
            return Refused(f"Salesforce answered {code}: {message}")
        return job_error(request, response) or explain_status(request, response)

    def outcome(self, resource: Resource, change: Change, response: Response) -> Outcome:  # noqa: ARG002 - the answer has the id alone
        """Return the id, which is all that the answer to a create holds."""
        created = response.at("id") if change.action == "create" else None
        return Outcome(change.key, str(created or change.id))

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Name the company of a new lead, which Salesforce demands, as Salesforce itself does where it is not known."""
        if resource.name == "leads" and change.action == "create":
            change = replace(change, values={"Company": "[not provided]", **change.values})
        return (yield from super().write(resource, change))

    def find_record(self, resource: str, change: Change) -> Asked[Record | None]:
        """Look for the newest row of the same name or address."""
        wanted = [f"{name} = {literal(change.values[name])}" for name in TELLING[resource] if change.values.get(name)]
        response = yield query(OBJECTS[resource], change.values, f"WHERE {' AND '.join(wanted)} ORDER BY CreatedDate DESC LIMIT 1")
        found = response.rows("records")
        return self.resource(resource).record(found[0]) if found else None

    def fields(self, resource: str) -> Steps[Field]:
        """Yield the fields of an object, the organisation's own ones too."""
        response = yield Request("GET", f"/sobjects/{OBJECTS[resource]}/describe", scope="api")
        for row in response.rows("fields"):
            yield Field(row["name"], row["label"], row["type"], bool(row.get("updateable")))
