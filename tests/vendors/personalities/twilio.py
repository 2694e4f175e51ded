"""Twilio: forms in, pages with a token and the address of the next one, times of RFC 2822, and rows that simply vanish when deleted."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.vendors import people
from tests.vendors.hooks import Hook, Notification, signature
from tests.vendors.messages import Answer, Call
from tests.vendors.personality import Personality, Published, parts_of, route, token
from tests.vendors.store import Row, Values
from tests.vendors.timing import http_date, milliseconds

ACCOUNT = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "mock-auth-token"
API_KEY = "SK" + "0" * 31 + "1"
PREFIXES = {"Messages": "SM", "Calls": "CA", "IncomingPhoneNumbers": "PN"}
SAMPLES: dict[str, Any] = {
    "Messages": lambda n: {"to": people.phone(n), "from": "+442071838750", "body": f"Message {n}", "status": "delivered",
        "direction": "outbound-api"},
    "Calls": lambda n: {"to": people.phone(n), "from": "+442071838750", "status": "completed", "direction": "outbound-api", "duration": str(n)},
    "IncomingPhoneNumbers": lambda n: {"phone_number": people.phone(n), "friendly_name": f"Line {n}"},
}  # fmt: skip
LISTS = {"Messages": "messages", "Calls": "calls", "IncomingPhoneNumbers": "incoming_phone_numbers"}
DATES = {"Messages": "DateSent", "Calls": "StartTime"}
DATE_FIELDS = {"Messages": ("date_created", "date_updated", "date_sent"), "Calls": ("date_created", "date_updated", "start_time"),
               "IncomingPhoneNumbers": ("date_created", "date_updated")}  # fmt: skip


class Twilio(Personality):
    key = "twilio"
    host = "api.twilio.com"
    descriptions = (Published("twilio/twilio_api_v2010.json"),)
    required = dict.fromkeys(PREFIXES, "sid")

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"{PREFIXES[resource]}{place:032x}"

    def sample(self, resource: str, number: int) -> Values:
        found: Values = SAMPLES[resource](number)
        return found

    def show(self, resource: str, row: Row) -> Any:
        created, changed = rfc2822(row.created), rfc2822(row.modified)
        dates = dict(zip(DATE_FIELDS[resource], (created, changed, created), strict=False))
        return {
            "sid": row.id,
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "uri": f"{path_of(resource)}/{row.id}.json",
            **dates,
            **row.values,
        }

    def authorized(self, call: Call) -> bool:
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "basic" and base64.b64decode(given).decode() in {f"{ACCOUNT}:{AUTH_TOKEN}", f"{API_KEY}:{AUTH_TOKEN}"}

    @route("GET", "/2010-04-01/Accounts/{account}.json")
    def account(self, call: Call, account: str) -> Answer:
        return Answer.of({"sid": account, "friendly_name": "Example Ltd", "status": "active", "type": "Full", "owner_account_sid": account})

    @route("GET", "/2010-04-01/Accounts/{account}/{resource}.json")
    def listing(self, call: Call, account: str, resource: str) -> Answer:
        size = min(int(call.arguments.get("PageSize", "50")), 1000)
        number = int(call.arguments.get("Page", "0"))
        cursor = parts_of(call.arguments.get("PageToken", "")[2:])
        rows = [row for row in self.store[resource].live()[::-1] if self.within(call, resource, row) and self.belongs(call, row)]
        start = next((place for place, row in enumerate(rows) if row.id == cursor[0]), -1) + 1 if cursor else number * size
        page, following = self.cut(rows, start, size)
        return Answer.of(self.frame(call, resource, number, size, page, following is not None))

    def frame(self, call: Call, resource: str, number: int, size: int, page: list[Row], more: bool) -> Values:
        filters = {name: value for name, value in call.query if not name.startswith("Page")}
        following = urlencode({**filters, "PageSize": size, "Page": number + 1, "PageToken": f"PA{token(page[-1].id)}"}) if more and page else ""
        path = path_of(resource) + ".json"
        return {
            "first_page_uri": f"{path}?PageSize={size}&Page=0", "next_page_uri": f"{path}?{following}" if following else None,
                "previous_page_uri": None,
            "uri": path, "page": number, "page_size": size, "start": number * size, "end": number * size + len(page) - 1,
            LISTS[resource]: [self.shown(resource, row) for row in page],
        }  # fmt: skip

    def within(self, call: Call, resource: str, row: Row) -> bool:
        name = DATES.get(resource, "")
        after, before = call.arguments.get(f"{name}>", ""), call.arguments.get(f"{name}<", "")
        return (not after or row.created >= day(after)) and (not before or row.created <= day(before))

    def belongs(self, call: Call, row: Row) -> bool:
        named = {"to": call.arguments.get("To"), "from": call.arguments.get("From"), "status": call.arguments.get("Status")}
        return all(value is None or row.values.get(name) == value for name, value in named.items())

    @route("POST", "/2010-04-01/Accounts/{account}/Messages.json")
    def send(self, call: Call, account: str) -> Answer:
        asked = call.form
        if not ("Body" in asked or "MediaUrl" in asked or "ContentSid" in asked):
            return self.refusal(400, "21602", "Message body is required.")
        row = self.store["Messages"].create({"to": asked["To"], "from": asked.get("From"), "body": asked.get("Body"), "status": "queued",
                                             "direction": "outbound-api", "messaging_service_sid": asked.get("MessagingServiceSid")})  # fmt: skip
        return Answer.of(self.shown("Messages", row), 201)

    @route("GET", "/2010-04-01/Accounts/{account}/{resource}/{row_id}.json")
    def read(self, call: Call, account: str, resource: str, row_id: str) -> Answer:
        return Answer.of(self.shown(resource, self.row(self.store[resource], row_id, call)))

    @route("POST", "/2010-04-01/Accounts/{account}/{resource}/{row_id}.json")
    def change(self, call: Call, account: str, resource: str, row_id: str) -> Answer:
        row = self.row(self.store[resource], row_id, call)
        values = {{"Body": "body", "Status": "status", "FriendlyName": "friendly_name"}[name]: value for name, value in call.form.items()}
        return Answer.of(self.shown(resource, self.store[resource].change(row.id, values)))

    @route("DELETE", "/2010-04-01/Accounts/{account}/{resource}/{row_id}.json")
    def delete(self, call: Call, account: str, resource: str, row_id: str) -> Answer:
        self.store[resource].purge(self.row(self.store[resource], row_id, call).id)
        return Answer(204)

    def refusal(self, status: int, code: str, message: str) -> Answer:
        number = int(code) if code.isdigit() else {401: 20003, 404: 20404, 429: 20429}.get(status, 20001)
        return Answer.of({"code": number, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{number}", "status": status}, status)

    def throttled(self, wait: int) -> Answer:
        return self.refusal(429, "20429", "Too Many Requests")

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return a call back about a message: it arrived for us, or its status changed."""
        state = {"SmsStatus": "received"} if row.values.get("direction") == "inbound" else {"MessageStatus": row.values["status"]}
        fields = {
            "MessageSid": row.id,
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": row.values["from"],
            "To": row.values["to"],
            **state,
        }
        return Notification(urlencode(fields | ({"Body": row.values["body"], "NumMedia": "0"} if "SmsStatus" in state else {})).encode())

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        """Sign as Twilio does: over the address and the form's fields in order. What is no form is hashed into the address."""
        if body.startswith(b"{"):
            return json_hook(body, url, secret)
        fields = "".join(f"{name}{value}" for name, value in sorted(parse_qsl(body.decode(), keep_blank_values=True)))
        signed = signature(secret, (url + fields).encode(), digest="sha1", encoding="base64")
        return Hook(url, {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signed}, body)


def json_hook(body: bytes, url: str, secret: str) -> Hook:
    url += f"{'&' if '?' in url else '?'}bodySHA256={sha256(body).hexdigest()}"
    signed = signature(secret, url.encode(), digest="sha1", encoding="base64")
    return Hook(url, {"Content-Type": "application/json", "X-Twilio-Signature": signed}, body)


def path_of(resource: str) -> str:
    return f"/2010-04-01/Accounts/{ACCOUNT}/{resource}"


def rfc2822(at: int) -> str:
    return http_date(at).replace("GMT", "+0000")


def day(text: str) -> int:
    """Return the time of a filter, which is a day or a moment; always UTC."""
    return milliseconds(text if "T" in text and text.endswith("Z") else f"{text[:10]}T00:00:00Z")
