"""Google Analytics 4: Measurement Protocol and Admin API v1beta. Reference: developers.google.com/analytics, read 2026-08.

The protocol answers 204 to everything, so an event is shown to the validation endpoint first, unless that is switched off.
"""

from __future__ import annotations

from functools import partial

from connectors.catalog.google_analytics.operations import COLLECT, OPERATIONS, VALIDATE, client_of
from connectors.sdk.connector import Connector
from connectors.sdk.deletes import Never, SnapshotDiff
from connectors.sdk.errors import NeedsUser, Refused
from connectors.sdk.pager import Token, Whole
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Account, Asked, Change, Outcome, Steps

KEY_EVENTS = "https://analyticsadmin.googleapis.com/v1beta/properties/{propertyId}/keyEvents"
ADMIN = "https://www.googleapis.com/auth/analytics.edit"
SENT = Never("Events are sent, and can be neither read back nor taken away.")
TEST = {"client_id": "junction.test", "events": [{"name": "junction_test"}]}


def event(name: str, change: Change) -> Request | None:
    """Return the request for an event; who has no client id gets one that the same change always has."""
    if change.action != "create":
        return None
    client = change.values.get("client_id") or client_of(change.key)
    return Request("POST", COLLECT, json={"client_id": client, "events": [{"name": name, "params": change.values.get("params", {})}]}, key=change.key)


class GoogleAnalytics(Connector):
    """Events and conversions."""

    probe = Request("POST", VALIDATE, json=TEST, repeatable=True)
    operations = OPERATIONS
    resources = {  # noqa: RUF012 - declared once, never changed
        "purchases": Resource(name="purchases", list="", reads=False, pager=Whole(), deletes=SENT, write=partial(event, "purchase")),
        "leads": Resource(name="leads", list="", reads=False, pager=Whole(), deletes=SENT, write=partial(event, "generate_lead")),
        "key_events": Resource(
            name="key_events",
            list=KEY_EVENTS,
            rows="keyEvents",
            id="name",
            pager=Token("nextPageToken", "pageToken", 200, "pageSize"),
            deletes=SnapshotDiff(),
            write=Write(create=f"POST {KEY_EVENTS}", delete="DELETE https://analyticsadmin.googleapis.com/v1beta/{+id}"),
            scope=ADMIN,
        ),
    }

    def measured(self, request: Request) -> Request:
        """Return a request of the protocol with the stream that it is for."""
        return request.q(measurement_id=str(self.known.get("measurementId", "")), api_secret=str(self.known.get("apiSecret", "")))

    def test_connection(self) -> Steps[Account]:
        """Have a harmless event validated; yields the data stream."""
        response = yield self.measured(self.probe)
        yield self.account(response)

    def account(self, response: Response) -> Account:
        """Return the data stream. Raises NeedsUser for what the validation says of it."""
        said = response.rows("validationMessages")
        if said:
            raise NeedsUser(str(said[0]["description"]), remedy="Check the measurement ID and the API secret.")
        return Account(self.known["measurementId"], f"Data stream {self.known['measurementId']}")

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Validate an event, and then send it; conversions are written as they are."""
        request = resource.to_write(change)
        if resource.reads or request is None:
            return (yield from super().write(resource, change))
        if self.context.config.get("validate", True):
            said = (yield self.measured(Request("POST", VALIDATE, json=request.json, repeatable=True))).rows("validationMessages")
            if said:
                return Outcome(change.key, error=Refused(str(said[0]["description"]), code=str(said[0]["validationCode"]).lower()))
        yield self.measured(request)
        return Outcome(change.key, f"event-{change.key}")
