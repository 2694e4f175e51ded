"""Google Contacts (People): pages and a sync token that lives for a week, deletes as metadata, and an etag that has to come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.vendors import people
from tests.vendors.google import USERINFO, Google
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Published, parts_of, route, token
from tests.vendors.store import Row, Values
from tests.vendors.timing import rfc3339

WEEK = 7 * 86_400_000
WRITTEN = ("names", "emailAddresses", "phoneNumbers", "organizations", "addresses", "biographies", "urls", "userDefined", "memberships", "birthdays",
           "nicknames", "externalIds", "clientData")  # fmt: skip


class GoogleContacts(Google):
    key = "google_contacts"
    host = "people.googleapis.com"
    descriptions = (Published("google/people.v1.openapi3.json"), USERINFO)
    required = {"contacts": "resourceName"}

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"people/c{place:012d}"

    def sample(self, resource: str, number: int) -> Values:
        first, last = people.first_name(number), people.last_name(number)
        return {"names": [{"givenName": first, "familyName": last, "displayName": f"{first} {last}"}],
                "emailAddresses": [{"value": people.email(number)}], "phoneNumbers": [{"value": people.phone(number)}]}  # fmt: skip

    def show(self, resource: str, row: Row) -> Any:
        source = {"type": "CONTACT", "id": row.id.removeprefix("people/"), "etag": etag(row), "updateTime": rfc3339(row.modified)}
        shown = {"resourceName": row.id, "etag": etag(row), "metadata": {"sources": [source], "objectType": "PERSON"}}
        return shown | {"metadata": {"deleted": True}} if row.deleted is not None else shown | row.values

    @route("GET", "/v1/people/me/connections")
    def connections(self, call: Call) -> Answer:
        asked, table = call.arguments, self.store["contacts"]
        if not asked.get("personFields"):
            raise Refusal(self.refused(400, "badRequest", "personFields mask is required."))
        page_of = parts_of(asked.get("pageToken", ""))
        start, at, born = map(int, page_of[1:]) if len(page_of) == 4 else (0, table.latest(), self.vendor.clock.now())
        page, following = self.cut(self.chosen(call), start, min(int(asked.get("pageSize", "100")), 1000))
        found: Values = {
            "connections": [self.shown("contacts", row) for row in page],
            "totalItems": len(table.live()),
            "totalPeople": len(table.live()),
        }
        if following is not None:
            found["nextPageToken"] = token("page", following, at, born)
        elif asked.get("requestSyncToken") == "true" or "syncToken" in asked:
            found["nextSyncToken"] = token("sync", at, born)
        return Answer.of(found)

    def chosen(self, call: Call) -> list[Row]:
        if "syncToken" not in call.arguments:
            return self.store["contacts"].live()
        parts = [*parts_of(call.arguments["syncToken"]), "", ""]
        number = self.remembered(parts[1], call)
        if int(parts[2]) < self.vendor.clock.now() - WEEK:
            raise Refusal(self.expired(call))
        return self.store["contacts"].since(number)

    @route("GET", "/v1/people/{row_id}")
    def read(self, call: Call, row_id: str) -> Answer:
        if row_id == "me":
            return Answer.of({"resourceName": "people/me", "etag": "e", "names": [{"displayName": "Alice Adams"}]})
        return Answer.of(self.shown("contacts", self.row(self.store["contacts"], f"people/{row_id}", call)))

    @route("POST", "/v1/people:createContact")
    def create(self, call: Call) -> Answer:
        return Answer.of(self.shown("contacts", self.store["contacts"].create(written(call.json))))

    @route("PATCH", "/v1/people/{row_id}:updateContact")
    def change(self, call: Call, row_id: str) -> Answer:
        return Answer.of(self.shown("contacts", self.changed(self.row(self.store["contacts"], f"people/{row_id}", call), call.json, call.arguments)))

    def changed(self, row: Row, asked: Values, options: Mapping[str, str]) -> Row:
        """Put the fields of the mask into a row; without the etag of what was read nothing is changed."""
        sources = asked.get("metadata", {}).get("sources", [])
        if etag(row) not in {asked.get("etag"), *(source.get("etag") for source in sources)}:
            raise Refusal(self.refused(400, "failedPrecondition", "Request person.etag is different than the current person.etag."))
        names = options.get("updatePersonFields", "").split(",")
        if not set(names) <= set(WRITTEN):
            raise Refusal(self.refused(400, "badRequest", "Invalid updatePersonFields mask path."))
        return self.store["contacts"].change(row.id, {name: asked.get(name, []) for name in names})

    @route("DELETE", "/v1/people/{row_id}:deleteContact")
    def delete(self, call: Call, row_id: str) -> Answer:
        self.store["contacts"].delete(self.row(self.store["contacts"], f"people/{row_id}", call).id)
        return Answer.of({})

    @route("POST", "/v1/people:batchCreateContacts")
    def create_many(self, call: Call) -> Answer:
        rows = [self.store["contacts"].create(written(each["contactPerson"])) for each in call.json["contacts"]]
        return Answer.of({"createdPeople": [self.responded(row) for row in rows]})

    @route("POST", "/v1/people:batchUpdateContacts")
    def change_many(self, call: Call) -> Answer:
        asked, found = call.json, {}
        for name, each in asked["contacts"].items():
            row = self.row(self.store["contacts"], name, call)
            found[name] = self.responded(self.changed(row, each, {"updatePersonFields": asked["updateMask"]}))
        return Answer.of({"updateResult": found})

    @route("POST", "/v1/people:batchDeleteContacts")
    def delete_many(self, call: Call) -> Answer:
        for name in call.json["resourceNames"]:
            self.store["contacts"].delete(self.row(self.store["contacts"], name, call).id)
        return Answer.of({})

    def responded(self, row: Row) -> Values:
        return {"httpStatusCode": 200, "person": self.shown("contacts", row), "requestedResourceName": row.id}

    def expired(self, call: Call) -> Answer:
        details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "EXPIRED_SYNC_TOKEN", "domain": "people.googleapis.com"}]
        return self.refused(400, "failedPrecondition", "Sync token is expired. Clear local cache and retry call without the sync token.", details)


def written(asked: Values) -> Values:
    return {name: asked[name] for name in WRITTEN if name in asked}


def etag(row: Row) -> str:
    return f"%Eg{row.number}"
