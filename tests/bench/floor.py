"""The floor: bare aiohttp handlers doing the same SQL on the same file, with nothing around them.

    python -m tests.bench.floor PORT DATABASE TENANT

Writes are group-committed here too: rows that arrive while a sync runs share the next one.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import uvloop
from aiohttp import web

from server.store.records import by_noun
from server.system import clock, ids

CONTACT = by_noun()["contact"]
WHERE = "tenant_id = ? AND mode = ? AND deleted_at IS NULL"
NAMES = [name for name, _ in CONTACT.columns() if name not in {"tenant_id", "mode"}]
COLUMNS = ", ".join(NAMES)
ONE = f"SELECT {COLUMNS} FROM contacts WHERE id = ? AND {WHERE}"  # noqa: S608 - declared names
PAGE = f"SELECT {COLUMNS} FROM contacts WHERE {WHERE} ORDER BY created_at DESC, id DESC LIMIT 25"  # noqa: S608 - declared names
EVENT = "INSERT INTO events (id, tenant_id, mode, type, object, object_id, created_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
AUDIT = (
    "INSERT INTO audit (id, tenant_id, mode, at, actor_kind, actor_id, action, object, object_id, changes, address, request_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
DELIVERY = (
    "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, ordering_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Floor:
    """The handlers and their two connections."""

    def __init__(self, path: str, tenant: str) -> None:
        self.tenant = tenant
        self.reader = self._connect(path)
        self.writer = self._connect(path)
        self.webhooks = [row[0] for row in self.reader.execute("SELECT id FROM webhooks WHERE tenant_id = ?", (tenant,))]
        self.disk = ThreadPoolExecutor(1)
        self.waiting: list[tuple[dict[str, Any], asyncio.Future[str]]] = []
        self.committing: asyncio.Task[None] | None = None

    @staticmethod
    def _connect(path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=15)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    async def get(self, request: web.Request) -> web.Response:
        row = self.reader.execute(ONE, (request.match_info["id"], self.tenant, "live")).fetchone()
        return web.Response(body=orjson.dumps(dict(zip(NAMES, row, strict=True))), content_type="application/json")

    async def page(self, _request: web.Request) -> web.Response:
        found = [dict(zip(NAMES, row, strict=True)) for row in self.reader.execute(PAGE, (self.tenant, "live"))]
        return web.Response(body=orjson.dumps({"data": found}), content_type="application/json")

    async def create(self, request: web.Request) -> web.Response:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.waiting.append((orjson.loads(await request.read()), future))
        if self.committing is None or self.committing.done():
            self.committing = asyncio.create_task(self._commit())
        return web.Response(body=orjson.dumps({"id": await future}), status=201, content_type="application/json")

    async def _commit(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            await loop.run_in_executor(self.disk, self.writer.execute, "BEGIN IMMEDIATE")
            group, self.waiting = self.waiting, []
            done = [(future, self._insert(body)) for body, future in group]
            await loop.run_in_executor(self.disk, self.writer.execute, "COMMIT")
            for future, record_id in done:
                future.set_result(record_id)

    def _insert(self, body: dict[str, Any]) -> str:
        now, tenant, record_id, event_id = clock.now_ms(), self.tenant, ids.new_id("con"), ids.new_id("evt")
        run = self.writer.execute
        run(CONTACT.insert_statement, (record_id, tenant, "live", 1, None, now, now, None, "{}", "{}", "[]", *CONTACT.encode(body)))
        text = orjson.dumps({"id": event_id, "type": "contact.created", "data": {"id": record_id, "record": body, "changes": body}})
        run(EVENT, (event_id, tenant, "live", "contact.created", "contact", record_id, now, text))
        run(
            AUDIT,
            (ids.new_id("aud"), tenant, "live", now, "key", "key", "contact.created", "contact", record_id, orjson.dumps(body).decode(), "", ""),
        )
        for webhook in self.webhooks:
            run(DELIVERY, (ids.new_id("dlv"), tenant, "live", webhook, event_id, "contact.created", "pending", now, now, record_id))
        return record_id


async def serve(port: int, path: str, tenant: str) -> None:
    """Serve until killed."""
    floor = Floor(path, tenant)
    app = web.Application()
    app.router.add_get("/api/v1/contacts", floor.page)
    app.router.add_get("/api/v1/contacts/{id}", floor.get)
    app.router.add_post("/api/v1/contacts", floor.create)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
