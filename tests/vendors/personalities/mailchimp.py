"""Mailchimp: count and offset, members named by the MD5 of their address, a delete that only archives, hooks as signed forms."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.vendors import people
from tests.vendors.facts.mailchimp import FACTS, METADATA
from tests.vendors.hooks import Hook, Notification, md5, signature
from tests.vendors.identity import IdentityFacts
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Slice, route
from tests.vendors.store import Row, Values
from tests.vendors.timing import milliseconds, rfc3339_seconds

AUDIENCE = "a1b2c3d4e5"
API_KEY = "0123456789abcdef0123456789abcdef-us21"


class Mailchimp(Personality):
    key = "mailchimp"
    host = "us21.api.mailchimp.com"
    descriptions = (Slice(FACTS), Slice(METADATA))
    identity = IdentityFacts(
        "https://login.mailchimp.com/oauth2/authorize", "https://login.mailchimp.com/oauth2/token", expires_in=None, client="body"
    )
    required = {"members": "email_address"}

    def prepare(self) -> None:
        self.store["lists"].create({"name": "Newsletter"}, AUDIENCE)
        self.vendor.identity.accept(API_KEY)

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return md5(values["email_address"].lower()) if resource == "members" else str(place)

    def sample(self, resource: str, number: int) -> Values:
        names = {"FNAME": people.first_name(number), "LNAME": people.last_name(number)}
        return {"email_address": people.email(number), "status": "subscribed", "merge_fields": names}

    def show(self, resource: str, row: Row) -> Any:
        status = "archived" if row.deleted is not None else row.values["status"]
        return {
            "id": row.id, "email_address": row.values["email_address"],
            "unique_email_id": f"u{row.place}", "contact_id": f"c{row.place}", "status": status,
            "merge_fields": row.values.get("merge_fields", {}), "language": row.values.get("language", ""), "vip": row.values.get("vip", False),
            "tags": [{"id": number, "name": name} for number, name in enumerate(row.values.get("tags", []), 1)],
            "last_changed": rfc3339_seconds(row.modified), "timestamp_opt": rfc3339_seconds(row.created), "list_id": AUDIENCE,
        }  # fmt: skip

    def authorized(self, call: Call) -> bool:
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            given = base64.b64decode(given).decode().partition(":")[2]
        return self.vendor.identity.holds(given)

    @route("GET", "/3.0/")
    def root(self, call: Call) -> Answer:
        return Answer.of({"account_id": "acc1", "login_id": "login1", "account_name": "Example Ltd", "email": "owner@example.com"})

    @route("GET", "/3.0/ping")
    def ping(self, call: Call) -> Answer:
        return Answer.of({"health_status": "Everything's Chimpy!"})

    @route("GET", "/oauth2/metadata", host="login.mailchimp.com")
    def metadata(self, call: Call) -> Answer:
        if not call.headers.get("authorization", "").startswith("OAuth "):
            return self.refusal(401, "API Key Invalid", "The token has to be named as OAuth.")
        login = {"dc": "us21", "role": "owner", "accountname": "Example Ltd", "user_id": 1, "login": {}, "login_url": "https://login.mailchimp.com"}
        return Answer.of({**login, "api_endpoint": f"https://{self.host}"})

    @route("GET", "/3.0/lists")
    def audiences(self, call: Call) -> Answer:
        found = [
            {"id": row.id, "web_id": row.place, "name": row.values["name"], "stats": {"member_count": len(self.store["members"].live())},
             "date_created": rfc3339_seconds(row.created), "permission_reminder": "You signed up."}
            for row in self.store["lists"].live()
        ]  # fmt: skip
        return Answer.of({"lists": found, "total_items": len(found)})

    @route("GET", "/3.0/lists/{audience}/members")
    def members(self, call: Call, audience: str) -> Answer:
        self.row(self.store["lists"], audience, call)
        rows = self.chosen(call.arguments)
        start = int(call.arguments.get("offset", "0"))
        page, _ = self.cut(rows, start, int(call.arguments.get("count", "10")))
        return Answer.of({"members": [self.shown("members", row) for row in page], "list_id": audience, "total_items": len(rows)})

    def chosen(self, asked: dict[str, str]) -> list[Row]:
        """Return the members of a status and a window of changes; archived ones only where they are asked for."""
        status = asked.get("status", "")
        since, before = milliseconds(asked.get("since_last_changed", "0")), milliseconds(asked.get("before_last_changed", "9" * 15))
        rows = self.store["members"].chosen(("members", status, since, before), lambda row: since < row.modified < before and self.has(row, status))
        if asked.get("sort_field") == "last_changed":
            return sorted(rows, key=lambda row: row.modified, reverse=asked.get("sort_dir") == "DESC")
        return rows

    def has(self, row: Row, status: str) -> bool:
        if row.deleted is not None or status == "archived":
            return row.deleted is not None and status == "archived"
        return not status or row.values["status"] == status

    def named(self, name: str) -> Row | None:
        """Return the member of a hash, an archived one too."""
        return self.store["members"].rows.get(name)

    def present(self, name: str, call: Call) -> Row:
        found = self.named(name)
        if found is None:
            raise Refusal(self.missing(call))
        return found

    @route("POST", "/3.0/lists/{audience}/members")
    def add(self, call: Call, audience: str) -> Answer:
        values = call.json
        twin = self.named(md5(values["email_address"].lower()))
        if twin is not None and twin.deleted is None:
            raise Refusal(self.refusal(400, "Member Exists", f"{values['email_address']} is already a list member."))
        return Answer.of(self.shown("members", self.put(twin, values)))

    @route("PUT", "/3.0/lists/{audience}/members/{name}")
    def upsert(self, call: Call, audience: str, name: str) -> Answer:
        return Answer.of(self.shown("members", self.put(self.named(name), call.json)))

    def put(self, row: Row | None, asked: Values) -> Row:
        """Add a member, or change the one there is; the names that are not given stay."""
        values = {name: value for name, value in asked.items() if name != "status_if_new"}
        table = self.store["members"]
        if row is None:
            return table.create({"status": asked.get("status_if_new"), "merge_fields": {}} | values)
        return table.change(row.id, values | {"merge_fields": row.values.get("merge_fields", {}) | values.get("merge_fields", {})})

    @route("GET", "/3.0/lists/{audience}/members/{name}")
    def member(self, call: Call, audience: str, name: str) -> Answer:
        return Answer.of(self.shown("members", self.present(name, call)))

    @route("PATCH", "/3.0/lists/{audience}/members/{name}")
    def change(self, call: Call, audience: str, name: str) -> Answer:
        return Answer.of(self.shown("members", self.put(self.present(name, call), call.json)))

    @route("DELETE", "/3.0/lists/{audience}/members/{name}")
    def archive(self, call: Call, audience: str, name: str) -> Answer:
        self.store["members"].delete(self.present(name, call).id)
        return Answer(204)

    @route("POST", "/3.0/lists/{audience}/members/{name}/actions/delete-permanent")
    def delete_for_good(self, call: Call, audience: str, name: str) -> Answer:
        self.store["members"].purge(self.present(name, call).id)
        return Answer(204)

    @route("POST", "/3.0/lists/{audience}/members/{name}/tags")
    def tag(self, call: Call, audience: str, name: str) -> Answer:
        row = self.present(name, call)
        wanted = {each["name"]: each["status"] == "active" for each in call.json["tags"]}
        kept = [each for each in row.values.get("tags", []) if wanted.get(each, True)]
        self.store["members"].change(row.id, {"tags": sorted({*kept, *(each for each, active in wanted.items() if active)})})
        return Answer(204)

    @route("POST", "/3.0/lists/{audience}")
    def bulk(self, call: Call, audience: str) -> Answer:
        made: dict[str, list[Any]] = {"new_members": [], "updated_members": [], "errors": []}
        for each in call.json["members"]:
            twin = self.named(md5(each["email_address"].lower()))
            if twin is not None and not call.json.get("update_existing"):
                made["errors"].append(
                    {"email_address": each["email_address"], "error": "is already a list member", "error_code": "ERROR_CONTACT_EXISTS"}
                )
            else:
                made["updated_members" if twin else "new_members"].append(self.shown("members", self.put(twin, each)))
        counts = {"total_created": len(made["new_members"]), "total_updated": len(made["updated_members"]), "error_count": len(made["errors"])}
        return Answer.of(made | counts)

    @route("GET", "/3.0/lists/{audience}/merge-fields")
    def merge_fields(self, call: Call, audience: str) -> Answer:
        fields = [
            {"merge_id": number, "tag": tag, "name": tag, "type": "text", "required": False} for number, tag in enumerate(("FNAME", "LNAME"), 1)
        ]
        return Answer.of({"merge_fields": fields, "list_id": audience, "total_items": len(fields)})

    @route("GET", "/3.0/lists/{audience}/webhooks")
    def webhooks(self, call: Call, audience: str) -> Answer:
        found = [{"id": row.id, "list_id": audience, **row.values} for row in self.store["webhooks"].live()]
        return Answer.of({"webhooks": found, "list_id": audience, "total_items": len(found)})

    @route("POST", "/3.0/lists/{audience}/webhooks")
    def subscribe(self, call: Call, audience: str) -> Answer:
        row = self.store["webhooks"].create({"events": {}, "sources": {}} | call.json)
        return Answer.of({"id": row.id, "list_id": audience, **row.values})

    @route("PATCH", "/3.0/lists/{audience}/webhooks/{row_id}")
    def resubscribe(self, call: Call, audience: str, row_id: str) -> Answer:
        row = self.row(self.store["webhooks"], row_id, call)
        self.store["webhooks"].change(row.id, call.json)
        return Answer.of({"id": row.id, "list_id": audience, **row.values})

    @route("DELETE", "/3.0/lists/{audience}/webhooks/{row_id}")
    def unsubscribe(self, call: Call, audience: str, row_id: str) -> Answer:
        self.store["webhooks"].delete(self.row(self.store["webhooks"], row_id, call).id)
        return Answer(204)

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return Answer.of({"type": "https://mailchimp.com/developer/marketing/docs/errors/", "title": code, "status": status, "detail": message,
                          "instance": "00000000-0000-0000-0000-000000000000"}, status)  # fmt: skip

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter.")

    def throttled(self, wait: int) -> Answer:
        return Answer(403)  # at high volume the edge refuses with nothing but the status

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        merges = {f"data[merges][{name}]": value for name, value in row.values.get("merge_fields", {}).items()}
        kind = {"created": "subscribe", "updated": "profile", "deleted": "unsubscribe"}[verb]
        reason = {"data[action]": "archive", "data[reason]": "manual"} if verb == "deleted" else {}
        fields = {"type": kind, "fired_at": rfc3339_seconds(row.modified)[:19].replace("T", " "), "data[id]": f"u{row.place}",
            "data[list_id]": AUDIENCE,
                  "data[email]": row.values["email_address"], "data[email_type]": "html", **reason, **merges}  # fmt: skip
        return Notification(urlencode(fields).encode())

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        stamp = at // 1000
        signed = f"t={stamp},v1={signature(secret, f'{stamp}.'.encode() + body)}"
        return Hook(url, {"Content-Type": "application/x-www-form-urlencoded", "X-Mailchimp-Signature": signed}, body)
