"""A vendor of people, firms and meetings on loopback that a test can look into and break: it keeps rows, counts calls, and answers as it is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = dict[str, Any]


@dataclass
class Asked:
    """One call as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Answered:
    """What is answered; `after_work` does the work first and then loses the answer."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class TinyVendor:
    """The vendor. `fault` is asked before each call and may answer in its place; `lose` says whose answer is lost after the work."""

    rows: dict[str, Row] = field(default_factory=dict)
    firms: dict[str, Row] = field(default_factory=dict)
    meetings: dict[str, Row] = field(default_factory=dict)
    calls: list[Asked] = field(default_factory=list)
    fault: Callable[[Asked], Answered | None] = lambda _: None
    lose: Callable[[Asked], bool] = lambda _: False
    url: str = ""
    expired: set[str] = field(default_factory=set)
    skew_seconds: int = 0
    account: Callable[[Asked], str] = lambda _: "acc_1"
    normalise: Callable[[Row], Row] = lambda row: row
    _moments: int = 0
    _turn: Lock = field(default_factory=Lock)

    def now(self) -> int:
        """Return a moment that never repeats."""
        self._moments = max(self._moments + 1, time.time_ns() // 1_000_000)
        return self._moments

    def put(self, identity: str, **values: Any) -> Row:
        """Make or change a person, as somebody at the vendor does."""
        return self._put(self.rows, identity, values)

    def put_firm(self, identity: str, **values: Any) -> Row:
        """Make or change a firm, as somebody at the vendor does."""
        return self._put(self.firms, identity, values)

    def put_meeting(self, identity: str, **values: Any) -> Row:
        """Make or change a meeting, as somebody at the vendor does."""
        return self._put(self.meetings, identity, values)

    def _put(self, table: dict[str, Row], identity: str, values: Mapping[str, Any]) -> Row:
        with self._turn:
            moment = self.now()
            before = table.get(identity, {"id": identity})
            table[identity] = self.normalise({**before, **values, "changed": moment, "version": str(moment)})
            return table[identity]

    def fill(self, count: int, changed: int | None = None) -> None:
        """Make many rows."""
        for number in range(count):
            self.put(f"{number:06d}", mail=f"p{number:06d}@example.com", first=f"First{number}", last="Person", phone="", place={"city": "Ulm"})

    def of(self, method: str, path: str = "") -> list[Asked]:
        """Return the calls of a method whose path begins so."""
        return [one for one in self.calls if one.method == method and one.path.startswith(path)]

    def answer(self, asked: Asked) -> Answered:
        """Do what is asked."""
        with self._turn:
            self.calls.append(asked)
        broken = self.fault(asked)
        if broken is not None:
            return broken
        found = self._work(asked)
        return Answered(lost=True) if self.lose(asked) else found

    def _work(self, asked: Asked) -> Answered:
        noun, _, identity = asked.path.strip("/").partition("/")
        if noun == "me":
            return Answered(body={"id": self.account(asked), "name": "Tiny Ltd", "scopes": ["people"]})
        if noun == "changes":
            return self._changes(asked)
        table = {"firms": self.firms, "meetings": self.meetings}.get(noun, self.rows)
        if asked.method == "GET":
            return self._listed(asked, table) if not identity else self._one(table, identity)
        return self._written(asked, table, identity)

    def _one(self, table: dict[str, Row], identity: str) -> Answered:
        return Answered(body=table[identity]) if identity in table else Answered(404, {})

    def _written(self, asked: Asked, table: dict[str, Row], identity: str) -> Answered:
        if asked.method == "POST":
            identity = f"r{len(table) + 1:06d}"
        elif identity not in table:
            return Answered(404, {})
        if asked.method == "DELETE":
            del table[identity]
            return Answered(204)
        return Answered(body=self._put(table, identity, asked.body))

    def _listed(self, asked: Asked, table: dict[str, Row]) -> Answered:
        rows = [table[one] for one in sorted(table)]
        if "mail" in asked.query:
            return Answered(body={"rows": [row for row in rows if row.get("mail") == asked.query["mail"]]})
        rows = [row for row in rows if row["changed"] >= int(asked.query.get("since", 0))]
        chosen = [row for row in rows if row["id"] > asked.query.get("after", "")][: int(asked.query["limit"])]
        return Answered(body={"rows": chosen, "total": len(rows)})

    def _changes(self, asked: Asked) -> Answered:
        if asked.query.get("token") in self.expired:
            return Answered(410, {})
        since = int(asked.query.get("token", "0"))
        found = self._listed(Asked("GET", "/people", {**asked.query, "since": str(since + 1)}, {}, None), self.rows)
        full = len(found.body["rows"]) >= int(asked.query["limit"])
        return Answered(body={**found.body, **({} if full else {"token": str(self._moments)})})


@contextmanager
def tiny_vendor() -> Iterator[TinyVendor]:
    """Run a vendor until the block ends."""
    vendor = TinyVendor()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length", 0))
            raw = self.rfile.read(size)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            found = vendor.answer(Asked(self.command, parts.path, query, dict(self.headers), _body(raw)))
            if found.lost:
                self.close_connection = True
                self.connection.close()
                return
            body = b"" if found.status == 204 else found.body if isinstance(found.body, bytes) else json.dumps(found.body).encode()
            self.send_response_only(found.status)
            headers = {"Date": formatdate(time.time() + vendor.skew_seconds, usegmt=True), "Content-Length": str(len(body)), **found.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing of connections that are cut: the tests cut them."""

    server = Server(("127.0.0.1", 0), Handler)
    vendor.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _body(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return dict(pair.partition("=")[::2] for pair in raw.decode().split("&"))
