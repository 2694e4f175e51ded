"""Slack's Web API. Reference: docs.slack.dev/apis/web-api, read 2026-08.

Slack says no inside a 200: `ok` is false, and `error` tells why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from connectors.catalog.slack.operations import OPERATIONS
from connectors.sdk.answers import explain_status, retry_after
from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ModifiedSince
from connectors.sdk.deletes import InBand, WebhookOnly
from connectors.sdk.errors import ConnectorError, CursorExpired, Later, Missing, NeedsUser, Refused, refusal
from connectors.sdk.pager import Token
from connectors.sdk.reading import every_row
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.values import Account, Asked, Call, Change, Event, Option, Outcome, Record, Steps

PAGES = Token("response_metadata.next_cursor", "cursor", 200, "limit")
NO_CREDENTIAL = frozenset({"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "no_permission", "org_login_required"})
NOT_NOW = frozenset({"ratelimited", "rate_limited", "fatal_error", "internal_error", "request_timeout", "service_unavailable"})
METHODS = {"create": "/chat.postMessage", "update": "/chat.update", "delete": "/chat.delete"}
LATEST = 50


class Slack(Connector):
    """The people and channels of a workspace, and the messages of one channel."""

    probe = Request("GET", "/auth.test")
    operations = OPERATIONS
    resources = {  # noqa: RUF012 - declared once, never changed
        "users": Resource(
            name="users", list="/users.list", rows="members", modified="updated", pager=PAGES, deletes=InBand("deleted"), scope="users:read"
        ),
        "channels": Resource(
            name="channels", list="/conversations.list", rows="channels", pager=PAGES, deletes=InBand("is_archived"), scope="channels:read"
        ),
        "messages": Resource(
            name="messages",
            list="/conversations.history",
            rows="messages",
            id="ts",
            pager=PAGES,
            cursor=ModifiedSince("oldest", format="seconds"),
            deletes=WebhookOnly(("message",)),
            write=lambda change: Request("POST", METHODS[change.action], json=change.values, key=change.key, scope="chat:write"),
            scope="channels:history",
        ),
    }

    def listing(self, resource: Resource) -> Request:
        """Name the channel whose messages are listed."""
        return resource.request.q(channel=self.known["channelId"]) if resource.name == "messages" else resource.request

    def account(self, response: Response) -> Account:
        """Return the workspace."""
        return Account(str(response.at("team_id")), str(response.at("team")))

    def explain(self, request: Request, response: Response) -> ConnectorError | None:
        """Read the error inside a 200, or inside the 429 that Slack sends as well."""
        found = response.found
        code = found.get("error", "") if isinstance(found, dict) and found.get("ok") is False else ""
        return self.meaning(request, response, str(code)) if code else explain_status(request, response)

    def meaning(self, request: Request, response: Response, code: str) -> ConnectorError:
        """Return which of the six errors a code of Slack's is."""
        if code in NO_CREDENTIAL:
            return refusal("invalid_credential", f"Slack answered {code}.")
        if code == "missing_scope":
            return refusal("scope_missing", f"The credential lacks the permission {response.at('needed') or request.scope}.")
        if code in NOT_NOW:
            return Later(f"Slack answered {code}.", after=retry_after(response))
        if code == "not_in_channel":
            return NeedsUser("The app is not in the channel.", code=code, remedy="Invite the app to the channel: /invite and its name.")
        kinds = {"invalid_cursor": CursorExpired, "channel_not_found": Missing, "message_not_found": Missing, "user_not_found": Missing}
        return kinds.get(code, Refused)(f"Slack answered {code}.")

    def write(self, resource: Resource, change: Change) -> Asked[Outcome]:
        """Put the channel and the message's time into what is sent."""
        place = {"channel": self.known["channelId"]} | ({"ts": change.id} if change.id else {})
        text = {} if change.action == "delete" else dict(change.values)
        return super().write(resource, Change(change.key, change.action, text | place, change.id, change.version, change.changed))

    def outcome(self, resource: Resource, change: Change, response: Response) -> Outcome:  # noqa: ARG002 - Slack answers with the time, not the row
        """Return the time that the message is known by."""
        return Outcome(change.key, str(response.at("ts") or change.id))

    def find_record(self, resource: str, change: Change) -> Asked[Record | None]:
        """Look for a message that was sent among the latest: Slack has no key that would tell."""
        declared = self.resource(resource)
        response = yield self.listing(declared).q(limit=LATEST)
        found = next((row for row in response.rows(declared.rows) if row.get("text") == change.values.get("text")), None)
        return declared.record(found) if found else None

    def options(self, field: str) -> Steps[Option]:  # noqa: ARG002 - there is only one
        """Yield the channels that are open."""
        channels = yield from every_row(self.reader("channels").read(None))
        for one in channels:
            yield Option(one.id, f"#{one.values['name']}")

    def events(self, call: Call) -> Sequence[Event]:
        """Return what an event says; other channels than ours are not our business."""
        found = json.loads(call.body)
        event = found.get("event", {})
        told = self.told(event)
        return [Event(str(found.get("event_id")), event["type"], *told, account=str(found.get("team_id", "")))] if told else []

    def told(self, event: dict[str, Any]) -> tuple[str, str, Any] | None:
        """Return the resource, the id, and what became of it; None for what we do not follow."""
        kind, about = event.get("type", ""), event.get("channel", "")
        if kind in ("team_join", "user_change"):
            return "users", event["user"]["id"], "deleted" if event["user"].get("deleted") else "changed"
        if kind.startswith("channel_"):
            return "channels", about["id"] if isinstance(about, dict) else about, "deleted" if kind == "channel_archive" else "changed"
        if kind != "message" or about != self.known.get("channelId"):
            return None
        gone = event.get("subtype") == "message_deleted"
        return "messages", event["deleted_ts"] if gone else (event.get("message") or event)["ts"], "deleted" if gone else "changed"
