"""Twilio's REST API of 2010-04-01. Reference: www.twilio.com/docs/usage/api, read 2026-08.

Rows vanish when they are deleted, and listings are filtered by the day they were made: so the last days are read again every time, which
tells the status of what was on its way, and a daily comparison finds what is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Self
from urllib.parse import parse_qs

from connectors.catalog.twilio.operations import OPERATIONS
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import CursorKind, ModifiedSince, Snapshot
from connectors.sdk.deletes import SnapshotDiff
from connectors.sdk.pager import NextUrl
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Account, Asked, Call, Change, Context, Event, Outcome, Record

ACCOUNT = "/2010-04-01/Accounts/{accountSid}"
ON_ITS_WAY = 2 * 86_400
"""For how many seconds back a status may still change."""
PAGE = 200
SENT = {"to": "To", "from": "From", "body": "Body", "media_url": "MediaUrl", "messaging_service_sid": "MessagingServiceSid"}


def listed(name: str, noun: str, rows: str, cursor: CursorKind, write: Write | None = None) -> Resource:
    """Return what is declared of one noun; every listing of Twilio's has the same form."""
    return Resource(
        name=name,
        list=f"{ACCOUNT}/{noun}.json",
        get=f"{ACCOUNT}/{noun}/{{id}}.json",
        rows=rows,
        id="sid",
        modified="date_updated",
        pager=NextUrl("next_page_uri", PAGE, "PageSize"),
        cursor=cursor,
        deletes=SnapshotDiff(),
        write=write,
    )


class Twilio(Connector):
    """Messages, calls and numbers of one account."""

    operations = OPERATIONS
    resources = {  # noqa: RUF012 - declared once, never changed
        "messages": listed(
            "messages",
            "Messages",
            "messages",
            ModifiedSince("DateSent>", format="date", settle=ON_ITS_WAY),
            Write(
                create=f"POST {ACCOUNT}/Messages.json",
                update=f"POST {ACCOUNT}/Messages/{{id}}.json",
                delete=f"DELETE {ACCOUNT}/Messages/{{id}}.json",
                form=True,
            ),
        ),
        "calls": listed("calls", "Calls", "calls", ModifiedSince("StartTime>", format="date", settle=ON_ITS_WAY)),
        "numbers": listed("numbers", "IncomingPhoneNumbers", "incoming_phone_numbers", Snapshot()),
    }

    def bind(self, context: Context) -> Self:
        """Take the account, which stands in the path of the probe too."""
        super().bind(context)
        self.probe = Request("GET", f"/2010-04-01/Accounts/{self.known.get('accountSid', '')}.json")
        return self

    def account(self, response: Response) -> Account:
        """Return the account."""
        return Account(str(response.at("sid")), str(response.at("friendly_name")))

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Send a message under Twilio's names. One that was sent can only lose its text."""
        values = {SENT[name]: value for name, value in change.values.items() if name in SENT and value is not None}
        if change.action == "create":
            values = {**self.sender(), **values, **self.callback()}
        return super().write(resource, replace(change, values={"Body": ""} if change.action == "update" else values))

    def sender(self) -> dict[str, str]:
        """Return what messages are sent from."""
        sender = self.known.get("sender", "")
        return {"MessagingServiceSid" if sender.startswith("MG") else "From": sender} if sender else {}

    def callback(self) -> dict[str, str]:
        """Return where Twilio tells what became of a message."""
        return {"StatusCallback": self.context.hook_url} if self.context.hook_url else {}

    def find_record(self, resource: str, change: Change) -> Asked[Record | None]:
        """Look for a message among the latest to the same number: Twilio has no key that would tell."""
        declared = self.resource(resource)
        response = yield declared.request.with_params({"To": str(change.values.get("to", "")), "PageSize": 20})
        found = next((row for row in response.rows(declared.rows) if row.get("body") == change.values.get("body")), None)
        return declared.record(found) if found else None

    def events(self, call: Call) -> Sequence[Event]:
        """Return which message came in, or has another status."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode(errors="replace")).items()}
        sid, status = form.get("MessageSid", ""), form.get("MessageStatus") or form.get("SmsStatus", "")
        return [Event(f"{sid}:{status}", status, "messages", sid)] if sid else []
