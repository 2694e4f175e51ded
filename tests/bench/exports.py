"""How long exports of many records take and what they cost in memory, sent directly and made by the worker, in every format."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse
from typing import Any

from server.store import database
from server.store.records import by_noun
from server.system import clock, ids
from tests.bench.imports import await_end, memory
from tests.bench.rig import Rig, process, wait_for
from tests.peers.ports import free_port

ROWS = 100_000
FORMATS = ("csv", "xlsx", "jsonl", "xml", "pdf")
MOST_MEGABYTES = 100.0
_PIECE = 1 << 20
_STEP = 5_000


def fill(url: str, tenant: str, rows: int = ROWS) -> None:
    """Put contacts into a tenant, past the API, which would take minutes."""
    contact = by_noun()["contact"]
    database.open_database(url)
    with closing(_Open()):
        for begin in range(0, rows, _STEP):
            with database.transaction():
                database.run_many(contact.insert_statement, [_row(tenant, one) for one in _documents(begin, min(begin + _STEP, rows))])


def _row(tenant: str, document: dict[str, Any]) -> tuple[Any, ...]:
    at = clock.parse_rfc3339(document["created_at"])
    rest = by_noun()["contact"].encode(document)
    return (document["id"], tenant, "live", 1, None, at, at, None, "{}", "{}", '["customer"]', *rest)


class _Open:
    """The database of this process, while it is filled."""

    def close(self) -> None:
        database.close()
        database.forget_statements()


def _documents(begin: int, end: int) -> Iterator[dict[str, Any]]:
    contact, stamp = by_noun()["contact"], clock.rfc3339(clock.now_ms())
    for number in range(begin, end):
        fields = dict.fromkeys(contact.fields)
        own = {"first_name": f"Ada {number}", "last_name": "Lovelace-Möller", "email": f"ada.{number}@example.com", "title": "Analyst"}
        address = {"line1": f"Street {number}", "line2": None, "city": "Köln", "region": None, "postal_code": "50667", "country": "DE"}
        rest: dict[str, Any] = {
            "custom": {},
            "external_ids": {},
            "tags": ["customer"],
            "owner_id": None,
            "created_at": stamp,
            "updated_at": stamp,
            "version": 1,
        }
        yield {"id": ids.new_id("con"), "object": "contact", **fields, **own, "address": address, **rest}


def direct(rig: Rig, wanted: tuple[str, ...] = FORMATS) -> dict[str, tuple[float, float, int]]:
    """Return for each format the seconds, the megabytes that the API process grew by, and the size of the file."""
    found = {}
    for name in wanted:
        port = free_port()
        with process("server", "api", "--data", str(rig.data), "--listen", f"127.0.0.1:{port}") as api:
            wait_for(port, "/readyz")
            take(rig, port, f"/api/v1/companies/export?format={name}")
            before, begun = memory(api, "VmRSS"), time.perf_counter()
            size = take(rig, port, f"/api/v1/contacts/export?format={name}")
            found[name] = (time.perf_counter() - begun, memory(api, "VmHWM") - before, size)
    return found


def as_jobs(rig: Rig, wanted: tuple[str, ...] = FORMATS) -> dict[str, tuple[float, float, int]]:
    """Return for each format the seconds, the megabytes that the worker grew by, and the size of the file."""
    found = {}
    with rig.api() as port:
        for name in wanted:
            with process("server", "worker", "--data", str(rig.data)) as worker:
                finished(rig, port, "companies", name)
                before, begun = memory(worker, "VmRSS"), time.perf_counter()
                done = finished(rig, port, "contacts", name)
                found[name] = (time.perf_counter() - begun, memory(worker, "VmHWM") - before, done["result"]["bytes"])
                assert take(rig, port, done["content_url"]) == done["result"]["bytes"]
    return found


def finished(rig: Rig, port: int, resource: str, name: str) -> dict[str, Any]:
    """Have a resource exported and return the export once it has ended."""
    begun = rig.call(port, "POST", "/api/v1/exports", {"resource": resource, "format": name})
    done = await_end(rig, port, f"/api/v1/exports/{begun['id']}")
    assert done["state"] == "completed", done
    return done


def take(rig: Rig, port: int, path: str) -> int:
    """Download something and return its size."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {rig.key}"})
    with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - our own port on loopback
        return sum(map(len, _pieces(response)))


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    while piece := response.read(_PIECE):
        yield piece


def lines(rig: Rig) -> tuple[list[str], bool]:
    """Return the lines of the table, and whether the goals are held."""
    fill(f"sqlite:///{rig.database}", rig.tenant)
    measured = [("direct", direct(rig)), ("as a job", as_jobs(rig))]
    found = [
        f"{f'export {ROWS:,} rows, {name}':<28}  {seconds:5.1f} s {way}  {size / 1e6:.0f} MB  memory +{grown:.0f} MB (goal {MOST_MEGABYTES:.0f})"
        for way, figures in measured
        for name, (seconds, grown, size) in figures.items()
    ]
    return found, all(grown < MOST_MEGABYTES for _, figures in measured for _, grown, _ in figures.values())
