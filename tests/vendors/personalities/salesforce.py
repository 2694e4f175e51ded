"""Salesforce: queries with a locator for the next 2,000 rows, deletes told for 15 days, upserts by external id, and 403 for too many calls."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.vendors import people, soql
from tests.vendors.facts.salesforce import FACTS
from tests.vendors.hooks import Hook, Notification
from tests.vendors.identity import IdentityFacts
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality, Slice, route
from tests.vendors.store import Row, Values
from tests.vendors.timing import milliseconds, rfc3339

DATA = "/services/data/v{version}"
SOBJECT = DATA + "/sobjects/{resource}"
INSTANCE = "https://example.my.salesforce.com"
PREFIXES = {"Contact": "003", "Lead": "00Q", "Account": "001", "Opportunity": "006", "Task": "00T"}
REQUIRED = {"Contact": "LastName", "Lead": "LastName", "Account": "Name", "Opportunity": "Name", "Task": "Subject"}
BATCH = 2000
KEPT_FOR = 15 * 86_400_000
DAILY = 100_000
MINUTE = 60_000
MAKING = 15_000
"""How long a job takes."""
SOAP = (
    "<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/' "
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><soapenv:Body><notifications xmlns='http://soap.sforce.com/2005/09/outbound' "
    "xmlns:sf='urn:sobject.enterprise.soap.sforce.com'>{notifications}</notifications></soapenv:Body></soapenv:Envelope>"
)
PERSON = {"FirstName": people.first_name, "LastName": people.last_name, "Email": people.email, "Phone": people.phone}
SAMPLES: dict[str, Any] = {
    "Contact": lambda n: {name: make(n) for name, make in PERSON.items()} | {"External_Id__c": None},
    "Lead": lambda n: {name: make(n) for name, make in PERSON.items()} | {"Company": people.company(n), "Status": "Open - Not Contacted"},
    "Account": lambda n: {"Name": people.company(n), "Website": f"https://company{n}.example"},
    "Opportunity": lambda n: {"Name": f"Deal {n}", "Amount": 100.0 + n, "StageName": "Prospecting", "CloseDate": "2026-12-31"},
    "Task": lambda n: {"Subject": f"Call {n}", "Status": "Not Started"},
}


@dataclass
class Job:
    """A query that is answered after a while."""

    id: str
    query: soql.Query
    rows: list[Row]
    began: int
    state: str = ""


class Salesforce(Personality):
    key = "salesforce"
    host = "example.my.salesforce.com"
    descriptions = (Slice(FACTS),)
    identity = IdentityFacts(
        "https://login.salesforce.com/services/oauth2/authorize", "https://login.salesforce.com/services/oauth2/token",
        "https://login.salesforce.com/services/oauth2/revoke", expires_in=None,
        extra={"instance_url": INSTANCE, "id": "https://login.salesforce.com/id/00D000000000001/005000000000001", "issued_at": "1795176000000"},
    )  # fmt: skip
    required = dict.fromkeys(PREFIXES, "Id")

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return f"{PREFIXES[resource]}{place:012d}AAA"

    def sample(self, resource: str, number: int) -> Values:
        found: Values = SAMPLES[resource](number)
        return found

    def prepare(self) -> None:
        self.locators: dict[str, tuple[soql.Query, list[Row]]] = {}
        self.jobs: dict[str, Job] = {}
        self.purged_until = 0
        self.used = 0

    def whole(self, row: Row) -> Values:
        """Return every field of a row, as a query sees it."""
        changed = moment(row.modified)
        return {**row.values, "Id": row.id, "CreatedDate": moment(row.created), "LastModifiedDate": changed, "SystemModstamp": changed,
                "IsDeleted": row.deleted is not None}  # fmt: skip

    def show(self, resource: str, row: Row) -> Any:
        return {"attributes": {"type": resource, "url": f"/services/data/v60.0/sobjects/{resource}/{row.id}"}, **self.whole(row)}

    @route("GET", "/services/oauth2/userinfo")
    def userinfo(self, call: Call) -> Answer:
        return Answer.of({"user_id": "005000000000001", "organization_id": "00D000000000001", "name": "Alice Adams", "email": "owner@example.com",
                          "user_type": "STANDARD"})  # fmt: skip

    @route("GET", DATA + "/limits")
    def limits_of(self, call: Call, version: str) -> Answer:
        return Answer.of({"DailyApiRequests": {"Max": DAILY, "Remaining": DAILY - len(self.vendor.calls)}})

    @route("GET", DATA + "/query")
    @route("GET", DATA + "/queryAll")
    def query(self, call: Call, version: str) -> Answer:
        """Find what a query asks for, once: its batches show those rows, whatever happens to others meanwhile."""
        try:
            query = soql.read(call.arguments["q"])
        except soql.Malformed as error:
            raise Refusal(self.refusal(400, "MALFORMED_QUERY", str(error))) from error
        found = self.found(query, everything=call.path.endswith("queryAll"))
        locator = f"01g{len(self.locators):015d}"
        self.locators[locator] = (query, found)
        return self.batch(call, version, locator, 0)

    @route("GET", DATA + "/query/{locator}")
    def more(self, call: Call, version: str, locator: str) -> Answer:
        name, _, start = locator.rpartition("-")
        if name not in self.locators:
            raise Refusal(self.refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
        return self.batch(call, version, name, int(start))

    def batch(self, call: Call, version: str, locator: str, start: int) -> Answer:
        query, rows = self.locators[locator]
        page, following = self.cut(rows, start, self.batch_size(call))
        shown = [self.selected(query, self.shown(query.object, row)) for row in page]
        more = {} if following is None else {"nextRecordsUrl": f"/services/data/v{version}/query/{locator}-{following}"}
        return Answer.of({"totalSize": len(rows), "done": following is None, "records": shown, **more})

    def batch_size(self, call: Call) -> int:
        wanted = call.headers.get("sforce-query-options", "").partition("batchSize=")[2]
        return min(max(int(wanted), 200), BATCH) if wanted.isdigit() else BATCH

    def found(self, query: soql.Query, *, everything: bool) -> list[Row]:
        table = self.store[query.object]
        rows = [row for row in (table.all() if everything else table.live()) if query.holds(self.whole(row))]
        for name, descends in reversed(query.order):
            rows.sort(key=lambda row: (self.whole(row).get(name) is not None, self.whole(row).get(name)), reverse=descends)
        return rows[: query.limit]

    def selected(self, query: soql.Query, shown: Values) -> Values:
        if any(name.startswith("FIELDS(") for name in query.fields) or "attributes" not in shown:
            return shown
        extra = {name: value for name, value in shown.items() if name == "brand_new_member"}
        return {"attributes": shown["attributes"], **{name: shown.get(name) for name in query.fields}, **extra}

    @route("GET", SOBJECT + "/describe")
    def describe(self, call: Call, version: str, resource: str) -> Answer:
        names = {**SAMPLES[resource](0), "Id": "", "SystemModstamp": ""}
        fields = [
            {
                "name": name,
                "label": name,
                "type": "currency" if isinstance(value, float) else "string",
                "createable": True,
                "updateable": True,
                "custom": name.endswith("__c"),
            }
            for name, value in names.items()
        ]
        return Answer.of({"name": resource, "fields": fields})

    @route("GET", SOBJECT + "/deleted")
    @route("GET", SOBJECT + "/deleted/")
    def deleted(self, call: Call, version: str, resource: str) -> Answer:
        """Tell what was deleted between two minutes, since seconds are ignored, as far back as the log of deletes goes."""
        start, end = (milliseconds(call.arguments[name]) // MINUTE * MINUTE for name in ("start", "end"))
        now = self.vendor.clock.now()
        earliest = max(now - KEPT_FOR, self.purged_until)
        if start < now - KEPT_FOR:
            raise Refusal(self.refusal(400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date"))
        if end <= start + MINUTE:
            raise Refusal(self.refusal(400, "INVALID_REPLICATION_DATE", "endDate must be more than one minute greater than startDate"))
        deleted = {row.id: row.deleted or 0 for row in self.store[resource].gone()}
        gone = [{"id": one, "deletedDate": moment(at)} for one, at in deleted.items() if max(start, earliest) <= at <= end]
        return Answer.of({"deletedRecords": gone, "earliestDateAvailable": moment(earliest), "latestDateCovered": moment(min(end, now))})

    @route("GET", SOBJECT + "/updated/")
    def updated(self, call: Call, version: str, resource: str) -> Answer:
        start, end = milliseconds(call.arguments["start"]), milliseconds(call.arguments["end"])
        ids = [row.id for row in self.store[resource].live() if start <= row.modified <= end]
        return Answer.of({"ids": ids, "latestDateCovered": moment(min(end, self.vendor.clock.now()))})

    @route("POST", DATA + "/jobs/query")
    def begin_job(self, call: Call, version: str) -> Answer:
        """Begin to find what a query asks for: the rows as they are now, to be fetched after a while."""
        query = soql.read(call.json["query"])
        job = Job(f"750{len(self.jobs):015d}", query, self.found(query, everything=False), self.vendor.clock.now())
        self.jobs[job.id] = job
        return Answer.of(self.job(job))

    def job(self, job: Job) -> Values:
        done = self.vendor.clock.now() >= job.began + MAKING
        return {"id": job.id, "operation": "query", "object": job.query.object, "createdById": "005000000000001", "createdDate": moment(job.began),
                "systemModstamp": moment(job.began), "state": job.state or ("JobComplete" if done else "InProgress"), "concurrencyMode": "Parallel",
                "contentType": "CSV", "apiVersion": 60.0, "lineEnding": "LF", "columnDelimiter": "COMMA"}  # fmt: skip

    @route("GET", DATA + "/jobs/query/{job}")
    def look_at_job(self, call: Call, version: str, job: str) -> Answer:
        if job not in self.jobs:
            raise Refusal(self.missing(call))
        return Answer.of(self.job(self.jobs[job]))

    @route("DELETE", DATA + "/jobs/query/{job}")
    def end_job(self, call: Call, version: str, job: str) -> Answer:
        del self.jobs[job]
        return Answer(204)

    @route("GET", DATA + "/jobs/query/{job}/results")
    def part_of_job(self, call: Call, version: str, job: str) -> Answer:
        """Return a part of a job's rows as CSV; the header names the next part, `null` after the last."""
        if job not in self.jobs:
            raise Refusal(self.missing(call))
        found, start = self.jobs[job], int(call.arguments.get("locator") or 0)
        page, following = self.cut(found.rows, start, int(call.arguments["maxRecords"]))
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\n")
        table.writerow(found.query.fields)
        for row in page:
            shown = {**self.whole(row), "SystemModstamp": rfc3339(row.modified)}
            table.writerow([{None: "", True: "true", False: "false"}.get(shown.get(name), shown.get(name)) for name in found.query.fields])
        told = {"sforce-numberofrecords": str(len(page)), "sforce-locator": "null" if following is None else str(following)}
        return Answer(200, {"content-type": "text/csv", **told}, written.getvalue().encode())

    @route("POST", SOBJECT)
    def create(self, call: Call, version: str, resource: str) -> Answer:
        return Answer.of(self.made(resource, call.json), 201)

    def made(self, resource: str, values: Values) -> Values:
        values = {name: value for name, value in values.items() if name != "attributes"}
        if not values.get(REQUIRED[resource]):
            raise Refusal(self.refusal(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{REQUIRED[resource]}]"))
        return {"id": self.store[resource].create(values).id, "success": True, "errors": []}

    @route("GET", SOBJECT + "/{row_id}")
    def read(self, call: Call, version: str, resource: str, row_id: str) -> Answer:
        return Answer.of(self.shown(resource, self.row(self.store[resource], row_id, call)))

    @route("PATCH", SOBJECT + "/{row_id}")
    def change(self, call: Call, version: str, resource: str, row_id: str) -> Answer:
        row = self.row(self.store[resource], row_id, call)
        since = call.headers.get("if-unmodified-since")
        if since and row.modified // 1000 * 1000 > self.http_time(since):
            return Answer(412)
        self.store[resource].change(row.id, call.json)
        return Answer(204)

    def http_time(self, text: str) -> int:
        return round(parsedate_to_datetime(text).timestamp() * 1000)

    @route("DELETE", SOBJECT + "/{row_id}")
    def delete(self, call: Call, version: str, resource: str, row_id: str) -> Answer:
        self.store[resource].delete(self.row(self.store[resource], row_id, call).id)
        return Answer(204)

    @route("PATCH", SOBJECT + "/{field}/{value}")
    def upsert(self, call: Call, version: str, resource: str, field: str, value: str) -> Answer:
        saved = self.upserted(resource, field, {**call.json, field: value.replace("%40", "@")})
        return Answer.of(saved, 201 if saved["created"] else 200)

    def upserted(self, resource: str, field: str, values: Values) -> Values:
        known = self.store[resource].find(field, values[field])
        values = {name: value for name, value in values.items() if name != "attributes"}
        if known is None:
            return {**self.made(resource, values), "created": True}
        return {"id": self.store[resource].change(known.id, values).id, "success": True, "errors": [], "created": False}

    @route("POST", DATA + "/composite/sobjects")
    def create_many(self, call: Call, version: str) -> Answer:
        return Answer.of([self.tried(lambda each=each: self.made(each["attributes"]["type"], each)) for each in call.json["records"]])

    @route("PATCH", DATA + "/composite/sobjects/{resource}/{field}")
    def upsert_many(self, call: Call, version: str, resource: str, field: str) -> Answer:
        return Answer.of([self.tried(lambda each=each: self.upserted(resource, field, each)) for each in call.json["records"]])

    def tried(self, act: Any) -> Values:
        """Return the outcome of one record of many."""
        try:
            found: Values = act()
        except Refusal as refusal:
            problem = refusal.answer.json[0]
            return {"success": False, "errors": [{"statusCode": problem["errorCode"], "message": problem["message"], "fields": []}]}
        return found

    def missing(self, call: Call) -> Answer:
        return self.refusal(404, "NOT_FOUND", "The requested resource does not exist")

    def unauthorized(self, call: Call) -> Answer:
        return self.refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def refusal(self, status: int, code: str, message: str) -> Answer:
        return Answer.of([{"errorCode": code, "message": message}], status)

    def throttled(self, wait: int) -> Answer:
        return self.refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")

    def expired(self, call: Call) -> Answer:
        return self.refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")

    def headers(self, call: Call) -> dict[str, str]:
        return {"sforce-limit-info": f"api-usage={len(self.vendor.calls) + self.used}/{DAILY}"}

    def notification(self, resource: str, row: Row, verb: str) -> Notification:
        """Return an outbound message: SOAP with the row's fields inside."""
        fields = "".join(f"<sf:{name}>{escape(str(value))}</sf:{name}>" for name, value in {"Id": row.id, **row.values}.items() if value is not None)
        notice = f"<Notification><Id>04l{row.number:012d}</Id><sObject xsi:type='sf:{resource}'>{fields}</sObject></Notification>"
        head = "<OrganizationId>00D000000000001</OrganizationId><ActionId>04k000000000001</ActionId><SessionId xsi:nil='true'/>"
        return Notification(SOAP.format(notifications=f"{head}{notice}").encode())

    def hook(self, body: bytes, url: str, *, secret: str, at: int) -> Hook:
        """Return an outbound message, which nothing signs: a token of our own stands in its address."""
        return Hook(f"{url}?token={secret}", {"Content-Type": "text/xml; charset=utf-8"}, body)


def moment(at: int) -> str:
    """Return a time as `2026-11-20T12:00:00.123+0000`."""
    return rfc3339(at).replace("Z", "+0000")
