"""Microsoft Graph 1.0: contacts, calendar and inbox. Reference: learn.microsoft.com/graph/api, read 2026-08.

Each listing ends with a link that tells what changed since; the link carries all that the next call needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from connectors.catalog.microsoft365.operations import OPERATIONS
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import HOUR_MS, DeltaToken
from connectors.sdk.deletes import InBand
from connectors.sdk.errors import Missing
from connectors.sdk.pager import NextUrl
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, filled
from connectors.sdk.times import read_time, write_time
from connectors.sdk.values import Account, Asked, Call, Change, Event, Record, Steps, Subscription

LIFE_MS = 48 * HOUR_MS
DAY_MS = 24 * HOUR_MS
LOSSES = ("missed", "subscriptionRemoved")
ENDINGS = ("reauthorizationRequired", "subscriptionRemoved")
KINDS = {"contact": "contacts", "event": "events", "message": "messages"}


def in_utc(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with the moments as Graph takes them: without a zone of their own, and the zone beside."""
    moments = {name: str(one["dateTime"]).removesuffix("Z") for name in ("start", "end") if (one := values.get(name)) and one.get("dateTime")}
    return {**values, **{name: {"dateTime": moment, "timeZone": "UTC"} for name, moment in moments.items()}}


def attended(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a meeting with who takes part; rooms do not."""
    people = [one.get("emailAddress") or {} for one in row.get("attendees") or () if one.get("type") != "resource"]
    return {**row, "people": [{"email": one.get("address"), "name": one.get("name")} for one in people]}


def save(name: str, scope: str) -> Callable[[Change], Request]:
    """Return what makes the request for a change. A new meeting carries the change's key, so that making it twice makes one."""

    def request(change: Change) -> Request:
        one = filled(f"/me/{name}/{{id}}", {"id": change.id})
        if change.action == "delete":
            return Request("DELETE", one, scope=scope)
        values = in_utc(change.values)
        if change.action == "update":
            known = {"If-Match": change.version} if change.version else {}
            return Request("PATCH", one, json=values, headers=known, repeatable=True, scope=scope)
        once = {"transactionId": change.key} if name == "events" else {}
        return Request("POST", f"/me/{name}", json={**values, **once}, key=change.key, repeatable=bool(once), scope=scope)

    return request


def listed(name: str, folder: str, scope: str, *, writes: bool = True) -> Resource:
    """Return what is declared of one noun; a row that is gone comes along as removed."""
    return Resource(
        name=name,
        list=Request("GET", f"{folder}/delta", scope=f"{scope}.Read"),
        get=f"/me/{name}/{{id}}",
        rows="value",
        modified="lastModifiedDateTime",
        version="@odata\\.etag",
        pager=NextUrl("@odata\\.nextLink", 200),
        cursor=DeltaToken("@odata\\.deltaLink", is_url=True),
        deletes=InBand("@removed"),
        write=save(name, f"{scope}.ReadWrite") if writes else None,
        shape=attended if name == "events" else None,
        scope=f"{scope}.Read",
    )


class Microsoft365(Connector):
    """The contacts, meetings and messages of one mailbox."""

    probe = Request("GET", "/me")
    operations = OPERATIONS
    resources = {  # noqa: RUF012 - declared once, never changed
        "contacts": listed("contacts", "/me/contacts", "Contacts"),
        "events": listed("events", "/me/calendarView", "Calendars"),
        "messages": listed("messages", "/me/mailFolders/inbox/messages", "Mail", writes=False),
    }

    def account(self, response: Response) -> Account:
        """Return whose mailbox it is."""
        return Account(str(response.at("id")), str(response.at("mail") or response.at("userPrincipalName")))

    def listing(self, resource: Resource) -> Request:
        """Ask for pages of a size; of the calendar, for a window, which the links keep."""
        size = resource.pager.size if isinstance(resource.pager, NextUrl) else 0
        request = replace(resource.request, headers={"Prefer": f"odata.maxpagesize={size}"})
        window = (self.context.now_ms - 30 * DAY_MS, self.context.now_ms + 365 * DAY_MS)
        start, end = (write_time(moment, "iso") for moment in window)
        return request.q(startDateTime=start, endDateTime=end) if resource.name == "events" else request

    def find_record(self, resource: str, change: Change) -> Asked[Record | None]:
        """Look for a contact of the same address."""
        addresses = change.values.get("emailAddresses") or ()
        if resource != "contacts" or not addresses:
            return None
        address = str(addresses[0]["address"]).replace("'", "''")
        response = yield Request(
            "GET", "/me/contacts", {"$filter": f"emailAddresses/any(a:a/address eq '{address}')", "$top": 1}, scope="Contacts.Read"
        )
        found = response.rows("value")
        return self.resources[resource].record(found[0]) if found else None

    def subscribe(self) -> Steps[Subscription]:
        """Have Graph tell us of every noun. What there is is prolonged, which also answers its wish for a new proof of ours."""
        response = yield Request("GET", "/subscriptions")
        there = {row["resource"]: row for row in response.rows("value") if row.get("notificationUrl") == self.context.hook_url}
        until = self.context.now_ms + LIFE_MS
        for topic in self.manifest.hook.topics if self.manifest.hook else ():
            found = yield from self.prolonged(topic, str(there[topic]["id"]) if topic in there else "", write_time(until, "iso"))
            yield Subscription(str(found["id"]), topic, read_time(found["expirationDateTime"]))

    def prolonged(self, topic: str, identity: str, until: str) -> Asked[dict[str, str]]:
        """Return a subscription that was prolonged, or made; Graph calls us before it answers."""
        wanted = {
            "changeType": "created,updated,deleted",
            "notificationUrl": self.context.hook_url,
            "lifecycleNotificationUrl": self.context.hook_url,
            "resource": topic,
            "clientState": self.context.hook_secret,
        }
        if identity:
            response = yield Request("PATCH", f"/subscriptions/{identity}", json={"expirationDateTime": until}, repeatable=True)
        else:
            response = yield Request("POST", "/subscriptions", json={**wanted, "expirationDateTime": until})
        found: dict[str, str] = response.document
        return found

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:
        """End our subscriptions."""
        for one in subscriptions:
            with suppress(Missing):
                yield Request("DELETE", filled("/subscriptions/{id}", {"id": one.id}))
            yield one

    def events(self, call: Call) -> Sequence[Event]:
        """Return which rows changed; how, a fetch tells."""
        return [event for one in json.loads(call.body).get("value", ()) for event in told(one)]


def told(notice: dict[str, object]) -> Sequence[Event]:
    """Return what one notice says, nothing of what is not ours to follow; one of a subscription's own life may have notices that were lost."""
    if "lifecycleEvent" in notice:
        lived = str(notice["lifecycleEvent"])
        mark = f"{notice.get('subscriptionId')}:{lived}:{notice.get('subscriptionExpirationDateTime')}"
        missed = [Event(f"{mark}:{name}", lived, name) for name in KINDS.values() if lived in LOSSES]
        return [*missed, *([Event(mark, lived, action="unsubscribed")] if lived in ENDINGS else [])]
    about = notice.get("resourceData")
    kind = str(about.get("@odata.type", "")).rpartition(".")[2].lower() if isinstance(about, dict) else ""
    if kind not in KINDS or not isinstance(about, dict):
        return ()
    change, identity = str(notice.get("changeType")), str(about["id"])
    action: Literal["deleted", "changed"] = "deleted" if change == "deleted" else "changed"
    mark = f"{notice.get('subscriptionId')}:{identity}:{change}:{about.get('@odata.etag', '')}"
    return (Event(mark, change, KINDS[kind], identity, action),)
