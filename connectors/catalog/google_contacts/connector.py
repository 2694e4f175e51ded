"""Google Contacts: People API v1. Reference: developers.google.com/people, read 2026-08."""

from __future__ import annotations

from typing import Final

from connectors.providers.google import PROBE, explain_google, google_account
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import DeltaToken
from connectors.sdk.deletes import InBand
from connectors.sdk.errors import ConnectorError
from connectors.sdk.pager import Token
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Asked, Change, Outcome

FIELDS: Final = "names,emailAddresses,phoneNumbers,organizations,addresses,metadata"
WRITABLE: Final = frozenset(FIELDS.split(",")) - {"metadata"}
SCOPE: Final = "https://www.googleapis.com/auth/contacts"


def save(change: Change) -> Request:
    """Return the request for a change: an update names the fields that it holds, and carries the etag of what was read."""
    if change.action == "delete":
        return Request("DELETE", f"/v1/{change.id}:deleteContact", scope=SCOPE)
    values = {name: value for name, value in change.values.items() if name in WRITABLE}
    if change.action == "create":
        return Request("POST", "/v1/people:createContact", {"personFields": FIELDS}, json=values, key=change.key, scope=SCOPE)
    mask = {"updatePersonFields": ",".join(sorted(values)), "personFields": FIELDS}
    return Request("PATCH", f"/v1/{change.id}:updateContact", mask, json={**values, "etag": change.version}, key=change.key, scope=SCOPE)


class GoogleContacts(Connector):
    """The contacts of one account."""

    probe = PROBE
    resources = {  # noqa: RUF012 - declared once, never changed
        "contacts": Resource(
            name="contacts",
            list=Request("GET", "/v1/people/me/connections", {"personFields": FIELDS, "requestSyncToken": "true"}, scope=SCOPE),
            get=f"/v1/{{+id}}?personFields={FIELDS}",
            rows="connections",
            total="totalItems",
            id="resourceName",
            version="etag",
            pager=Token("nextPageToken", "pageToken", 1000, "pageSize"),
            cursor=DeltaToken("nextSyncToken", "syncToken"),
            deletes=InBand("metadata.deleted"),
            write=save,
            scope=SCOPE,
        )
    }

    def account(self, response: Response) -> Account:
        """Return whose contacts they are."""
        return google_account(response)

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Know Google's reasons."""
        return explain_google(request, response)

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Read the etag first where it is not known: without, Google changes nothing."""
        if change.action == "update" and not change.version:
            record = yield from self.get_record(resource.name, change.id)
            change = Change(**{**vars(change), "version": record.version})
        return (yield from super().write(resource, change))
