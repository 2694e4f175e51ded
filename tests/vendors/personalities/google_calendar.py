"""Google Calendar: a sync token per calendar, deletes as cancelled events, and 410 for a token that is too old."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.vendors.google import USER, USERINFO, Google
from tests.vendors.hooks import Hook, Notification
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Published, parts_of, route, token
from tests.vendors.store import Row, Values
from tests.vendors.timing import milliseconds, rfc3339

CALENDAR = "/calendar/v3/calendars/{calendar}"
NOT_WITH_TOKEN = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin")


class GoogleCalendar(Google):
    key = "google_calendar"
    host = "www.googleapis.com"
    domain = "calendar"
    descriptions = (Published("google/calendar.v3.openapi3.json"), USERINFO)
    limits = (Limit(600, 60),)
    required = {"events": "id"}

    def prepare(self) -> None:
        self.store["calendars"].create({"summary": "Work", "primary": True}, USER)
        self.store["calendars"].create({"summary": "Family"}, "family@group.calendar.google.com")

    def events(self, calendar: str) -> Any:
        """Return the events of a calendar; those of the primary one are simply `events`."""
        return self.store["events" if calendar in {"primary", USER} else f"events/{calendar}"]

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"evt{place:010d}"

    def sample(self, resource: str, number: int) -> Values:
        day = 1 + number % 28
        times = {"start": {"dateTime": f"2026-12-{day:02d}T09:00:00Z"}, "end": {"dateTime": f"2026-12-{day:02d}T10:00:00Z"}}
        return {"summary": f"Meeting {number}", **times, "attendees": [{"email": f"person{number}@people.example", "responseStatus": "accepted"}]}

    def show(self, resource: str, row: Row) -> Any:
        """Return an event; a cancelled one keeps little more than its id."""
        if row.deleted is not None:
            return {"kind": "calendar#event", "id": row.id, "status": "cancelled", "etag": etag(row), "updated": rfc3339(row.modified)}
        return {"kind": "calendar#event", "id": row.id, "etag": etag(row), "status": "confirmed", "iCalUID": f"{row.id}@google.com",
                "created": rfc3339(row.created), "updated": rfc3339(row.modified), "eventType": "default", **row.values}  # fmt: skip

    @route("GET", "/calendar/v3/users/me/calendarList")
    def calendars(self, call: Call) -> Answer:
        rows = self.store["calendars"].live()
        found = [
            {"kind": "calendar#calendarListEntry", "id": row.id, "etag": etag(row), "accessRole": "owner", "timeZone": "UTC", **row.values}
            for row in rows
        ]
        return Answer.of({"kind": "calendar#calendarList", "items": found, "nextSyncToken": token("sync", 0)})

    @route("GET", "/calendar/v3/users/me/calendarList/{calendar}")
    @route("GET", CALENDAR)
    def calendar(self, call: Call, calendar: str) -> Answer:
        row = self.row(self.store["calendars"], USER if calendar == "primary" else calendar.replace("%40", "@"), call)
        kind = "calendarListEntry" if "calendarList" in call.path else "calendar"
        role = {"accessRole": "owner", **row.values} if kind == "calendarListEntry" else {"summary": row.values["summary"]}
        return Answer.of({"kind": f"calendar#{kind}", "id": row.id, "etag": etag(row), "timeZone": "UTC", **role})

    @route("GET", CALENDAR + "/events")
    def listing(self, call: Call, calendar: str) -> Answer:
        asked, table = call.arguments, self.events(calendar.replace("%40", "@"))
        if "syncToken" in asked and any(name in asked for name in NOT_WITH_TOKEN):
            raise Refusal(self.refused(400, "invalid", "Sync token cannot be used with those parameters."))
        page_of = parts_of(asked.get("pageToken", ""))
        start, at = (int(page_of[1]), int(page_of[2])) if len(page_of) == 3 else (0, table.latest())
        page, following = self.cut(self.chosen(call, table), start, min(int(asked.get("maxResults", "250")), 2500))
        ends = {"nextSyncToken": token("sync", at)} if following is None else {"nextPageToken": token("page", following, at)}
        return Answer.of({"kind": "calendar#events", "summary": "Work", "timeZone": "UTC", "accessRole": "owner", "defaultReminders": [],
                          "items": [self.shown("events", row) for row in page], **ends})  # fmt: skip

    def chosen(self, call: Call, table: Any) -> list[Row]:
        """Return the events since a token, cancelled ones too, or those that are there."""
        asked = call.arguments
        if "syncToken" in asked:
            rows: list[Row] = table.since(self.remembered(([*parts_of(asked["syncToken"]), "", ""])[1], call))
            return rows
        since = milliseconds(asked["updatedMin"]) if "updatedMin" in asked else 0
        rows = table.all() if asked.get("showDeleted") == "true" or since else table.live()
        return [row for row in rows if row.modified >= since and self.in_window(row, asked)]

    def in_window(self, row: Row, asked: Mapping[str, str]) -> bool:
        start, end = row.values.get("start", {}).get("dateTime"), row.values.get("end", {}).get("dateTime")
        after = "timeMin" not in asked or end is None or milliseconds(end) > milliseconds(asked["timeMin"])
        return after and ("timeMax" not in asked or start is None or milliseconds(start) < milliseconds(asked["timeMax"]))

    @route("POST", CALENDAR + "/events")
    def insert(self, call: Call, calendar: str) -> Answer:
        asked, table = dict(call.json), self.events(calendar.replace("%40", "@"))
        wanted = asked.pop("id", None)
        if wanted in table.rows:
            raise Refusal(self.refused(409, "duplicate", "The requested identifier already exists."))
        if "start" not in asked or "end" not in asked:
            raise Refusal(self.refused(400, "required", "Missing start or end time."))
        return Answer.of(self.shown("events", table.create(asked, wanted)))

    @route("GET", CALENDAR + "/events/{row_id}")
    def read(self, call: Call, calendar: str, row_id: str) -> Answer:
        row = self.events(calendar.replace("%40", "@")).rows.get(row_id)
        if row is None:
            raise Refusal(self.missing(call))
        return Answer.of(self.shown("events", row))

    @route("PATCH", CALENDAR + "/events/{row_id}")
    @route("PUT", CALENDAR + "/events/{row_id}")
    def change(self, call: Call, calendar: str, row_id: str) -> Answer:
        table = self.events(calendar.replace("%40", "@"))
        row = self.row(table, row_id, call)
        self.match(call, row)
        return Answer.of(self.shown("events", table.change(row.id, call.json)))

    @route("DELETE", CALENDAR + "/events/{row_id}")
    def cancel(self, call: Call, calendar: str, row_id: str) -> Answer:
        table = self.events(calendar.replace("%40", "@"))
        if row_id in table.rows and table.rows[row_id].deleted is not None:
            raise Refusal(self.refused(410, "deleted", "Resource has been deleted"))
        row = self.row(table, row_id, call)
        self.match(call, row)
        table.delete(row.id)
        return Answer(204)

    def match(self, call: Call, row: Row) -> None:
        if call.headers.get("if-match", etag(row)) != etag(row):
            raise Refusal(self.refused(412, "conditionNotMet", "Precondition Failed"))

    @route("POST", CALENDAR + "/events/watch")
    def watch(self, call: Call, calendar: str) -> Answer:
        asked = call.json
        self.store["channels"].create({"address": asked["address"], "token": asked.get("token", "")}, asked["id"])
        return Answer.of({"kind": "api#channel", "id": asked["id"], "resourceId": f"res-{calendar}", "resourceUri": call.url.partition("/watch")[0],
                          "expiration": str(self.vendor.clock.now() + 7 * 86_400_000),
                              **({"token": asked["token"]} if "token" in asked else {})})  # fmt: skip

    @route("POST", "/calendar/v3/channels/stop")
    def stop(self, call: Call) -> Answer:
        self.store["channels"].delete(self.row(self.store["channels"], call.json["id"], call).id)
        return Answer(204)

    def expired(self, call: Call) -> Answer:
        return self.refused(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return the ring of a bell: nothing but that something changed."""
        return Notification(b"", {"X-Goog-Message-Number": str(row.number)})

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        """Return a message of a channel, which never has a body."""
        return Hook(url, {"X-Goog-Channel-ID": "channel-1", "X-Goog-Channel-Token": secret, "X-Goog-Resource-State": "exists",
                          "X-Goog-Resource-ID": "res-1", "X-Goog-Message-Number": "1", "Content-Length": "0"}, b"")  # fmt: skip


def etag(row: Row) -> str:
    return f'"{row.number}"'
