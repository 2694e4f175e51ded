"""Gmail: ids first and messages one by one, a history with a number that grows, and 404 where the history does not reach back so far."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from email import message_from_bytes
from typing import Any

from tests.vendors import people
from tests.vendors.google import USER, USERINFO, Google
from tests.vendors.hooks import Hook, Notification
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Published, parts_of, route, token
from tests.vendors.store import Row, Values
from tests.vendors.timing import rfc3339

MINE = "/gmail/v1/users/{user}"
LABELS = ("INBOX", "SENT", "UNREAD", "TRASH", "SPAM", "STARRED")


class Gmail(Google):
    key = "gmail"
    host = "gmail.googleapis.com"
    descriptions = (Published("google/gmail.v1.openapi3.json"), USERINFO)
    limits = (Limit(6000 // 5, 60),)
    required = {"messages": "id"}

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"{0x18C0000000000000 + place:x}"

    def sample(self, resource: str, number: int) -> Values:
        return {"from": people.email(number), "to": USER, "subject": f"Subject {number}", "text": f"Text {number}", "labels": ["INBOX", "UNREAD"]}

    def show(self, resource: str, row: Row) -> Any:
        headers = {"From": row.values["from"], "To": row.values["to"], "Subject": row.values["subject"], "Message-ID": f"<{row.id}@mail.gmail.com>"}
        text = row.values["text"].encode()
        payload = {"partId": "", "mimeType": "text/plain", "filename": "", "headers": [{"name": name, "value": value} for name,
            value in headers.items()],
                   "body": {"size": len(text), "data": base64.urlsafe_b64encode(text).decode()}}  # fmt: skip
        return {**self.short(row), "labelIds": row.values["labels"], "snippet": row.values["text"][:100], "historyId": str(row.number),
                "internalDate": str(row.created), "sizeEstimate": len(text) + 500, "payload": payload}  # fmt: skip

    def short(self, row: Row) -> Values:
        return {"id": row.id, "threadId": row.values.get("thread") or row.id}

    @route("GET", MINE + "/profile")
    def profile(self, call: Call, user: str) -> Answer:
        live = self.store["messages"].live()
        return Answer.of({"emailAddress": USER, "messagesTotal": len(live), "threadsTotal": len(live), "historyId": str(self.number())})

    def number(self) -> int:
        """Return the number of the mailbox as it is now."""
        return max(self.store["messages"].latest(), self.oldest, 1)

    @route("GET", MINE + "/messages")
    def listing(self, call: Call, user: str) -> Answer:
        labels = {value for name, value in call.query if name == "labelIds"}
        hidden = set() if call.arguments.get("includeSpamTrash") == "true" or labels & {"TRASH", "SPAM"} else {"TRASH", "SPAM"}
        rows = [row for row in self.store["messages"].live()[::-1] if labels <= set(row.values["labels"]) and not hidden & set(row.values["labels"])]
        start = parts_of(call.arguments.get("pageToken", ""))
        page, following = self.cut(rows, int(start[1]) if start else 0, min(int(call.arguments.get("maxResults", "100")), 500))
        found: Values = {"resultSizeEstimate": len(rows)} | ({"messages": [self.short(row) for row in page]} if page else {})
        return Answer.of(found | ({} if following is None else {"nextPageToken": token("page", following)}))

    @route("GET", MINE + "/messages/{row_id}")
    def read(self, call: Call, user: str, row_id: str) -> Answer:
        shown = self.shown("messages", self.row(self.store["messages"], row_id, call))
        if call.arguments.get("format") in {"minimal", "raw"}:
            shown.pop("payload")
        return Answer.of(shown)

    @route("POST", MINE + "/messages/send")
    def send(self, call: Call, user: str) -> Answer:
        asked = call.json
        message = message_from_bytes(base64.urlsafe_b64decode(asked["raw"] + "=" * (-len(asked["raw"]) % 4)))
        if not message["To"]:
            raise Refusal(self.refused(400, "invalidArgument", "Recipient address required"))
        text = message.get_payload()
        values = {"from": message["From"] or USER, "to": message["To"], "subject": message["Subject"] or "", "labels": ["SENT"],
                  "text": text if isinstance(text, str) else "", "thread": asked.get("threadId", "")}  # fmt: skip
        row = self.store["messages"].create(values)
        return Answer.of({**self.short(row), "labelIds": ["SENT"]})

    @route("POST", MINE + "/messages/{row_id}/modify")
    def modify(self, call: Call, user: str, row_id: str) -> Answer:
        row = self.row(self.store["messages"], row_id, call)
        labels = sorted((set(row.values["labels"]) | set(call.json.get("addLabelIds", []))) - set(call.json.get("removeLabelIds", [])))
        self.store["messages"].change(row.id, {"labels": labels})
        return Answer.of({**self.short(row), "labelIds": labels})

    @route("POST", MINE + "/messages/{row_id}/trash")
    def trash(self, call: Call, user: str, row_id: str) -> Answer:
        row = self.row(self.store["messages"], row_id, call)
        self.store["messages"].change(row.id, {"labels": ["TRASH"]})
        return Answer.of({**self.short(row), "labelIds": ["TRASH"]})

    @route("DELETE", MINE + "/messages/{row_id}")
    def delete(self, call: Call, user: str, row_id: str) -> Answer:
        self.store["messages"].delete(self.row(self.store["messages"], row_id, call).id)
        return Answer(204)

    @route("GET", MINE + "/labels")
    def labels(self, call: Call, user: str) -> Answer:
        return Answer.of({"labels": [{"id": name, "name": name, "type": "system"} for name in LABELS]})

    @route("GET", MINE + "/history")
    def history(self, call: Call, user: str) -> Answer:
        asked = call.arguments
        if "startHistoryId" not in asked:
            raise Refusal(self.refused(400, "required", "Required parameter: startHistoryId"))
        rows = self.store["messages"].since(since := self.remembered(asked["startHistoryId"], call))
        start = parts_of(asked.get("pageToken", ""))
        page, following = self.cut(rows, int(start[1]) if start else 0, min(int(asked.get("maxResults", "100")), 500))
        found: Values = {"historyId": str(self.number())} | ({"history": [self.step(row, since) for row in page]} if page else {})
        return Answer.of(found | ({} if following is None else {"nextPageToken": token("page", following)}))

    def step(self, row: Row, since: int) -> Values:
        """Return what happened to a message since a number."""
        message = {**self.short(row), "labelIds": row.values["labels"]}
        if row.deleted is not None:
            change: Values = {"messagesDeleted": [{"message": message}]}
        elif row.born > since:
            change = {"messagesAdded": [{"message": message}]}
        else:
            change = {"labelsAdded": [{"message": message, "labelIds": row.values["labels"]}]}
        return {"id": str(row.number), "messages": [self.short(row)], **change}

    @route("POST", MINE + "/watch")
    def watch(self, call: Call, user: str) -> Answer:
        self.store["watches"].create(call.json)
        return Answer.of({"historyId": str(self.number()), "expiration": str(self.vendor.clock.now() + 7 * 86_400_000)})

    @route("POST", MINE + "/stop")
    def stop(self, call: Call, user: str) -> Answer:
        for row in self.store["watches"].live():
            self.store["watches"].delete(row.id)
        return Answer(204)

    def expired(self, call: Call) -> Answer:
        return self.refused(404, "notFound", "Requested entity was not found.")

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return a push of Pub/Sub, which names the mailbox and its number."""
        notice = base64.b64encode(json.dumps({"emailAddress": USER, "historyId": row.number}).encode()).decode()
        message = {"data": notice, "messageId": f"push-{row.number}", "publishTime": rfc3339(row.modified)}
        return Notification.of({"message": message, "subscription": "projects/p/subscriptions/s"})

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        """Return a push with its token, which only Google can sign and which a test therefore brings as its secret."""
        return Hook(url, {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}, body)
