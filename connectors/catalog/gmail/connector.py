"""Gmail API v1. Reference: developers.google.com/workspace/gmail/api, read 2026-08.

Lists and the history give ids only; each message is asked for by itself. The history reaches back a week or so: beyond it Google answers
404, and the mailbox is listed anew.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any, Final

from connectors.providers.google import PROBE, explain_google, google_account
from connectors.sdk.connector import Connector
from connectors.sdk.deletes import SnapshotDiff
from connectors.sdk.errors import ConnectorError, CursorExpired, Missing
from connectors.sdk.operation import Operation
from connectors.sdk.pager import Token
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Asked, Call, Cursor, Event, Page, Record, Steps, Subscription

READ: Final = "https://www.googleapis.com/auth/gmail.readonly"
SEND: Final = "https://www.googleapis.com/auth/gmail.send"
HALF_WEEK_MS: Final = 84 * 3_600_000
HISTORY: Final = Request("GET", "/history", scope=READ)
ADDRESSES: Final = {"type": "string", "format": "email"}
MESSAGE: Final = {
    "type": "object",
    "required": ["to", "subject", "text"],
    "properties": {"to": ADDRESSES, "subject": {"type": "string", "maxLength": 900}, "text": {"type": "string"}},
}


def headed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a message with its headers by their names in lower case."""
    headers = row.get("payload", {}).get("headers", ())
    return {**row, "headers": {str(one["name"]).lower(): one["value"] for one in headers}}


def send(_: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Send a message. Its Message-ID is made of the key, by which a second copy is known."""
    message = EmailMessage()
    message["To"], message["Subject"], message["Message-ID"] = given["to"], given["subject"], f"<{key}@junction.invalid>"
    message.set_content(given["text"])
    raw = base64.urlsafe_b64encode(message.as_bytes()).decode().rstrip("=")
    return (yield Request("POST", "/messages/send", json={"raw": raw}, key=key, scope=SEND)).document


class Gmail(Connector):
    """One mailbox."""

    probe = PROBE
    operations = {"send": Operation("Send a message", MESSAGE, send, SEND)}  # noqa: RUF012 - declared once, never changed
    resources = {  # noqa: RUF012 - declared once, never changed
        "messages": Resource(
            name="messages", list="/messages", rows="messages", get="/messages/{id}?format=full", version="historyId", scope=READ,
            pager=Token("nextPageToken", "pageToken", 100, "maxResults"), deletes=SnapshotDiff(every_hours=30 * 24), shape=headed,
        )
    }  # fmt: skip

    def account(self, response: Response) -> Account:
        """Return whose mailbox it is."""
        return google_account(response)

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Know Google's reasons, and that a history that is not found has expired."""
        expired = response.status == 404 and request.url.endswith("/history")
        return CursorExpired() if expired else explain_google(request, response)

    def import_data(self, resource: str, cursor: Cursor | None = None) -> Steps[Page]:
        """Yield what the history tells since the cursor; without one, or where it is too old, the whole mailbox."""
        restart = ""
        if cursor and "at" in cursor:
            try:
                yield from self._since(resource, dict(cursor))
                return
            except CursorExpired as expired:
                cursor, restart = None, expired.stable_code
        yield from self._whole(resource, dict(cursor or {}), restart)

    def _whole(self, resource: str, kept: dict[str, Any], restart: str) -> Steps[Page]:
        declared, place, more = self.resource(resource), kept.get("place"), True
        if "from" not in kept:
            kept["from"] = (yield Request("GET", "/profile", scope=READ)).at("historyId")
        while more:
            begins = place is None
            response = yield declared.pager.turn(declared.request, place)
            rows, gone = yield from self._messages(resource, [str(row.get("id", "")) for row in response.rows("messages")])
            place = declared.pager.advance(place, response, [], self.allowed)
            more = place is not None
            following = {"from": kept["from"], "place": place} if more else {"at": kept["from"]}
            yield Page(rows, gone, following, begins=begins, ends=not more, restart=restart if begins else "")

    def _since(self, resource: str, kept: dict[str, Any]) -> Steps[Page]:
        declared, place, more = self.resource(resource), kept.get("place"), True
        while more:
            response = yield declared.pager.turn(HISTORY.q(startHistoryId=kept["at"]), place)
            steps = response.rows("history")
            touched = dict.fromkeys(str(one["id"]) for step in steps for one in step.get("messages", ()))
            dead = {str(one["message"]["id"]) for step in steps for one in step.get("messagesDeleted", ())}
            rows, gone = yield from self._messages(resource, [one for one in touched if one not in dead])
            place = declared.pager.advance(place, response, [], self.allowed)
            more = place is not None
            yield Page(rows, [*dead, *gone], {"at": kept["at"], "place": place} if more else {"at": response.at("historyId")})

    def _messages(self, resource: str, ids: Iterable[str]) -> Asked[tuple[list[Record], list[str]]]:
        """Return messages, and the ids of those that have gone meanwhile."""
        rows, gone = [], []
        for identity in ids:
            try:
                rows.append((yield from self.get_record(resource, identity)))
            except Missing:
                gone.append(identity)
        return rows, gone

    def subscribe(self) -> Steps[Subscription]:
        """Have Gmail publish what changes to the topic, where one is named; a watch with less than half of its week to live is renewed."""
        kept = next(iter(self.context.subscriptions), None)
        if kept and (kept.expires_ms or 0) - self.context.now_ms > HALF_WEEK_MS:
            yield kept
        elif self.known.get("topicName"):
            response = yield Request("POST", "/watch", json={"topicName": self.known["topicName"]}, repeatable=True, scope=READ)
            yield Subscription("watch", "messages", int(response.at("expiration", 0)) or None)

    def dispose(self, subscriptions: Sequence[Subscription]) -> Steps[Subscription]:
        """End the watch; a mailbox has one."""
        for one in subscriptions:
            yield Request("POST", "/stop", repeatable=True, scope=READ)
            yield one

    def events(self, call: Call) -> Sequence[Event]:
        """Return that the mailbox changed; what, its history tells."""
        return [Event(str(json.loads(call.body)["message"]["messageId"]), "messages", "messages")]
