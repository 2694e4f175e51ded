"""How long a large import takes and what it costs in memory, with the processes as they are shipped: an api and a worker."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.bench.rig import Rig, process
from tests.server.services.exchange.messy import write_messy

ROWS = 100_000
MOST_SECONDS = 60.0
MOST_MEGABYTES = 100.0
_ENDED = {"completed", "failed", "cancelled"}
_PATIENCE_SECONDS = 600


def measure(rig: Rig, rows: int = ROWS) -> dict[str, float]:
    """Import a messy list of contacts and return `seconds`, `rps` and `rss_growth_mb` of the worker."""
    path = rig.data.parent / "contacts.csv"
    expected = write_messy(path, rows)
    with rig.api() as port, process("server", "worker", "--data", str(rig.data)) as worker:
        time.sleep(2)
        before = memory(worker, "VmRSS")
        begun = time.perf_counter()
        made = upload(rig, port, path)
        found = await_end(rig, port, f"/api/v1/imports/{made['id']}")
        seconds = time.perf_counter() - begun
        grown = memory(worker, "VmHWM") - before
    # An address that only spoilt rows hold is no contact, so the counts are close to the list's own, not equal: it has columns left out here.
    if found["state"] != "completed" or found["counts"]["rows"] != expected.records or found["counts"]["created"] < expected.distinct:
        message = f"the import is {found['state']}: {found['counts']}, {found['error']}"
        raise RuntimeError(message)
    return {"seconds": seconds, "rps": rows / seconds, "rss_growth_mb": grown}


def line(figures: dict[str, float]) -> tuple[str, bool]:
    """Return the line of the table for the figures, and whether the goals are held."""
    held = figures["seconds"] < MOST_SECONDS and figures["rss_growth_mb"] < MOST_MEGABYTES
    said = f"{figures['rps']:8.0f}/s  {figures['seconds']:.1f} s (goal {MOST_SECONDS:.0f})"
    return f"{f'import {ROWS:,} rows':<28}  {said}  memory +{figures['rss_growth_mb']:.0f} MB (goal {MOST_MEGABYTES:.0f})", held


def upload(rig: Rig, port: int, path: Path) -> dict[str, Any]:
    """Send a file and return the import."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/imports?resource=contacts&match=email&create_companies=true",
        method="POST",
        data=path.read_bytes(),
        headers={"Authorization": f"Bearer {rig.key}", "Content-Type": "text/csv"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - our own port on loopback
        found: dict[str, Any] = json.loads(response.read())
    return found


def await_end(rig: Rig, port: int, path: str) -> dict[str, Any]:
    """Return a job, at its address, once it has ended. Raises TimeoutError."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends:
        found: dict[str, Any] = rig.call(port, "GET", path)
        if found["state"] in _ENDED:
            return found
        time.sleep(0.2)
    message = f"{path} does not end"
    raise TimeoutError(message)


def memory(process: subprocess.Popen[bytes], name: str) -> float:
    """Return a figure of a process's memory in megabytes, as the kernel counts it."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(each.split()[1]) for each in lines if each.startswith(name)) / 1024
