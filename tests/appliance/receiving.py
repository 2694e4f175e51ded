"""A receiver in a process of its own that verifies every webhook with PyPI `standardwebhooks` and remembers what came.

    python -m tests.appliance.receiving PORT

POST /<name> is a webhook: it is answered 200, or, while `name` is hanging, not at all. Of each the id, the moment and the
age of the event are kept. GET /_seen answers {name: [[id, age in ms], ...]}, POST /_secrets takes {name: secret},
POST /_hang takes [names], GET /_held answers {name: the most that hung at once}, POST /_die takes [names] that reset every
connection, POST /_flaky takes [names] that refuse one event in ten the first time, POST /_forget empties the memory. What
does not verify is kept under the name `_forged`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

SETTLES_SECONDS = 0.5  # a post that hangs lasts longer by far

SEEN: dict[str, list[tuple[str, float]]] = {}
SECRETS: dict[str, Webhook] = {}
HANGING: set[str] = set()
HELD: Counter[str] = Counter()
MOST_HELD: Counter[str] = Counter()
DYING: set[str] = set()
FLAKY: set[str] = set()
REFUSED: set[str] = set()


class Receiver(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.WriteTransport
        self.held: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, error: Exception | None) -> None:
        HELD.subtract(self.held)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self.buffer[:end].decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            length = int(headers.get("content-length", "0"))
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            answer = self.answer(first.split(" ")[1].strip("/"), headers, body)
            if answer is not None:
                status = b"200 OK" if answer else b"500 Refused"
                self.transport.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(answer), answer))

    def answer(self, name: str, headers: dict[str, str], body: bytes) -> bytes | None:
        if name.startswith("_"):
            return json.dumps(control(name, json.loads(body or b"null"))).encode()
        if name in HANGING:
            self.hold(name)
            return None
        if name in DYING:
            self.transport.abort()
            return None
        event = json.loads(body)
        try:
            SECRETS[name].verify(body, headers)
        except (KeyError, WebhookVerificationError):
            name = "_forged"
        if name in FLAKY and event["id"] not in REFUSED and hash(event["id"]) % 10 == 0:
            REFUSED.add(event["id"])
            return b""
        age = time.time() - datetime.fromisoformat(event["timestamp"]).timestamp()
        SEEN.setdefault(name, []).append((headers["webhook-id"], age * 1000))
        return b"ok"

    def hold(self, name: str) -> None:
        """Answer nothing, and count it until the connection is gone."""
        self.held.append(name)
        HELD[name] += 1
        # Those that the sender has given up by now are counted until their end is read, which may be after the next ones have come.
        asyncio.get_running_loop().call_later(SETTLES_SECONDS, count_held, name)


def count_held(name: str) -> None:
    MOST_HELD[name] = max(MOST_HELD[name], HELD[name])


def control(name: str, given: Any) -> Any:
    """Do what a test asks for."""
    if name == "_secrets":
        SECRETS.update({path: Webhook(secret) for path, secret in given.items()})
    elif name == "_hang":
        HANGING.clear()
        HANGING.update(given)
    elif name == "_die":
        DYING.clear()
        DYING.update(given)
    elif name == "_held":
        return MOST_HELD
    elif name == "_flaky":
        FLAKY.clear()
        FLAKY.update(given)
    elif name == "_forget":
        SEEN.clear()
    return SEEN


async def serve(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
