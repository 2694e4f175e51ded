"""How fast contacts come in from a vendor and what it costs in memory: a whole first sync by one worker on SQLite.

`python -m tests.bench.syncs vendor PORT ROWS` and `... worker DATA TENANT PORT` are its two other processes: a vendor that has its pages ready,
and the worker's part of the run. The vendor's own pace is told apart: the seconds that were waited for its answers.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.bench.rig import Rig, environment, process, wait_for
from tests.peers.ports import free_port

ROWS = 100_000
PAGE = 100
MOST_SECONDS = 300.0
MOST_MEGABYTES = 50.0
LEAST_PER_SECOND = 2_000.0
_PATIENCE_SECONDS = 600


def measure(rig: Rig, rows: int = ROWS) -> dict[str, float]:
    """Sync all contacts of a vendor and return `seconds`, `engine_seconds`, `rps` of the engine and `rss_growth_mb`."""
    port = free_port()
    with process("tests.bench.syncs", "vendor", str(port), str(rows)):
        wait_for(port, "/me")
        command = [sys.executable, "-m", "tests.bench.syncs", "worker", str(rig.data), rig.tenant, str(port)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(), timeout=_PATIENCE_SECONDS)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if found["created"] != rows:
        message = f"{found['created']:.0f} of {rows} contacts came in"
        raise RuntimeError(message)
    return found


def line(figures: dict[str, float]) -> tuple[str, bool]:
    """Return the line of the table for the figures, and whether the goals are held."""
    held = figures["seconds"] < MOST_SECONDS and figures["rss_growth_mb"] <= MOST_MEGABYTES and figures["rps"] >= LEAST_PER_SECOND
    said = f"{figures['rps']:8.0f}/s (goal {LEAST_PER_SECOND:.0f})  {figures['seconds']:.1f} s (goal {MOST_SECONDS:.0f})"
    return f"{f'sync {ROWS:,} contacts':<28}  {said}  memory +{figures['rss_growth_mb']:.0f} MB (goal {MOST_MEGABYTES:.0f})", held


def vendor(port: int, rows: int) -> None:
    """Answer with pages that are ready, until told to end."""
    pages = {after: _page(after, rows) for after in range(0, rows + 1, PAGE)}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            after = int(parse_qs(parts.query).get("after", ["-1"])[0]) + 1
            body = pages[after] if parts.path == "/people" else b'{"id": "acc_1", "name": "Tiny", "scopes": ["people"]}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def _page(after: int, rows: int) -> bytes:
    chosen = [
        {
            "id": f"{number:07d}", "mail": f"p{number}@example.com", "first": f"First{number}", "last": "Person", "phone": "+49 30 1234567",
            "place": {"city": "Ulm"}, "changed": 1, "version": "1",
        }
        for number in range(after, min(after + PAGE, rows))
    ]  # fmt: skip
    return json.dumps({"rows": chosen, "total": rows}).encode()


def work(data: Path, tenant: str, port: int) -> dict[str, float]:
    """Install the connector and do a first sync, as the worker does it."""
    from server.domain.actor import system_actor
    from server.main.appliance import open_appliance
    from server.outbound import catalogue, guard
    from server.outbound.vendors.transport import Transport
    from server.outbound.vendors.values import Request, Response
    from server.services.syncing import runs
    from server.system import settings
    from tests.server.services.syncing import rig
    from tests.server.services.syncing.vendor import TinyVendor

    open_appliance(settings.load(data))
    catalogue.mount([rig.FOLDER])
    guard.install(["127.0.0.0/8"])
    actor, waited, send = system_actor(tenant), [0.0], Transport.send

    def timed(self: Transport, request: Request) -> Response:
        begun = time.perf_counter()
        found = send(self, request)
        waited[0] += time.perf_counter() - begun
        return found

    Transport.send = timed  # type: ignore[method-assign]
    run_id = runs.start(actor, rig.install(actor, TinyVendor(url=f"http://127.0.0.1:{port}")), "incremental")["id"]
    before = _peak_mb()
    begun = time.perf_counter()
    found = rig.work(actor, run_id)
    seconds = time.perf_counter() - begun
    created = found["counts"]["created"]
    engine = seconds - waited[0]
    return {
        "seconds": seconds, "engine_seconds": engine, "rps": created / engine, "created": created, "rss_growth_mb": _peak_mb() - before,
    }  # fmt: skip


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] == "vendor":
        vendor(int(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(work(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))))
