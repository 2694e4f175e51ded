"""Slack: errors inside a 200, cursors in the answer's metadata, users that are only marked as deleted, messages that vanish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.vendors import people
from tests.vendors.forms import fields_of
from tests.vendors.hooks import Hook, Notification, signature
from tests.vendors.identity import IdentityFacts
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Published, parts_of, route, token
from tests.vendors.store import Row, Values

TEAM = "T00000001"
BOT_TOKEN = "xoxb-mock"
PREFIXES = {"users": "U", "channels": "C"}
SAMPLES: dict[str, Any] = {
    "users": lambda n: {"name": f"person{n}", "real_name": f"{people.first_name(n)} {people.last_name(n)}", "email": people.email(n)},
    "channels": lambda n: {"name": f"channel-{n}", "purpose": f"Purpose {n}"},
    "messages": lambda n: {"channel": "C00000001", "text": f"Message {n}", "user": "U00000001"},
}  # fmt: skip


class Slack(Personality):
    key = "slack"
    host = "slack.com"
    descriptions = (
        Published(
            "slack/slack_web.openapi3.json",
            waivers={
                r"users\.list answered": "its type of a user names an enterprise workspace's members as required of everybody",
                r"conversations\.history answered .*response_metadata": "its answer of 2021 leaves the cursor out",
                r"conversations\.history answered .*messages: \[\] has less than 1 item": "a channel may be empty",
                r'body ts: "[\d.]+" is not of type "number"': "described for forms; in JSON a time is text",
                r"answered with default error": "the lists of errors are not complete",
            },
        ),
    )
    identity = IdentityFacts(
        "https://slack.com/oauth/v2/authorize", "https://slack.com/api/oauth.v2.access", "https://slack.com/api/auth.revoke", expires_in=None,
        separator=",", extra={"app_id": "A00000001"},
    )  # fmt: skip
    required = {"users": "id", "channels": "id", "messages": "ts"}

    def prepare(self) -> None:
        self.vendor.identity.accept(BOT_TOKEN)

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        if resource == "messages":
            return f"{self.vendor.clock.now() // 1000 + place}.{place:06d}"
        return f"{PREFIXES[resource]}{place:08d}"

    def sample(self, resource: str, number: int) -> Values:
        found: Values = SAMPLES[resource](number)
        return found

    def show(self, resource: str, row: Row) -> Any:
        shown: Values = {"users": self.user, "channels": self.channel, "messages": self.message}[resource](row)
        return shown

    def user(self, row: Row) -> Values:
        names = row.values
        profile = {"real_name": names["real_name"], "display_name": names["name"], "email": names["email"], "avatar_hash": "0", "team": TEAM}
        return {"id": row.id, "team_id": TEAM, "name": names["name"], "deleted": row.deleted is not None, "real_name": names["real_name"],
                "profile": profile, "is_bot": False, "is_app_user": False, "updated": row.modified // 1000, "tz": "Europe/London"}  # fmt: skip

    def channel(self, row: Row) -> Values:
        about = {"value": row.values.get("purpose", ""), "creator": "U00000001", "last_set": 0}
        flags = dict.fromkeys(("is_channel", "is_member", "is_general"), True) | dict.fromkeys(
            ("is_group", "is_im", "is_mpim", "is_private", "is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared"), False
        )
        return {"id": row.id, "name": row.values["name"], "name_normalized": row.values["name"], "created": row.created // 1000,
            "creator": "U00000001",
                "is_archived": row.deleted is not None, "unlinked": 0, "topic": about, "purpose": about, "num_members": 1, "pending_shared": [],
                "previous_names": [], "parent_conversation": None, "pending_connected_team_ids": [], "priority": 0, **flags}  # fmt: skip

    def message(self, row: Row) -> Values:
        thread = {"thread_ts": row.values["thread_ts"]} if row.values.get("thread_ts") else {}
        return {"type": "message", "ts": row.id, "user": row.values["user"], "text": row.values["text"], "team": TEAM, **thread}

    @route("GET", "/api/auth.test")
    def test(self, call: Call) -> Answer:
        return self.well({"url": "https://example.slack.com/", "team": "Example", "user": "junction", "team_id": TEAM, "user_id": "U00000099"})

    @route("GET", "/api/users.list")
    def users(self, call: Call) -> Answer:
        members, following = self.page(call, self.store["users"].all())
        return self.well({"members": [self.shown("users", row) for row in members], "cache_ts": self.vendor.clock.now() // 1000, **following})

    @route("GET", "/api/users.info")
    def user_of(self, call: Call) -> Answer:
        return self.well({"user": self.shown("users", self.named("users", call.arguments.get("user", ""), "user_not_found"))})

    @route("GET", "/api/conversations.list")
    def channels(self, call: Call) -> Answer:
        table = self.store["channels"]
        rows, following = self.page(call, table.live() if call.arguments.get("exclude_archived") == "true" else table.all())
        return self.well({"channels": [self.shown("channels", row) for row in rows], **following})

    @route("GET", "/api/conversations.history")
    def history(self, call: Call) -> Answer:
        self.named("channels", call.arguments.get("channel", ""), "channel_not_found")
        oldest, latest = float(call.arguments.get("oldest", "0")), float(call.arguments.get("latest", "1e12"))
        rows = [
            row
            for row in self.store["messages"].live()[::-1]
            if row.values["channel"] == call.arguments["channel"] and oldest < float(row.id) < latest
        ]
        page, following = self.page(call, rows)
        more = {"has_more": bool(following.get("response_metadata", {}).get("next_cursor")), "pin_count": 0}
        return self.well({"messages": [self.shown("messages", row) for row in page], "channel_actions_count": 0, "channel_actions_ts": None, **more,
                          **following})  # fmt: skip

    def page(self, call: Call, rows: list[Row]) -> tuple[list[Row], Values]:
        cursor = call.arguments.get("cursor", "")
        start = parts_of(cursor)
        if cursor and start[:1] != ["next"]:
            raise Refusal(self.refusal(200, "invalid_cursor", ""))
        page, following = self.cut(rows, int(start[1]) if start else 0, int(call.arguments.get("limit", "100")))
        return page, {"response_metadata": {"next_cursor": "" if following is None else token("next", following)}}

    @route("POST", "/api/chat.postMessage")
    def post(self, call: Call) -> Answer:
        asked = asked_of(call)
        channel = self.store["channels"].get(asked["channel"]) or self.store["channels"].find("name", asked["channel"].lstrip("#"))
        if channel is None:
            raise Refusal(self.refusal(200, "channel_not_found", ""))
        if not (asked.get("text") or asked.get("blocks") or asked.get("attachments")):
            raise Refusal(self.refusal(200, "no_text", ""))
        values = {"channel": channel.id, "text": asked.get("text", ""), "user": "U00000099", "thread_ts": asked.get("thread_ts", "")}
        row = self.store["messages"].create(values)
        return self.well({"channel": channel.id, "ts": row.id, "message": self.message(row)})

    @route("POST", "/api/chat.update")
    def update(self, call: Call) -> Answer:
        row = self.named("messages", asked_of(call)["ts"], "message_not_found")
        self.store["messages"].change(row.id, {"text": asked_of(call)["text"]})
        return self.well({"channel": row.values["channel"], "ts": row.id, "text": row.values["text"], "message": {"text": row.values["text"]}})

    @route("POST", "/api/chat.delete")
    def delete(self, call: Call) -> Answer:
        row = self.named("messages", asked_of(call)["ts"], "message_not_found")
        self.store["messages"].purge(row.id)
        return self.well({"channel": row.values["channel"], "ts": row.id})

    def named(self, resource: str, row_id: str, code: str) -> Row:
        row = self.store[resource].get(row_id)
        if row is None:
            raise Refusal(self.refusal(200, code, ""))
        return row

    def well(self, members: Values) -> Answer:
        return Answer.of({"ok": True, **members})

    def refusal(self, status: int, code: str, message: str) -> Answer:
        """Slack says no with a 200."""
        return replace(Answer.of({"ok": False, "error": code}), described_as="default")

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "invalid_auth" if call.headers.get("authorization") else "not_authed", "")

    def missing(self, call: Call) -> Answer:
        return self.refusal(404, "unknown_method", "")

    def expired(self, call: Call) -> Answer:
        return self.refusal(200, "invalid_cursor", "")

    def forbidden(self, call: Call) -> Answer:
        return self.refusal(200, "missing_scope", "")

    def throttled(self, wait: int) -> Answer:
        return Answer.of({"ok": False, "error": "ratelimited"}, 429, {"retry-after": str(wait)})

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        told = {"users": self.about_user, "channels": self.about_channel, "messages": self.about_message}[resource](row, verb)
        envelope = {"token": "deprecated", "team_id": TEAM, "api_app_id": "A00000001", "type": "event_callback", "event_id": f"Ev{row.number:08d}"}
        return Notification.of(
            {**envelope, "event_time": row.modified // 1000, "event": told, "authed_users": ["U00000099"], "is_ext_shared_channel": False}
        )

    def about_user(self, row: Row, verb: str) -> Values:
        return {"type": "team_join" if verb == "created" else "user_change", "user": self.show("users", row), "event_ts": str(row.modified / 1000)}

    def about_channel(self, row: Row, verb: str) -> Values:
        if verb == "deleted":
            return {"type": "channel_archive", "channel": row.id, "user": "U00000001"}
        return {"type": "channel_created" if verb == "created" else "channel_rename",
                "channel": {"id": row.id, "name": row.values["name"], "created": row.created // 1000}}  # fmt: skip

    def about_message(self, row: Row, verb: str) -> Values:
        place: Values = {"type": "message", "channel": row.values["channel"], "event_ts": str(row.modified / 1000), "channel_type": "channel"}
        if verb == "created":
            return {**self.message(row), **place}
        if verb == "updated":
            return {**place, "subtype": "message_changed", "message": self.message(row), "ts": str(row.modified / 1000)}
        return {**place, "subtype": "message_deleted", "deleted_ts": row.id, "ts": str(row.modified / 1000)}

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        stamp = str(at // 1000)
        signed = "v0=" + signature(secret, f"v0:{stamp}:".encode() + body)
        return Hook(url, {"Content-Type": "application/json", "X-Slack-Signature": signed, "X-Slack-Request-Timestamp": stamp}, body)


def asked_of(call: Call) -> Values:
    """Return what a method is asked, in JSON or as a form."""
    return dict(call.json) if call.media_type == "application/json" else dict(fields_of(call.body))
