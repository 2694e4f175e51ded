"""HubSpot: cursors on lists, search that stops at 10,000 rows, archives for deletes, hooks signed over method, address, body and time.

Associations stand apart from the rows; only a contact's primary company is a property of it too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.vendors import people
from tests.vendors.facts.hubspot import FACTS
from tests.vendors.hooks import Hook, Notification, signature
from tests.vendors.identity import IdentityFacts
from tests.vendors.limits import Limit
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Slice, route
from tests.vendors.store import Row, Values, after
from tests.vendors.timing import milliseconds, rfc3339

MOST_FOUND = 10_000
SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
MODIFIED = {"contacts": "lastmodifieddate"}
PORTAL = 8675309
SAMPLES: dict[str, Callable[[int], Values]] = {
    "contacts": lambda n: {"email": people.email(n), "firstname": people.first_name(n), "lastname": people.last_name(n), "phone": people.phone(n)},
    "companies": lambda n: {"name": people.company(n), "domain": f"company{n}.example"},
    "deals": lambda n: {"dealname": f"Deal {n}", "amount": str(100 + n), "dealstage": "appointmentscheduled", "pipeline": "default"},
}
TYPES = {
    ("contacts", "companies"): (279, 1), ("companies", "contacts"): (280, 2), ("deals", "companies"): (341, 5), ("companies", "deals"): (342, 6),
    ("deals", "contacts"): (3, None), ("contacts", "deals"): (4, None),
}  # fmt: skip
"""The type of an association without a label, and that with the primary company, where there is such."""
OWN = "associatedcompanyid"
COMPARED: dict[str, Callable[[Any, Any, Any], bool]] = {
    "EQ": lambda have, want, _: have == want,
    "NEQ": lambda have, want, _: have != want,
    "GT": lambda have, want, _: have > want,
    "GTE": lambda have, want, _: have >= want,
    "LT": lambda have, want, _: have < want,
    "LTE": lambda have, want, _: have <= want,
    "BETWEEN": lambda have, low, high: low <= have <= high,
}


class HubSpot(Personality):
    key = "hubspot"
    host = "api.hubapi.com"
    descriptions = (Slice(FACTS),)
    identity = IdentityFacts(
        "https://app.hubspot.com/oauth/authorize", "https://api.hubapi.com/oauth/2026-03/token", "https://api.hubapi.com/oauth/2026-03/token/revoke",
        expires_in=1800, client="body",
    )  # fmt: skip
    limits = (Limit(190, 10),)
    required = dict.fromkeys(SAMPLES, "id")

    def prepare(self) -> None:
        self.bonds: dict[tuple[str, str, str], dict[str, set[int]]] = {}  # whose, its id, with which noun -> the other's id -> types

    def notice(self, resource: str, row: Row, verb: str) -> None:
        """End the associations of a row that is archived."""
        for (name, row_id, noun), others in list(self.bonds.items()) if verb == "deleted" else ():
            for other in list(others) if (name, row_id) == (resource, row.id) else ():
                self.part(name, row_id, noun, other)

    def sample(self, resource: str, number: int) -> Values:
        return SAMPLES[resource](number)

    def show(self, resource: str, row: Row) -> Any:
        modified = rfc3339(row.modified)
        written = {"createdate": rfc3339(row.created), MODIFIED.get(resource, "hs_lastmodifieddate"): modified, "hs_object_id": row.id}
        shown = {"id": row.id, "properties": row.values | written, "createdAt": rfc3339(row.created), "updatedAt": modified}
        return shown | ({"archived": False} if row.deleted is None else {"archived": True, "archivedAt": rfc3339(row.deleted)})

    @route("GET", "/crm/v3/objects/{resource}")
    def listing(self, call: Call, resource: str) -> Answer:
        table, asked = self.store[resource], call.arguments
        rows = table.gone() if asked.get("archived") == "true" else table.live()
        page, following = self.cut(after(rows, int(asked.get("after", "0"))), 0, int(asked.get("limit", "10")))
        last = asked.get("after", "0") if following == 0 else str(page[-1].place) if page else ""
        return Answer.of({"results": [self.shown(resource, row) for row in page]} | paging(None if following is None else last))

    @route("POST", "/crm/v3/objects/{resource}/search")
    def search(self, call: Call, resource: str) -> Answer:
        asked, start = call.json, int(call.json.get("after") or 0)
        size = asked.get("limit", 10)
        if start + size > MOST_FOUND:
            raise Refusal(self.refusal(400, "VALIDATION_ERROR", f"Paging through more than {MOST_FOUND} results is not possible"))
        rows = self.found(resource, asked)
        page, following = self.cut(rows, start, size)
        return Answer.of({"total": len(rows), "results": [self.shown(resource, row) for row in page]} | paging(following))

    def found(self, resource: str, asked: dict[str, Any]) -> list[Row]:
        """Return the rows that a search finds, in its order; any group of filters may hold."""
        groups = [group["filters"] for group in asked.get("filterGroups", [])]
        beyond, groups = beyond_id(groups)
        rows = self.store[resource].chosen(
            ("search", str(groups)), lambda row: row.deleted is None and (not groups or any(self.holds(resource, row, group) for group in groups))
        )
        rows = after(rows, beyond)
        for sort in asked.get("sorts", []):
            named = {"propertyName": sort} if isinstance(sort, str) else sort
            if named["propertyName"] != "hs_object_id" or named.get("direction") == "DESCENDING":
                return sorted(rows, key=lambda row: self.value(resource, row, named["propertyName"]), reverse=named.get("direction") == "DESCENDING")
        return rows

    def holds(self, resource: str, row: Row, filters: list[dict[str, Any]]) -> bool:
        return all(self.filtered(self.value(resource, row, each["propertyName"]), each) for each in filters)

    def filtered(self, have: Any, wanted: dict[str, Any]) -> bool:
        operator = wanted["operator"]
        if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
            return (have is not None) is (operator == "HAS_PROPERTY")
        if operator in {"IN", "NOT_IN"}:
            return (str(have) in wanted["values"]) is (operator == "IN")
        read = milliseconds if isinstance(have, int) else str
        return have is not None and COMPARED[operator](have, read(wanted["value"]), read(wanted.get("highValue") or wanted["value"]))

    def value(self, resource: str, row: Row, name: str) -> Any:
        """Return a property as a search compares it: times and ids as numbers."""
        built_in = {"hs_object_id": int(row.id), "createdate": row.created, MODIFIED.get(resource, "hs_lastmodifieddate"): row.modified}
        return built_in.get(name, row.values.get(name))

    @route("POST", "/crm/v3/objects/{resource}")
    def create(self, call: Call, resource: str) -> Answer:
        values = call.json["properties"]
        self.refuse_twins(resource, values)
        row = self.store[resource].create(values)
        for one in call.json.get("associations", ()):
            kinds = {each["associationTypeId"] for each in one["types"]}
            noun = next(to for (name, to), known in TYPES.items() if name == resource and kinds & set(known))
            self.bind(resource, row.id, noun, str(self.row(self.store[noun], str(one["to"]["id"]), call).id), kinds)
        return Answer.of(self.shown(resource, row), 201)

    def bind(self, resource: str, row_id: str, noun: str, other: str, kinds: set[int]) -> None:
        """Associate two rows, both ways; the only company of a row is its primary one, and there is one at most."""
        for (name, one), (to, another), mine in (((resource, row_id), (noun, other), kinds), ((noun, other), (resource, row_id), set())):
            plain, primary = TYPES[name, to]
            others = self.bonds.setdefault((name, one, to), {})
            if primary and to == "companies" and (primary in mine or not any(primary in kept for kept in others.values())):
                for kept in others.values():
                    kept.discard(primary)
                others[another] = others.get(another, set()) | {primary}
            others[another] = others.get(another, set()) | {plain} | mine
        self.counted(resource, row_id, noun, other)

    def part(self, resource: str, row_id: str, noun: str, other: str) -> None:
        """End all associations of two rows."""
        self.bonds.get((resource, row_id, noun), {}).pop(other, None)
        self.bonds.get((noun, other, resource), {}).pop(row_id, None)
        self.counted(resource, row_id, noun, other)

    def counted(self, *ends: str) -> None:
        """Change what counts associations in the rows of both ends, and with that when they were changed."""
        for name, row_id in (ends[:2], ends[2:]):
            row = self.store[name].get(row_id)
            if row is not None:
                company = self.leading(name, row_id, "companies")[:1]
                self.store[name].change(row_id, {OWN: company[0] if company else None} if name == "contacts" else {})

    def leading(self, resource: str, row_id: str, noun: str) -> list[str]:
        """Return whom a row is associated with, a primary company first."""
        others = self.bonds.get((resource, row_id, noun), {})
        return sorted(others, key=lambda one: (TYPES[resource, noun][1] not in others[one], int(one)))

    @route("POST", "/crm/v4/associations/{resource}/{noun}/batch/read")
    def associations(self, call: Call, resource: str, noun: str) -> Answer:
        now, asked = rfc3339(self.vendor.clock.now()), [each["id"] for each in call.json["inputs"]]
        found = [{"from": {"id": one}, "to": self.told(resource, one, noun)} for one in asked if self.leading(resource, one, noun)]
        lacking = [
            {"status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND", "context": {},
             "message": f"No {SINGULAR[noun]} is associated with {SINGULAR[resource]} {one}."}
            for one in asked if not self.leading(resource, one, noun)
        ]  # fmt: skip
        whole = {"status": "COMPLETE", "results": found, "startedAt": now, "completedAt": now}
        return Answer.of(whole | {"numErrors": len(lacking), "errors": lacking}, 207) if lacking else Answer.of(whole)

    def told(self, resource: str, row_id: str, noun: str) -> list[dict[str, Any]]:
        """Return whom a row is associated with as HubSpot tells it: in no order that counts."""
        others = self.bonds[resource, row_id, noun]
        kinds = {one: [{"category": "HUBSPOT_DEFINED", "typeId": kind, "label": None} for kind in sorted(others[one])] for one in others}
        return [{"toObjectId": int(one), "associationTypes": kinds[one]} for one in sorted(others, key=int)]

    @route("PUT", "/crm/v4/objects/{resource}/{row_id}/associations/{noun}/{other}")
    def associate(self, call: Call, resource: str, row_id: str, noun: str, other: str) -> Answer:
        self.row(self.store[resource], row_id, call)
        self.row(self.store[noun], other, call)
        self.bind(resource, row_id, noun, other, {each["associationTypeId"] for each in call.json})
        whose = {"fromObjectTypeId": "0-1", "fromObjectId": int(row_id), "toObjectTypeId": "0-2", "toObjectId": int(other)}
        return Answer.of(whose | {"labels": []}, 201)

    @route("DELETE", "/crm/v4/objects/{resource}/{row_id}/associations/{noun}/{other}")
    def dissociate(self, call: Call, resource: str, row_id: str, noun: str, other: str) -> Answer:
        self.part(resource, row_id, noun, other)
        return Answer(204)

    def refuse_twins(self, resource: str, values: Values) -> None:
        """Refuse a second contact of the same address."""
        twin = self.store[resource].find("email", values.get("email")) if resource == "contacts" and values.get("email") else None
        if twin:
            raise Refusal(self.refusal(409, "CONFLICT", f"Contact already exists. Existing ID: {twin.id}"))

    @route("GET", "/crm/v3/objects/{resource}/{row_id}")
    def read(self, call: Call, resource: str, row_id: str) -> Answer:
        return Answer.of(self.shown(resource, self.identified(call, resource, row_id)))

    @route("PATCH", "/crm/v3/objects/{resource}/{row_id}")
    def change(self, call: Call, resource: str, row_id: str) -> Answer:
        row = self.identified(call, resource, row_id)
        return Answer.of(self.shown(resource, self.store[resource].change(row.id, call.json["properties"])))

    @route("DELETE", "/crm/v3/objects/{resource}/{row_id}")
    def archive(self, call: Call, resource: str, row_id: str) -> Answer:
        if self.store[resource].get(row_id):
            self.store[resource].delete(row_id)
        return Answer(204)

    def identified(self, call: Call, resource: str, row_id: str) -> Row:
        """Return a row by its id, or by the property that the call names."""
        named = call.arguments.get("idProperty")
        found = self.store[resource].find(named, row_id) if named else None
        return found or self.row(self.store[resource], row_id, call)

    @route("POST", "/crm/v3/objects/{resource}/batch/{verb}")
    def batch(self, call: Call, resource: str, verb: str) -> Answer:
        results = [self.one_of_batch(call, resource, verb, each) for each in call.json["inputs"]]
        if verb == "archive":
            return Answer(204)
        now = rfc3339(self.vendor.clock.now())
        found = [each for each in results if each is not None]
        return Answer.of({"status": "COMPLETE", "results": found, "startedAt": now, "completedAt": now}, 201 if verb == "create" else 200)

    def one_of_batch(self, call: Call, resource: str, verb: str, each: dict[str, Any]) -> Any:
        table = self.store[resource]
        found = table.find(each["idProperty"], each["id"]) if each.get("idProperty") else table.get(each.get("id", ""))
        if verb == "archive":
            return found and table.delete(found.id)
        if verb == "read":
            return found and self.shown(resource, found)
        if found:
            return self.shown(resource, table.change(found.id, each["properties"])) | ({"new": False} if verb == "upsert" else {})
        if verb == "update":
            raise Refusal(self.missing(call))
        named = {each["idProperty"]: each["id"]} if each.get("idProperty") else {}
        return self.shown(resource, table.create(named | each["properties"])) | ({"new": True} if verb == "upsert" else {})

    @route("GET", "/crm/v3/properties/{resource}")
    def properties(self, call: Call, resource: str) -> Answer:
        names = SAMPLES[resource](0)
        kinds = {"type": "string", "fieldType": "text", "groupName": "information"}
        return Answer.of({"results": [{"name": name, "label": name.title(), **kinds} for name in names]})

    @route("GET", "/account-info/v3/details")
    def account(self, call: Call) -> Answer:
        return Answer.of({
            "portalId": PORTAL, "accountType": "STANDARD", "timeZone": "Europe/London", "companyCurrency": "EUR", "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1", "utcOffset": "+00:00", "utcOffsetMilliseconds": 0,
        })  # fmt: skip

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return Answer.of({"status": "error", "message": message, "correlationId": "00000000-0000-0000-0000-000000000000", "category": code}, status)

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")

    def throttled(self, wait: int) -> Answer:
        return Answer.of({"status": "error", "message": "You have reached your ten_secondly_rolling limit.", "errorType": "RATE_LIMIT",
                          "policyName": "TEN_SECONDLY_ROLLING", "groupName": "publicapi:private-apps:api-calls-per-10-seconds"}, 429)  # fmt: skip

    def headers(self, call: Call) -> dict[str, str]:
        if call.path.endswith("/search"):
            return {}  # search carries no limit headers
        window = self.vendor.windows[0]
        return {"x-hubspot-ratelimit-max": str(window.limit.calls), "x-hubspot-ratelimit-remaining": str(window.left()),
                "x-hubspot-ratelimit-interval-milliseconds": "10000"}  # fmt: skip

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        kinds = {"created": "creation", "updated": "propertyChange", "deleted": "deletion"}
        change = {"propertyName": next(iter(row.values)), "propertyValue": str(next(iter(row.values.values())))} if verb == "updated" else {}
        event = {"eventId": row.number, "subscriptionId": 1, "portalId": PORTAL, "appId": 1, "occurredAt": row.modified, "attemptNumber": 0,
                 "subscriptionType": f"{SINGULAR[resource]}.{kinds[verb]}", "objectId": int(row.id), "changeSource": "CRM_UI", **change}  # fmt: skip
        return Notification.of([event])

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        signed = signature(secret, f"POST{url}".encode() + body + str(at).encode(), encoding="base64")
        return Hook(url, {"Content-Type": "application/json", "X-HubSpot-Signature-v3": signed, "X-HubSpot-Request-Timestamp": str(at)}, body)


def beyond_id(groups: list[list[dict[str, Any]]]) -> tuple[int, list[list[dict[str, Any]]]]:
    """Take the lower bound of ids out of the only group: the rest of it stays the same from page to page and is looked up once."""
    if len(groups) != 1:
        return 0, groups
    bounds = [each for each in groups[0] if each["propertyName"] == "hs_object_id" and each["operator"] == "GT"]
    return max((int(each["value"]) for each in bounds), default=0), [[each for each in groups[0] if each not in bounds]]


def paging(following: object) -> dict[str, Any]:
    """Return where the next page starts, if there is one."""
    return {} if following is None else {"paging": {"next": {"after": str(following)}}}
