"""Events made at a steady rate: delivered as they come, from the request to the receiver's 2xx as it is recorded, or only taken in.

python -m tests.bench sustained            half a minute each: SQLite, PostgreSQL, intake
python -m tests.bench sustained long       ten minutes each, as the criterion has it
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from tests.bench.load import http, percentile
from tests.bench.rig import Rig, load, process, wait_for
from tests.peers.ports import free_port

WEBHOOKS = 2
SQLITE = (200, 300.0)
POSTGRESQL = (550, 1000.0)
"""How many events are made a second, and how many deliveries a second are the least that will do."""
MEDIAN_MS = 50.0
SLOWEST_MS = 500.0
TAKEN_IN_A_SECOND = 1000
TAKEN_IN_MS = 50.0
BRIEF_SECONDS = 30.0
LONG_SECONDS = 600.0
PATIENCE_SECONDS = 60.0
BODY = {"first_name": "Ada", "last_name": "Lovelace", "title": "x" * 300, "custom": {}}


@dataclass(frozen=True)
class Outcome:
    """What came of the events made at a rate: how many a second were done, those still owed after a while, and the times, in milliseconds."""

    made: int
    asked: float
    rate: float
    owed: int
    median_ms: float
    p99_ms: float
    intake_p99_ms: float


def deliver(rig: Rig, rate: float, seconds: float) -> Outcome:
    """Make `rate` events a second, each for every webhook; the times are from an event to the begin of its first attempt."""
    receiver = free_port()
    with process("tests.bench.receiver", str(receiver)), rig.api() as port, rig.worker():
        wait_for(receiver, "/")
        for number in range(WEBHOOKS):
            rig.call(port, "POST", "/api/v1/webhooks", {"name": str(number), "url": f"http://127.0.0.1:{receiver}/", "events": ["contact.*"]})
        rig.call(port, "POST", "/api/v1/contacts", BODY)
        _settled(rig)  # the worker is there
        began = time.time() * 1000
        made = _make(rig, port, rate, seconds)
        in_time = "SELECT COUNT(*) FROM deliveries WHERE state = 'delivered' AND finished_at BETWEEN ? AND ?"
        delivered = int(rig.rows(in_time, began, began + seconds * 1000)[0][0])
        owed = _settled(rig)
    waits = [float(row[0]) for row in rig.rows(_FIRST_ATTEMPTS, began)]
    return Outcome(int(made["count"]), rate, delivered / seconds, owed, percentile(waits, 0.5), percentile(waits, 0.99), made["p99_ms"])


def take_in(rig: Rig, rate: float, seconds: float) -> Outcome:
    """Make `rate` events a second for one webhook that nobody works on meanwhile: each is committed with its delivery row."""
    with rig.api() as port:
        rig.call(port, "POST", "/api/v1/webhooks", {"name": "later", "url": "http://127.0.0.1:9/", "events": ["contact.*"]})
        made = _make(rig, port, rate, seconds)
    owed = int(rig.rows("SELECT COUNT(*) FROM deliveries")[0][0])
    return Outcome(int(made["count"]), rate, made["rps"], owed, made["median_ms"], made["p99_ms"], made["p99_ms"])


_FIRST_ATTEMPTS = (
    "SELECT a.started_at - e.created_at FROM attempts a JOIN deliveries d ON d.id = a.delivery_id JOIN events e ON e.id = d.event_id"
    " WHERE a.number = 1 AND e.created_at >= ? ORDER BY 1"
)


def _make(rig: Rig, port: int, rate: float, seconds: float) -> dict[str, float]:
    return load(port, [http("POST", "/api/v1/contacts", rig.key, json.dumps(BODY).encode())], seconds=seconds, rate=rate)


def _settled(rig: Rig) -> int:
    """Return how many deliveries are owed once there are none, or patience has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (owed := int(rig.rows("SELECT COUNT(*) FROM deliveries WHERE state <> 'delivered'")[0][0])) and time.monotonic() < deadline:
        time.sleep(0.1)
    return owed


def delivered_line(name: str, found: Outcome, goal: tuple[int, float], seconds: float) -> tuple[str, bool]:
    """Return the line of the table for deliveries on a kind of database, and whether its goals are held."""
    least = goal[1]
    held = found.rate >= least and found.owed == 0 and found.median_ms <= MEDIAN_MS and found.p99_ms <= SLOWEST_MS
    said = f"event to attempt median {found.median_ms:.0f} ms p99 {found.p99_ms:.0f} ms, intake p99 {found.intake_p99_ms:.0f} ms, {found.owed} owed"
    goals = f"(goal {least:.0f}/s, {MEDIAN_MS:.0f} ms, {SLOWEST_MS:.0f} ms)"
    return f"{f'{found.asked:.0f} events/s {seconds:.0f} s {name}':<28}  {found.rate:8.0f}/s  {said} {goals}", held


def taken_in_line(found: Outcome, seconds: float) -> tuple[str, bool]:
    """Return the line of the table for events that are taken in, and whether its goal is held."""
    # The timetable's last requests are answered after its end.
    held = found.made >= TAKEN_IN_A_SECOND * seconds * 0.99 and found.owed == found.made and found.p99_ms <= TAKEN_IN_MS
    said = f"median {found.median_ms:.1f} ms p99 {found.p99_ms:.1f} ms (goal {TAKEN_IN_MS:.0f} ms)"
    return f"{f'{found.asked:.0f} events/s {seconds:.0f} s intake':<28}  {found.rate:8.0f}/s  {said}", held
