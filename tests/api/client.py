"""A plain HTTP client for tests: it sends exactly what it is told, keeps its connection, and may be used by several threads."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.api import documented
from tests.pace import awaited

_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Reply:
    """What came back; header names are in lower case, and the last one wins."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return str(self.json["code"])

    @property
    def pointers(self) -> list[str]:
        """What a problem points at."""
        return [fault["pointer"] for fault in self.json.get("errors", ())]


class Links:
    """Kept connections to one address, one per thread."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self._local = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def link(self) -> http.client.HTTPConnection:
        """Return this thread's connection; it opens itself again when it was closed."""
        found: http.client.HTTPConnection | None = getattr(self._local, "link", None)
        if found is None:
            found = self._local.link = http.client.HTTPConnection(*self.address, timeout=_TIMEOUT_SECONDS)
            self._all.append(found)
        return found

    def close(self) -> None:
        """Close all of them."""
        for link in self._all:
            link.close()


class Client:
    """Speaks to one address with one credential."""

    def __init__(self, links: Links, key: str | None) -> None:
        self.links = links
        self.key = key

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, query: Mapping[str, Any] | None = None
    ) -> Reply:
        """Send one request; a body that is not bytes is sent as JSON."""
        given = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if raw is not None:
            given["Content-Type"] = "application/json"
        target = f"{path}?{urlencode(query)}" if query else path
        return self._exchange(method, target, raw, {**given, **(headers or {})})

    def _exchange(self, method: str, target: str, raw: bytes | None, headers: Mapping[str, str]) -> Reply:
        link = self.links.link()
        for last in (False, True):
            try:
                link.request(method, target, raw, dict(headers))
                answer = link.getresponse()
                reply = Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
                documented.check(method, target, reply.status, reply.headers, reply.body)
                return reply
            except ConnectionError:
                # The server may have closed a kept connection; a fresh one tells whether that was it.
                link.close()
                if last:
                    raise
        raise AssertionError

    def get(self, path: str, headers: Mapping[str, str] | None = None, query: Mapping[str, Any] | None = None) -> Reply:
        """Read."""
        return self.send("GET", path, headers=headers, query=query)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Create or do."""
        return self.send("POST", path, body, headers)

    def patch(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """Change."""
        return self.send("PATCH", path, body, headers)

    def put(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """Replace."""
        return self.send("PUT", path, body, headers)

    def delete(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Remove."""
        return self.send("DELETE", path, headers=headers)

    def made(self, plural: str, **fields: Any) -> dict[str, Any]:
        """Create a record and return it."""
        reply = self.post(f"/api/v1/{plural}", fields)
        assert reply.status == 201, reply.body
        found: dict[str, Any] = reply.json
        return found

    def events(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """Return the events of a type once there are as many: PostgreSQL shows one when no older transaction is open, be it somebody else's."""

        def asked() -> list[dict[str, Any]]:
            return list(self.get("/api/v1/events", query={"type": kind, "limit": 200}).json["data"])

        return awaited(asked, lambda found: len(found) >= count)

    def raw(self, data: bytes) -> bytes:
        """Send bytes on a fresh connection and return all that comes back until it is closed or silent."""
        with socket.create_connection(self.links.address, timeout=2) as link:
            link.sendall(data)
            found = b""
            try:
                while part := link.recv(65536):
                    found += part
            except TimeoutError:
                pass
            return found


def path_of(*segments: str) -> str:
    """Return an address under /api/v1 with each segment encoded."""
    return "/api/v1/" + "/".join(quote(segment, safe="") for segment in segments)
