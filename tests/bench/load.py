"""A load generator of its own process: keeps connections busy with prepared requests and times every answer.

    python -m tests.bench.load 127.0.0.1 8080 requests.json      prints one JSON line of figures

`requests.json` holds `{"connections", "seconds", "rate", "requests": [base64, ...]}`. Without a rate each connection sends
its next request when the last is answered; with one, requests are sent on a fixed timetable and timed from the moment
they were due, so that a stall counts against every request it delays.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop


@dataclass
class Tally:
    """What was answered: seconds each took, and how many answers were not 2xx."""

    took: list[float] = field(default_factory=list)
    refused: int = 0


class Connection(asyncio.Protocol):
    """One kept-alive connection; requests wait in `queue` as `(bytes, moment it was due)`."""

    def __init__(self, tally: Tally, supply: Any) -> None:
        self.tally = tally
        self.supply = supply
        self.buffer = b""
        self.due = 0.0
        self.busy = False
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.next()

    def next(self) -> None:
        given = self.supply()
        if given is None:
            self.busy = False
            return
        data, self.due = given
        self.busy = True
        self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data if self.buffer else data
        while True:
            head = buffer.find(b"\r\n\r\n")
            if head < 0:
                break
            lower = buffer[:head].lower()
            at = lower.find(b"content-length:")
            length = int(lower[at + 15 : (lower.find(b"\r\n", at) if lower.find(b"\r\n", at) >= 0 else head)]) if at >= 0 else 0
            if len(buffer) < head + 4 + length:
                break
            self.tally.took.append(perf_counter() - self.due)
            self.tally.refused += buffer[9:10] != b"2"
            buffer = buffer[head + 4 + length :]
            self.next()
        self.buffer = buffer


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the sorted values lies."""
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0


async def run(host: str, port: int, order: dict[str, Any]) -> dict[str, float]:
    """Send what the order says and return requests per second and latencies in milliseconds."""
    loop = asyncio.get_running_loop()
    requests = [base64.b64decode(one) for one in order["requests"]]
    tally, index, waiting = Tally(), 0, deque[tuple[bytes, float]]()
    started = perf_counter()
    ends = started + order["seconds"]

    def on_demand() -> tuple[bytes, float] | None:
        nonlocal index
        now = perf_counter()
        if now >= ends:
            return None
        index += 1
        return requests[index % len(requests)], now

    def on_time() -> tuple[bytes, float] | None:
        return waiting.popleft() if waiting else None

    supply = on_time if order.get("rate") else on_demand
    pool = [(await loop.create_connection(lambda: Connection(tally, supply), host, port))[1] for _ in range(order["connections"])]
    if order.get("rate"):
        await _on_timetable(order["rate"], ends, requests, waiting, pool)
    while any(one.busy for one in pool) and perf_counter() < ends + 10:  # noqa: ASYNC110 - the end of a measurement, not a service
        await asyncio.sleep(0.01)
    elapsed = perf_counter() - started
    took = sorted(tally.took)
    return {
        "rps": len(took) / elapsed,
        "median_ms": percentile(took, 0.5) * 1000,
        "p95_ms": percentile(took, 0.95) * 1000,
        "p99_ms": percentile(took, 0.99) * 1000,
        "count": len(took),
        "refused": tally.refused,
    }


async def _on_timetable(rate: float, ends: float, requests: list[bytes], waiting: deque[tuple[bytes, float]], pool: list[Connection]) -> None:
    due, index = perf_counter(), 0
    while due < ends:
        now = perf_counter()
        while due <= now:
            waiting.append((requests[index % len(requests)], due))
            index += 1
            due += 1 / rate
        for one in pool:
            if not waiting:
                break
            if not one.busy:
                one.next()
        await asyncio.sleep(max(due - perf_counter(), 0.0005))


def http(method: str, path: str, key: str, body: bytes = b"") -> str:
    """Return one request in base64, as the order wants it."""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return base64.b64encode(head.encode() + b"\r\n" + body).decode()


if __name__ == "__main__":
    figures = uvloop.run(run(sys.argv[1], int(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())))
    sys.stdout.write(json.dumps(figures) + "\n")
