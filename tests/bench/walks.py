"""A walk by cursor through a million contacts on either database: every row once, and as quick at its end as at its beginning."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from typing import Any

import orjson
import psycopg

from tests.bench.rig import DATABASE_URL, Rig, new_rig
from tests.peers import postgres

ROWS = 1_000_000
PAGE = 200
PAIRS = 300
MOST = 1.2
"""How much slower the page at the end may be at p95 than the first one."""
_LIST = f"/api/v1/contacts?limit={PAGE}"
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
_SPREAD_MS = 25


@dataclass(frozen=True)
class Walk:
    """What was met on the way, and the milliseconds of a page at p95, at the beginning and at the end."""

    rows: int
    different: int
    seconds: float
    first_ms: float
    last_ms: float

    @property
    def ratio(self) -> float:
        """How much slower the end is than the beginning."""
        return self.last_ms / self.first_ms


def multiply(rig: Rig, count: int) -> None:
    """Make many contacts of the one that is there, each younger than the one before."""
    columns = _columns(rig)
    changed = {"id": "'con_' || (1000000000 + i)", "created_at": f"created_at + i * {_SPREAD_MS}"}
    values = ", ".join(changed.get(name, name) for name in columns)
    sql = f"INSERT INTO contacts ({', '.join(columns)}) {_NUMBERS.format(count=count)} SELECT {values} FROM n, (SELECT * FROM contacts) AS one"  # noqa: S608 - names
    url = rig.settings.get(DATABASE_URL)
    if url is None:
        with closing(sqlite3.connect(rig.database)) as file, file:
            file.execute(sql)
            return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.encode())
        server.execute("ANALYZE contacts")


def _columns(rig: Rig) -> list[str]:
    if rig.settings.get(DATABASE_URL) is None:
        return [row[0] for row in rig.rows("SELECT name FROM pragma_table_info('contacts')")]
    return [row[0] for row in rig.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'contacts'")]


def measure(rig: Rig, rows: int = ROWS) -> Walk:
    """Walk through all of them, then ask for the first and the last page in turn."""
    with rig.api() as port:
        rig.call(port, "POST", "/api/v1/contacts", {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"})
        multiply(rig, rows - 1)
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as link:
            begun, met, last = time.perf_counter(), [], _LIST
            for path, page in pages(link, rig.key):
                met += [one["id"] for one in page["data"]]
                last = path
            seconds = time.perf_counter() - begun
            taken = [(_timed(link, rig.key, _LIST), _timed(link, rig.key, last)) for _ in range(PAIRS)]
    first_ms, last_ms = (quantiles(one, n=20)[18] * 1000 for one in zip(*taken, strict=True))
    return Walk(len(met), len(set(met)), seconds, first_ms, last_ms)


def pages(link: HTTPConnection, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each page with its address."""
    path: str | None = _LIST
    while path:
        page = _asked(link, key, path)
        yield path, page
        path = page["has_more"] and f"{_LIST}&cursor={page['next_cursor']}"


def _asked(link: HTTPConnection, key: str, path: str) -> dict[str, Any]:
    link.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    answer = link.getresponse()
    found: dict[str, Any] = orjson.loads(answer.read())
    assert answer.status == 200, found
    return found


def _timed(link: HTTPConnection, key: str, path: str) -> float:
    begun = time.perf_counter()
    _asked(link, key, path)
    return time.perf_counter() - begun


def line(name: str, found: Walk, rows: int = ROWS) -> tuple[str, bool]:
    """Return the line of the table, and whether the goal is held."""
    held = found.rows == found.different == rows and found.ratio <= MOST
    pace = f"{found.rows / found.seconds:8.0f}/s  p95 first {found.first_ms:.2f} ms last {found.last_ms:.2f} ms"
    return f"{f'walk {rows:,} rows, {name}':<28}  {pace}  ratio {found.ratio:.2f} (goal at most {MOST})", held


def lines(rows: int = ROWS) -> Iterator[tuple[str, bool]]:
    """Yield a line for each database, each on an appliance of its own."""
    with tempfile.TemporaryDirectory() as folder:
        yield line("SQLite", measure(new_rig(Path(folder) / "data"), rows), rows)
    with tempfile.TemporaryDirectory() as folder, postgres.serving() as url:
        yield line("PostgreSQL", measure(new_rig(Path(folder) / "data", **{DATABASE_URL: url}), rows), rows)
