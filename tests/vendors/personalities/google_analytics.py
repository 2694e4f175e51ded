"""Google Analytics 4: takes every event with a 204 and keeps the good ones; only the validation endpoint says what was wrong with the others."""

from __future__ import annotations

import re
from typing import Any

from tests.vendors.facts.google_analytics import FACTS
from tests.vendors.google import USERINFO, Google
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Published, Slice, parts_of, route, token
from tests.vendors.store import Row, Values
from tests.vendors.timing import rfc3339

MEASUREMENT_ID, API_SECRET = "G-MOCK000001", "mock-api-secret"
PROPERTY = "/v1beta/properties/{number}"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
RESERVED = re.compile(r"(ga_|google_|firebase_|gtag\.)|(ad_click|app_remove|error|first_open|first_visit|session_start|user_engagement)$")
MOST_EVENTS, MOST_PARAMS, OLDEST = 25, 25, 72 * 3_600_000


class GoogleAnalytics(Google):
    key = "google_analytics"
    host = "www.google-analytics.com"
    descriptions = (*map(Slice, FACTS), Published("google/analyticsadmin.v1beta.openapi3.json"), USERINFO)
    required = {"keyEvents": "name"}

    def new_id(self, resource: str, place: int, values: Any) -> str:
        return f"properties/1/{resource}/{place}"

    def sample(self, resource: str, number: int) -> Values:
        return {"eventName": f"conversion_{number}", "countingMethod": "ONCE_PER_EVENT"}

    def show(self, resource: str, row: Row) -> Any:
        return {"name": row.id, "createTime": rfc3339(row.created), "deletable": True, "custom": True, **row.values}

    def authorized(self, call: Call) -> bool:
        return "/mp/collect" in call.path or super().authorized(call)

    @route("POST", "/mp/collect")
    def collect(self, call: Call) -> Answer:
        """Take what is sent; nobody is told that it was thrown away."""
        known = call.arguments.get("measurement_id") == MEASUREMENT_ID and call.arguments.get("api_secret") == API_SECRET
        if known and not self.problems(call):
            for event in call.json["events"]:
                self.store["events"].create({**event, "client_id": call.json.get("client_id")})
        return Answer(204)

    @route("POST", "/debug/mp/collect")
    def validate(self, call: Call) -> Answer:
        return Answer.of({"validationMessages": self.problems(call)})

    def problems(self, call: Call) -> list[Values]:
        """Return what is wrong with a batch, as the validation endpoint says it."""
        body, found = call.json, []
        if not call.arguments.get("measurement_id"):
            found.append(problem("", "Measurement requires a measurement_id.", "VALUE_REQUIRED"))
        if not body.get("client_id"):
            found.append(problem("client_id", "Measurement requires a client_id.", "VALUE_REQUIRED"))
        if len(body["events"]) > MOST_EVENTS:
            found.append(problem("events", f"Measurement can have at most {MOST_EVENTS} events.", "EXCEEDED_MAX_ENTITIES"))
        for number, event in enumerate(body["events"]):
            found += self.problems_of(f"events[{number}]", event, body)
        return found

    def problems_of(self, path: str, event: Values, body: Values) -> list[Values]:
        name, found = event["name"], []
        if not NAME.fullmatch(name):
            found.append(problem(f"{path}.name", f"Event at index: [{path}] has invalid name [{name}].", "NAME_INVALID"))
        if RESERVED.match(name):
            found.append(problem(f"{path}.name", f"Event at index: [{path}] has name [{name}] which is reserved.", "NAME_RESERVED"))
        if len(event.get("params", {})) > MOST_PARAMS:
            found.append(problem(f"{path}.params", f"Event can have at most {MOST_PARAMS} params.", "EXCEEDED_MAX_ENTITIES"))
        stamp = int(event.get("timestamp_micros") or body.get("timestamp_micros") or 0) // 1000
        if stamp and stamp < self.vendor.clock.now() - OLDEST:
            found.append(problem("timestamp_micros", "Measurement timestamp_micros is older than 72 hours.", "VALUE_OUT_OF_BOUNDS"))
        return found

    @route("GET", PROPERTY + "/{resource}", host="analyticsadmin.googleapis.com")
    def listing(self, call: Call, number: str, resource: str) -> Answer:
        start = int((parts_of(call.arguments.get("pageToken", "")) or ["", "0"])[1])
        page, following = self.cut(self.store[resource].live(), start, int(call.arguments.get("pageSize", "50")))
        more = {} if following is None else {"nextPageToken": token("page", following)}
        return Answer.of({resource: [self.shown(resource, row) for row in page], **more})

    @route("POST", PROPERTY + "/{resource}", host="analyticsadmin.googleapis.com")
    def create(self, call: Call, number: str, resource: str) -> Answer:
        if self.store[resource].find("eventName", call.json["eventName"]):
            raise Refusal(self.refused(409, "alreadyExists", "Entity already exists."))
        return Answer.of(self.shown(resource, self.store[resource].create(call.json)))

    @route("DELETE", PROPERTY + "/{resource}/{row_id}", host="analyticsadmin.googleapis.com")
    def delete(self, call: Call, number: str, resource: str, row_id: str) -> Answer:
        self.store[resource].delete(self.row(self.store[resource], f"properties/{number}/{resource}/{row_id}", call).id)
        return Answer.of({})

    @route("GET", "/v1beta/accountSummaries", host="analyticsadmin.googleapis.com")
    def accounts(self, call: Call) -> Answer:
        one = {"property": "properties/1", "displayName": "Website", "propertyType": "PROPERTY_TYPE_ORDINARY", "parent": "accounts/1"}
        return Answer.of(
            {"accountSummaries": [{"name": "accountSummaries/1", "account": "accounts/1", "displayName": "Example", "propertySummaries": [one]}]}
        )


def problem(path: str, description: str, code: str) -> Values:
    return {"fieldPath": path, "description": description, "validationCode": code}
