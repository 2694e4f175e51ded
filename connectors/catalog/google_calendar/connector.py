"""Google Calendar v3. Reference: developers.google.com/workspace/calendar/api, read 2026-08.

Each calendar has a sync token of its own, so each is a partition: one that has expired lists that calendar anew, and no other. The same
meeting may stand in several calendars under one id, so ours are `calendar/event`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from connectors.providers.google import PROBE, explain_google, google_account
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import DeltaToken
from connectors.sdk.deletes import InBand
from connectors.sdk.errors import ConnectorError, Missing
from connectors.sdk.pager import Token
from connectors.sdk.reading import changed_pages
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Asked, Call, Change, Cursor, Event, Option, Outcome, Page, Record, Steps, Subscription

HALF_WEEK_MS: Final = 84 * 3_600_000
SCOPE: Final = "https://www.googleapis.com/auth/calendar.events"


def events_of(calendar: str) -> str:
    """Return the path of a calendar's events."""
    return f"/calendars/{quote(calendar, safe='')}/events"


def id_of(change: Change) -> str:
    """Return the id that a new event gets: the same one for the same change."""
    return hashlib.sha256(change.key.encode()).hexdigest()[:32]


def placed(made: Outcome, calendar: str) -> Outcome:
    """Return an outcome whose row is named with its calendar."""
    named = made.record and replace(made.record, id=f"{calendar}/{made.record.id}")
    return replace(made, id=named.id, record=named) if named else made


def save(change: Change) -> Request:
    """Return the request for a change. The id of a new event is made of the change's key, so that making it twice makes one."""
    calendar, _, event = change.id.rpartition("/")
    if change.action == "create":
        return Request("POST", events_of(calendar), json={**change.values, "id": id_of(change)}, key=change.key, repeatable=True, scope=SCOPE)
    one = f"{events_of(calendar)}/{event}"
    if change.action == "delete":
        return Request("DELETE", one, scope=SCOPE)
    return Request("PATCH", one, json=change.values, headers={"If-Match": change.version} if change.version else {}, repeatable=True, scope=SCOPE)


def timed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event with moments where it lasts whole days, midnight in UTC, and with who takes part; rooms do not."""
    days = {name: one for name in ("start", "end") if (one := row.get(name)) and "date" in one and "dateTime" not in one}
    people = [{"email": one.get("email"), "name": one.get("displayName")} for one in row.get("attendees") or () if not one.get("resource")]
    return {**row, **{name: {**one, "dateTime": f"{one['date']}T00:00:00Z"} for name, one in days.items()}, "people": people}


class GoogleCalendar(Connector):
    """The events of some calendars."""

    probe = PROBE
    resources = {  # noqa: RUF012 - declared once, never changed
        "events": Resource(
            name="events", list=events_of("primary"), rows="items", modified="updated", version="etag", scope=SCOPE, write=save, shape=timed,
            pager=Token("nextPageToken", "pageToken", 2500, "maxResults"), cursor=DeltaToken("nextSyncToken", "syncToken"),
            deletes=InBand("status", ("cancelled",)),
        )
    }  # fmt: skip

    @property
    def calendars(self) -> Sequence[str]:
        """The calendars that were chosen; the first is where new events go."""
        return self.context.config.get("calendars") or ["primary"]

    def account(self, response: Response) -> Account:
        """Return whose calendars they are."""
        return google_account(response)

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Know Google's reasons, and that what was deleted before is gone, not expired."""
        gone = response.status == 410 and request.method == "DELETE"
        return Missing() if gone else explain_google(request, response)

    def import_data(self, resource: str, cursor: Cursor | None = None) -> Steps[Page]:
        """Yield the pages of each calendar, with its own token."""
        kept = dict(cursor or {})
        for calendar in self.calendars:
            reader = replace(self.reader(resource, calendar), request=Request("GET", events_of(calendar), scope=SCOPE))

            def named(page: Page, calendar: str = calendar) -> Page:
                kept[calendar] = page.cursor
                rows = [replace(row, id=f"{calendar}/{row.id}") if row.id else row for row in page.rows]
                return replace(page, rows=rows, deletes=[f"{calendar}/{one}" for one in page.deletes], cursor=dict(kept))

            yield from changed_pages(reader.read(kept.get(calendar)), named)

    def get_record(self, resource: str, identity: str) -> Asked[Record]:
        """Return one event. Raises Missing for one that was cancelled."""
        calendar, _, event = identity.rpartition("/")
        response = yield Request("GET", f"{events_of(calendar)}/{event}", scope=SCOPE)
        if response.at("status") == "cancelled":
            raise Missing
        return replace(self.resources[resource].record(response.document), id=identity)

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Write into the event's calendar; an event that is there already was made by this very change."""
        calendar = change.id.rpartition("/")[0] if change.id else self.calendars[0]
        made = yield from super().write(resource, replace(change, id=change.id or f"{calendar}/"))
        there = made.error is not None and change.action == "create" and "409" in made.error.detail
        return (yield from self.found(resource, change, calendar)) if there else placed(made, calendar)

    def found(self, resource: Resource, change: Change, calendar: str) -> Asked[Outcome]:
        """Return the event that a change has made before."""
        record = yield from self.get_record(resource.name, f"{calendar}/{id_of(change)}")
        return Outcome(change.key, record.id, record.version, record)

    def options(self, field: str) -> Steps[Option]:  # noqa: ARG002 - there is only one
        """Yield the calendars of the account."""
        response = yield Request("GET", "/users/me/calendarList", {"maxResults": 250})
        for row in response.rows("items"):
            yield Option(row["id"], row.get("summary", row["id"]))

    def subscribe(self) -> Steps[Subscription]:
        """Open a channel per calendar, unless there is one that has more than half of its week to live."""
        for calendar in self.calendars:
            open_ones = [one for one in self.context.subscriptions if one.fields.get("calendar") == calendar]
            fresh = next((one for one in open_ones if (one.expires_ms or 0) - self.context.now_ms > HALF_WEEK_MS), None)
            if fresh:
                yield fresh
                continue
            identity = hashlib.sha256(f"{self.context.hook_url} {calendar} {self.context.now_ms}".encode()).hexdigest()[:32]
            wanted = {"id": identity, "type": "web_hook", "address": self.context.hook_url, "token": self.context.hook_secret}
            response = yield Request("POST", f"{events_of(calendar)}/watch", json=wanted, repeatable=True, scope=SCOPE)
            known = {"resourceId": str(response.at("resourceId")), "calendar": calendar}
            yield Subscription(identity, f"events/{calendar}", int(response.at("expiration", 0)) or None, known)

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:
        """Close our channels; one that has ended is not there any more."""
        for one in subscriptions:
            with suppress(Missing):
                yield Request("POST", "/channels/stop", json={"id": one.id, "resourceId": one.fields["resourceId"]}, repeatable=True)
            yield one

    def events(self, call: Call) -> Sequence[Event]:
        """Return that something in a calendar changed: there is no more in a message."""
        number = f"{call.headers.get('x-goog-channel-id')}:{call.headers.get('x-goog-message-number')}"
        return [] if call.headers.get("x-goog-resource-state") == "sync" else [Event(number, "events", "events", action="changed")]
