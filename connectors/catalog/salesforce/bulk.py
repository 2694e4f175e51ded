"""Large listings by Bulk API 2.0: a query as a job at Salesforce, whose result is fetched in parts, each found again by its locator.

A job is begun once and noted before it is asked for anything, so that whoever goes on goes on with it; its result is kept for seven days.
Reference: developer.salesforce.com/docs/atlas.en-us.api_asynch (create a query job, get results for a query job), read 2026-11.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from typing import Any, Final

from connectors.sdk.errors import NOT_READY, ConnectorError, CursorExpired, Later, Missing, VendorBug
from connectors.sdk.paths import put
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource
from connectors.sdk.times import read_time
from connectors.sdk.values import Page, Record, Steps

LARGE: Final = 10_000
"""From so many rows on a listing is made as a job: one call for as many rows, where a query gives 2,000."""
PART: Final = 10_000
JOBS: Final = "/jobs/query"
LOOK_SECONDS: Final = 10
OVERLAP_MS: Final = 60_000
WAITING: Final = ("UploadComplete", "InProgress")
Job = Mapping[str, Any]
"""What is kept of a job: its id, when it began by Salesforce's clock, the types of its fields, and the locator of the part to go on with."""
# What a column's text is in the answers to ordinary queries, by the type of its field.
READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "boolean": lambda text: text == "true",
    "int": int,
    "double": float,
    "currency": float,
    "percent": float,
}


def begin(name: str, query: str, now_ms: int, restart: str, total: int | None) -> Generator[Request | Page, Response, Job]:
    """Have Salesforce make a listing, and yield a page without rows whose cursor knows the job; returns the job."""
    described = yield Request("GET", f"/sobjects/{name}/describe", scope="api")
    types = {row["name"]: row["type"] for row in described.rows("fields") if row["type"] in READERS}
    made = yield Request("POST", JOBS, json={"operation": "query", "query": query}, repeatable=True, scope="api")
    job = {"id": str(made.at("id")), "began": read_time(made.headers.get("date", "")) or now_ms, "types": types, "locator": ""}
    yield Page(cursor={"bulk": job}, begins=True, restart=restart, total=total)
    return job


def results(resource: Resource, job: Job) -> Steps[Page]:
    """Yield the result of a job part by part, once it is there. Raises CursorExpired for a job that failed or is gone."""
    place, locator = f"{JOBS}/{job['id']}", job["locator"]
    try:
        yield Request("GET", place, scope="api")
        while True:
            at = {"locator": locator} if locator else {}
            response = yield Request("GET", f"{place}/results", {"maxRecords": PART, **at}, headers={"Accept": "text/csv"}, scope="api")
            found, locator = part(resource, job, response), response.headers.get("sforce-locator", "null").replace("null", "")
            cursor = {"bulk": {**job, "locator": locator}} if locator else {"since": job["began"] - OVERLAP_MS}
            yield Page(found, cursor=cursor, ends=not locator)
            if not locator:
                break
    except Missing:
        raise CursorExpired("Salesforce no longer has the result of the listing.") from None
    with suppress(ConnectorError):
        yield Request("DELETE", place, scope="api")


def part(resource: Resource, job: Job, response: Response) -> list[Record]:
    """Return the lines of a part as records. Raises VendorBug where they are not as many as Salesforce says."""
    lines = list(csv.DictReader(io.StringIO(response.body.decode(errors="replace"), newline="")))
    if response.headers.get("sforce-numberofrecords") != str(len(lines)):
        raise VendorBug("A part of a listing does not have the rows that it should have.", code="rows_missing")
    return [resource.record(row_of(line, job["types"])) for line in lines]


def row_of(line: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    """Return a line as the answers to ordinary queries have it: an empty text is nothing, and a number is a number."""
    row: dict[str, Any] = {}
    for name, text in line.items():
        value: Any = text or None
        with suppress(ValueError):
            value = READERS.get(types.get(name, ""), str)(text) if text else None
        put(row, name, value)
    return row


def job_error(request: Request, response: Response) -> ConnectorError | None:
    """Return what the state of a job means: its result is not there yet, or never will be."""
    if request.method != "GET" or f"{JOBS}/" not in request.url or request.url.endswith("/results") or response.status != 200:
        return None
    state = response.at("state")
    if state in WAITING:
        return Later("Salesforce is still making the listing.", code=NOT_READY, after=LOOK_SECONDS)
    return None if state == "JobComplete" else CursorExpired(f"Salesforce could not make the listing: its job is {state}.")
