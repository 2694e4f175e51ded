"""Events made at a steady rate and delivered as they come, from the request to the receiver's 2xx as it is recorded.

python -m tests.bench sustained            half a minute
python -m tests.bench sustained long       ten minutes, as the criterion has it
"""

from __future__ import annotations

import json
import sqlite3
import time

from tests.bench.load import http, percentile
from tests.bench.rig import Rig, free_port, load, process, wait_for

EVENTS_A_SECOND = 200
WEBHOOKS = 2
LEAST_A_SECOND = 300.0
MEDIAN_MS = 50.0
SLOWEST_MS = 500.0
BRIEF_SECONDS = 30.0
LONG_SECONDS = 600.0
BODY = {"first_name": "Ada", "last_name": "Lovelace", "title": "x" * 300, "custom": {}}


def measure(rig: Rig, seconds: float) -> dict[str, float]:
    """Return deliveries a second, and the milliseconds from an event to the begin of its first attempt, at the median and at p99."""
    receiver = free_port()
    with process("tests.bench.receiver", str(receiver)), rig.api() as port, process("server", "worker", "--data", str(rig.data)):
        wait_for(receiver, "/")
        for number in range(WEBHOOKS):
            rig.call(port, "POST", "/api/v1/webhooks", {"name": str(number), "url": f"http://127.0.0.1:{receiver}/", "events": ["contact.*"]})
        time.sleep(2)
        began = time.time() * 1000
        made = load(port, [http("POST", "/api/v1/contacts", rig.key, json.dumps(BODY).encode())], seconds=seconds, rate=EVENTS_A_SECOND)
        time.sleep(2)
        rows = _first_attempts(rig, began)
        delivered = _delivered(rig, began, seconds)
    return {"rps": delivered / seconds, "median_ms": percentile(rows, 0.5), "p99_ms": percentile(rows, 0.99), "ingest_p99_ms": made["p99_ms"]}


def _first_attempts(rig: Rig, since: float) -> list[float]:
    connection = sqlite3.connect(f"file:{rig.database}?mode=ro", uri=True)
    sql = (
        "SELECT a.started_at - e.created_at FROM attempts a JOIN deliveries d ON d.id = a.delivery_id JOIN events e ON e.id = d.event_id"
        " WHERE a.number = 1 AND e.created_at >= ? ORDER BY 1"
    )
    return [float(row[0]) for row in connection.execute(sql, (since,))]


def _delivered(rig: Rig, since: float, seconds: float) -> int:
    connection = sqlite3.connect(f"file:{rig.database}?mode=ro", uri=True)
    sql = "SELECT COUNT(*) FROM deliveries WHERE state = 'delivered' AND finished_at BETWEEN ? AND ?"
    return int(connection.execute(sql, (since, since + seconds * 1000)).fetchone()[0])


def line(figures: dict[str, float], seconds: float) -> tuple[str, bool]:
    """Return the line of the table for the figures, and whether the goals are held."""
    held = figures["rps"] >= LEAST_A_SECOND and figures["median_ms"] <= MEDIAN_MS and figures["p99_ms"] <= SLOWEST_MS
    said = f"event to attempt median {figures['median_ms']:.0f} ms p99 {figures['p99_ms']:.0f} ms, intake p99 {figures['ingest_p99_ms']:.0f} ms"
    goal = f"(goal {LEAST_A_SECOND:.0f}/s, {MEDIAN_MS:.0f} ms, {SLOWEST_MS:.0f} ms)"
    return f"{f'{EVENTS_A_SECOND} events/s for {seconds:.0f} s':<28}  {figures['rps']:8.0f}/s  {said} {goal}", held
