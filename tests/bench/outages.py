"""How much a vendor that hangs slows the syncs of another: the same sync alone and beside it, by one worker's threads on SQLite.

`python -m tests.bench.outages DATA TENANT PORT ROWS` is the worker's part; the vendor that answers is that of `tests.bench.syncs`.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.bench.rig import Rig, environment, process, wait_for
from tests.peers.ports import free_port

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.worker.jobs import JobRunner

ROWS = 10_000
PAIRS = 5
HANGING = 20
"""Installations whose vendor takes connections and never answers: more than there are threads."""
LEAST = 0.95
UNFINISHED: Final = frozenset({"pending", "running", "waiting"})
_PATIENCE_SECONDS = 900


def measure(rig: Rig, rows: int = ROWS) -> dict[str, float]:
    """Return the records a second `alone` and `beside`, by the median of pairs, and their `ratio`."""
    port = free_port()
    with process("tests.bench.syncs", "vendor", str(port), str(rows)):
        wait_for(port, "/me")
        command = [sys.executable, "-m", "tests.bench.outages", str(rig.data), rig.tenant, str(port), str(rows)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(), timeout=_PATIENCE_SECONDS)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def line(figures: dict[str, float]) -> tuple[str, bool]:
    """Return the line of the table for the figures, and whether the goal is held."""
    said = f"{figures['beside']:8.0f}/s, alone {figures['alone']:.0f}/s: {figures['ratio']:.2f} (goal {LEAST})"
    return f"{'sync beside an outage':<28}  {said}", figures["ratio"] >= LEAST


class Silent:
    """Takes connections on a port and never answers."""

    def __init__(self, server: socket.socket) -> None:
        self.port: int = server.getsockname()[1]
        self._server = server
        self._taken: list[socket.socket] = []

    def until(self, count: int) -> None:
        """Wait until so many wait for an answer."""
        while len(self._taken) < count:
            self._taken.append(self._server.accept()[0])

    def close(self) -> None:
        """Let them go."""
        for one in self._taken:
            one.close()


@contextmanager
def silent() -> Iterator[Silent]:
    """Be silent within the block."""
    with socket.create_server(("127.0.0.1", 0), backlog=HANGING * 2) as server:
        found = Silent(server)
        yield found
        found.close()


def work(data: Path, tenant: str, port: int, rows: int) -> dict[str, float]:
    """Sync as the worker does, by turns alone and beside installations that hang."""
    from server.domain.actor import system_actor
    from server.main.appliance import open_appliance
    from server.outbound import catalogue, guard
    from server.system import settings
    from server.worker.jobs import SYNC_THREADS, SYNCS, SYNCS_PER_VENDOR, JobRunner
    from tests.server.services.syncing import rig

    open_appliance(settings.load(data))
    guard.install(["127.0.0.0/8"])
    actor, runner = system_actor(tenant), JobRunner(SYNCS, threads=SYNC_THREADS, lease_ms=30_000, per_line=SYNCS_PER_VENDOR)
    with tempfile.TemporaryDirectory() as folder:
        catalogue.mount([rig.FOLDER, _hanging(Path(folder))])
        runner.start()
        _synced(actor, runner, port, rows)  # those after it know every contact
        taken = []
        for _ in range(PAIRS):
            alone = _synced(actor, runner, port, rows)
            with silent() as asked:
                _hang(actor, runner, asked.port)
                asked.until(SYNCS_PER_VENDOR)
                taken.append((alone, _synced(actor, runner, port, rows)))
            _cancel_all(actor)
        runner.stop()
    alone, beside = (median(one) for one in zip(*taken, strict=True))
    return {"alone": alone, "beside": beside, "ratio": median(one[1] / one[0] for one in taken)}


def _synced(actor: Actor, runner: JobRunner, port: int, rows: int) -> float:
    """Install and sync once; returns the records a second. Raises RuntimeError when some are missing."""
    from server.services.syncing import runs
    from tests.server.services.syncing import rig
    from tests.server.services.syncing.vendor import TinyVendor

    installation = rig.install(actor, TinyVendor(url=f"http://127.0.0.1:{port}"))
    begun = time.perf_counter()
    run_id = runs.start(actor, installation, "incremental")["id"]
    runner.wake()
    while (run := runs.get(actor, installation, run_id))["state"] in UNFINISHED:
        time.sleep(0.005)
    if run["counts"]["read"] != rows:
        message = f"{run['counts']['read']} of {rows} contacts came in: {run['state']}"
        raise RuntimeError(message)
    return rows / (time.perf_counter() - begun)


def _hang(actor: Actor, runner: JobRunner, nobody: int) -> None:
    """Begin syncs with a vendor that does not answer."""
    from server.services.syncing import runs
    from tests.server.services.syncing import rig
    from tests.server.services.syncing.vendor import TinyVendor

    for _ in range(HANGING):
        runs.start(actor, rig.install(actor, TinyVendor(url=f"http://127.0.0.1:{nobody}"), integration="hanging"), "incremental")
    runner.wake()


def _hanging(folder: Path) -> Path:
    """Return a folder with another connector of the same kind, which has a line of its own."""
    from tests.server.services.syncing import rig

    copied = Path(shutil.copytree(rig.FOLDER, folder / "hanging"))
    manifest = copied / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('key = "tiny"', 'key = "hanging"'), "utf-8")
    return copied


def _cancel_all(actor: Actor) -> None:
    from server.services.syncing import endings
    from server.store import database

    with database.transaction():
        for (installation,) in database.rows("SELECT id FROM installations WHERE integration = 'hanging'", ()):
            endings.stop((actor.tenant_id, actor.mode, installation))


if __name__ == "__main__":
    print(json.dumps(work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
