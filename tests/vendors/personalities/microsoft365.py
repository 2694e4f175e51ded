"""Microsoft 365 through Graph: mail, calendar and contacts with delta links, `@removed` rows, and 410 for a state that is gone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.vendors import people
from tests.vendors.facts.microsoft365 import MESSAGES_DELTA
from tests.vendors.hooks import Hook, Notification
from tests.vendors.identity import IdentityFacts
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Published, Slice, parts_of, route, token
from tests.vendors.store import Row, Table, Values
from tests.vendors.timing import milliseconds, rfc3339

V1 = "/v1.0"
ROOT = "https://graph.microsoft.com/v1.0"
ADDRESS = re.compile(r"emailAddresses/any\(a:a/address eq '((?:[^']|'')*)'\)")
FOLDERS = ("inbox", "sentitems", "drafts", "deleteditems")
SAMPLES: dict[str, Any] = {
    "contacts": lambda n: {
        "givenName": people.first_name(n), "surname": people.last_name(n), "displayName": f"{people.first_name(n)} {people.last_name(n)}",
        "emailAddresses": [{"name": people.email(n), "address": people.email(n)}], "businessPhones": [people.phone(n)],
            "companyName": people.company(n),
    },
    "events": lambda n: {
        "subject": f"Meeting {n}", "start": {"dateTime": f"2026-12-{1 + n % 28:02d}T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"2026-12-{1 + n % 28:02d}T10:00:00.0000000", "timeZone": "UTC"}, "isAllDay": False,
    },
    "messages": lambda n: {
        "subject": f"Subject {n}", "bodyPreview": f"Text {n}", "body": {"contentType": "text", "content": f"Text {n}"}, "isRead": False,
            "isDraft": False,
        "from": {"emailAddress": {"address": people.email(n)}}, "toRecipients": [{"emailAddress": {"address": "owner@example.com"}}],
            "parentFolderId": "inbox",
    },
}  # fmt: skip


class Microsoft365(Personality):
    key = "microsoft365"
    host = "graph.microsoft.com"
    descriptions = (
        Slice(MESSAGES_DELTA),
        Published(
            "msgraph/graph-v1.0.pruned.openapi3.json",
            waivers={
                r"delta.* asked with an unknown query parameter (\$deltatoken|\$skiptoken|startDateTime|endDateTime)$": "described in prose only",
                r"asked with an unknown query parameter \$skiptoken$": "part of every next link",
                r"sendMail answered with a status 202": "the documentation has 202, the file 204",
            },
            annotations=r"@.*",  # etags, and `@removed` of the guide to delta queries
        ),
    )
    identity = IdentityFacts(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            expires_in=3599,
        rotates=True, client="body",
    )  # fmt: skip
    limits = (Limit(10_000, 600),)
    required = dict.fromkeys(SAMPLES, "id")

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"AAMkAD{resource[:3]}{place:012d}="

    def sample(self, resource: str, number: int) -> Values:
        found: Values = SAMPLES[resource](number)
        return found

    def show(self, resource: str, row: Row) -> Any:
        if row.deleted is not None:
            return {"id": row.id, "@removed": {"reason": "deleted"}}
        times = {"createdDateTime": rfc3339(row.created), "lastModifiedDateTime": rfc3339(row.modified)}
        return {"id": row.id, "@odata.etag": etag(row), "changeKey": str(row.number), **times, **row.values}

    @route("GET", V1 + "/me")
    def me(self, call: Call) -> Answer:
        return Answer.of({"id": "user-1", "displayName": "Alice Adams", "mail": "owner@example.com", "userPrincipalName": "owner@example.com"})

    @route("GET", V1 + "/me/mailFolders")
    def folders(self, call: Call) -> Answer:
        return Answer.of({"value": [{"id": name, "displayName": name, "totalItemCount": len(self.rows_of("messages", name))} for name in FOLDERS]})

    @route("GET", V1 + "/me/contactFolders")
    def contact_folders(self, call: Call) -> Answer:
        return Answer.of({"value": []})

    @route("GET", V1 + "/me/{resource}")
    @route("GET", V1 + "/me/mailFolders/{folder}/{resource}")
    def listing(self, call: Call, resource: str, folder: str = "") -> Answer:
        if resource == "calendarView":
            return self.window(call)
        rows = self.filtered(self.rows_of(resource, folder), call)
        start = int((parts_of(call.arguments.get("$skiptoken", "")) or ["", call.arguments.get("$skip", "0")])[1])
        return self.page(call, resource, rows, start, lambda following: {"$skiptoken": token("skip", following)})

    def filtered(self, rows: list[Row], call: Call) -> list[Row]:
        """Return the rows with an address, where the call asks for one: the only filter that is known here."""
        text = call.arguments.get("$filter", "")
        if not text:
            return rows
        wanted = ADDRESS.fullmatch(text)
        if wanted is None:
            raise Refusal(self.refusal(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."))
        return [row for row in rows if wanted[1].replace("''", "'") in {each["address"] for each in row.values.get("emailAddresses", ())}]

    def window(self, call: Call) -> Answer:
        """Return the events between two times, both of which have to be given."""
        asked = call.arguments
        rows = [row for row in self.store["events"].live() if self.in_window(row, asked["startDateTime"], asked["endDateTime"])]
        start = int((parts_of(asked.get("$skiptoken", "")) or ["", asked.get("$skip", "0")])[1])
        times = {"startDateTime": asked["startDateTime"], "endDateTime": asked["endDateTime"]}
        return self.page(call, "events", rows, start, lambda following: {**times, "$skiptoken": token("skip", following)})

    def in_window(self, row: Row, start: str, end: str) -> bool:
        if row.deleted is not None:
            return True
        starts, ends = (milliseconds(f"{row.values[name]['dateTime'][:19]}Z") for name in ("start", "end"))
        return ends > milliseconds(utc(start)) and starts < milliseconds(utc(end))

    def rows_of(self, resource: str, folder: str) -> list[Row]:
        return [row for row in self.store[resource].live() if not folder or row.values.get("parentFolderId") == folder]

    def page(self, call: Call, resource: str, rows: list[Row], start: int, link: Any, end: Values | None = None) -> Answer:
        page, following = self.cut(rows, start, self.size(call))
        found: Values = {"value": [self.shown(resource, row) for row in page]}
        if following is not None:
            return Answer.of({**found, "@odata.nextLink": f"https://{call.host}{call.path}?{urlencode(link(following))}"})
        return Answer.of({**found, **(end or {})})

    def size(self, call: Call) -> int:
        preferred = call.headers.get("prefer", "").partition("odata.maxpagesize=")[2].partition(",")[0]
        return int(preferred or call.arguments.get("$top", "10"))

    @route("GET", V1 + "/me/{resource}/delta")
    @route("GET", V1 + "/me/{resource}/delta()")
    @route("GET", V1 + "/me/contactFolders/{folder}/{resource}/delta")
    @route("GET", V1 + "/me/mailFolders/{folder}/{resource}/delta")
    def delta(self, call: Call, resource: str, folder: str = "") -> Answer:
        """Tell what changed since a delta token; without one, what there is. Both tokens carry all that the next call needs."""
        resource = "events" if resource == "calendarView" else resource
        since, start, at, window = self.place(call, self.store[resource])
        rows = self.store[resource].since(since) if since else self.store[resource].live()
        rows = [
            row for row in rows if (not folder or row.values.get("parentFolderId", folder) == folder) and (not window or self.in_window(row, *window))
        ]
        last = {"@odata.deltaLink": f"https://{call.host}{call.path}?{urlencode({'$deltatoken': token('delta', at, *escaped(window))})}"}
        return self.page(call, resource, rows, start, lambda following: {"$skiptoken": token("skip", since, following, at, *escaped(window))}, last)

    def place(self, call: Call, table: Table) -> tuple[int, int, int, list[str]]:
        """Return since when, from where on, up to when and in which window a call wants to know."""
        asked = call.arguments
        if "$skiptoken" in asked:
            _, since, start, at, *window = parts_of(asked["$skiptoken"])
            return int(since), int(start), int(at), [each.replace(";", ":") for each in window]
        if "$deltatoken" in asked:
            _, since, *window = [*parts_of(asked["$deltatoken"]), ""]
            return max(self.remembered(since, call), 1), 0, table.latest(), [each.replace(";", ":") for each in window if each]
        if "calendarView" in call.path and not {"startDateTime", "endDateTime"} <= set(asked):
            raise Refusal(
                self.refusal(400, "ErrorInvalidParameter", "This request requires a time window specified by startDateTime and endDateTime.")
            )
        return 0, 0, table.latest(), [asked[name] for name in ("startDateTime", "endDateTime") if name in asked]

    @route("POST", V1 + "/me/{resource}")
    def create(self, call: Call, resource: str) -> Answer:
        if resource == "sendMail":
            return self.send(call)
        drafts = {"isDraft": True, "parentFolderId": "drafts"} if resource == "messages" else {}
        twin = self.store[resource].find("transactionId", call.json.get("transactionId")) if call.json.get("transactionId") else None
        return Answer.of(self.shown(resource, twin or self.store[resource].create({**drafts, **call.json})), 201)

    def send(self, call: Call) -> Answer:
        asked = call.json.get("message") or call.json["Message"]
        if not asked.get("toRecipients"):
            raise Refusal(self.refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid."))
        self.store["messages"].create({**asked, "parentFolderId": "sentitems", "isDraft": False})
        return Answer(202)

    @route("GET", V1 + "/me/{resource}/{row_id}")
    def read(self, call: Call, resource: str, row_id: str) -> Answer:
        return Answer.of(self.shown(resource, self.row(self.store[resource], row_id.replace("%3D", "="), call)))

    @route("PATCH", V1 + "/me/{resource}/{row_id}")
    def change(self, call: Call, resource: str, row_id: str) -> Answer:
        row = self.row(self.store[resource], row_id.replace("%3D", "="), call)
        if call.headers.get("if-match", etag(row)) not in {etag(row), "*"}:
            raise Refusal(self.refusal(412, "ErrorIrresolvableConflict", "The send or update operation could not be performed."))
        return Answer.of(self.shown(resource, self.store[resource].change(row.id, call.json)))

    @route("DELETE", V1 + "/me/{resource}/{row_id}")
    def delete(self, call: Call, resource: str, row_id: str) -> Answer:
        self.store[resource].delete(self.row(self.store[resource], row_id.replace("%3D", "="), call).id)
        return Answer(204)

    @route("GET", V1 + "/subscriptions")
    def subscriptions(self, call: Call) -> Answer:
        return Answer.of({"value": [{"id": row.id, **row.values} for row in self.store["subscriptions"].live()]})

    @route("POST", V1 + "/subscriptions")
    def subscribe(self, call: Call) -> Answer:
        asked = call.json
        if not {"changeType", "notificationUrl", "resource", "expirationDateTime"} <= set(asked):
            raise Refusal(self.refusal(400, "InvalidRequest", "Required properties are missing."))
        row = self.store["subscriptions"].create(asked)
        return Answer.of({"id": row.id, **row.values}, 201)

    @route("PATCH", V1 + "/subscriptions/{row_id}")
    def renew(self, call: Call, row_id: str) -> Answer:
        row = self.row(self.store["subscriptions"], row_id.replace("%3D", "="), call)
        self.store["subscriptions"].change(row.id, call.json)
        return Answer.of({"id": row.id, **row.values})

    @route("DELETE", V1 + "/subscriptions/{row_id}")
    def unsubscribe(self, call: Call, row_id: str) -> Answer:
        self.store["subscriptions"].delete(self.row(self.store["subscriptions"], row_id.replace("%3D", "="), call).id)
        return Answer(204)

    def missing(self, call: Call) -> Answer:
        return self.refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def expired(self, call: Call) -> Answer:
        return self.refusal(410, "syncStateNotFound", "The sync state generation is not found; continuing delta sync is not possible.")

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return Answer.of({"error": {"code": code, "message": message}}, status)

    def throttled(self, wait: int) -> Answer:
        return Answer.of({"error": {"code": "ApplicationThrottled", "message": "Application is over its MailboxConcurrency limit."}}, 429,
                         {"retry-after": str(wait)})  # fmt: skip

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        kind = {"contacts": "Contact", "events": "Event", "messages": "Message"}[resource]
        about = {"@odata.type": f"#Microsoft.Graph.{kind}", "@odata.id": f"Users/user-1/{kind}s/{row.id}", "@odata.etag": etag(row), "id": row.id}
        notice = {"subscriptionId": "sub-1", "changeType": verb, "resource": f"Users/user-1/{kind}s/{row.id}", "resourceData": about,
            "tenantId": "tenant-1",
                  "subscriptionExpirationDateTime": rfc3339(row.modified + 3_600_000)}  # fmt: skip
        return Notification.of({"value": [notice]})

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        """Return a notice that carries the subscription's secret in its body: nothing signs it."""
        notices = json.loads(body)["value"]
        return Hook(url, {"Content-Type": "application/json"}, json.dumps({"value": [{**each, "clientState": secret} for each in notices]}).encode())


def etag(row: Row) -> str:
    return f'W/"{row.number}"'


def utc(text: str) -> str:
    """Return a time of a query, which is UTC unless it says otherwise."""
    return text if text.endswith("Z") or "+" in text[10:] else f"{text}Z"


def escaped(window: list[str]) -> list[str]:
    return [each.replace(":", ";") for each in window]
