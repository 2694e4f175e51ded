"""Working off jobs: one table of what does which kind, one thread that takes jobs and keeps their leases, a few that do them.

A job whose worker dies is taken up elsewhere within the lease, from where it last saved.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from server.services import jobs, replays
from server.services.batches import run_batch
from server.services.conversions import run_conversion
from server.services.exports import run_export
from server.services.importing.job import run_import
from server.services.importing.undoing import run_undo
from server.services.jobs import Progress
from server.services.sandboxes import run_reset
from server.services.syncing.running import run_sync
from server.store import database
from server.system import logs, presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.services.jobs import Function
    from server.store.jobs import TakenJob

FUNCTIONS: Final[dict[str, Function]] = {
    "batch": run_batch,
    "convert": run_conversion,
    "export": run_export,
    "import": run_import,
    "import_undo": run_undo,
    "replay": replays.run,
    "sandbox_reset": run_reset,
}
SYNCS: Final[dict[str, Function]] = {"sync": run_sync}
"""What waits for vendors most of the time, and so has threads of its own: a vendor that hangs holds up no import."""
SYNC_THREADS: Final = 6
SYNCS_PER_VENDOR: Final = 3
"""A vendor that hangs holds up so many threads and no more, however many installations it has."""
_LOOK_EVERY_SECONDS: Final = 1.0
log = logs.get_logger()


class JobRunner:
    """Does jobs in `threads` threads until told to stop."""

    def __init__(self, functions: Mapping[str, Function], *, threads: int, lease_ms: int, per_line: int | None = None) -> None:
        """Take the table of kinds, and how many jobs of one line are done side by side; nothing runs yet."""
        self._functions = functions
        self._most = threads
        self._lease_ms = lease_ms
        self._per_line = per_line or threads
        self._under_way: dict[str, Progress] = {}
        self._lines: dict[str, str | None] = {}
        self._renewed = time.monotonic()
        self._woken = threading.Event()
        self._stopping = False
        self._pool = ThreadPoolExecutor(threads, "job")
        self._taker = threading.Thread(target=self._run, name="jobs")

    def start(self) -> None:
        """Begin; needs no event loop."""
        self._taker.start()

    def wake(self) -> None:
        """Look for jobs now; callable from any thread."""
        self._woken.set()

    def wind_down(self) -> None:
        """Have every job stop at its next save and give it back; returns at once."""
        self._stopping = True
        self._woken.set()

    def stop(self) -> None:
        """Have every job stop at its next save, give it back, and wait for that."""
        self.wind_down()
        self._taker.join()

    def _run(self) -> None:
        while not self._stopping or self._under_way:
            self._woken.clear()
            try:
                self._turn()
            except Exception:
                log.exception("job_turn_failed")
            self._woken.wait(_LOOK_EVERY_SECONDS)
        self._pool.shutdown()
        database.close()

    def _turn(self) -> None:
        """Begin what there is room for, and renew the leases, often enough that two renewals may fail."""
        while not self._stopping and len(self._under_way) < self._most and self._begin():
            pass
        if self._stopping:
            for progress in list(self._under_way.values()):
                progress.stopping = True
        if time.monotonic() - self._renewed > self._lease_ms / 4000:
            for progress in list(self._under_way.values()):
                jobs.renew(progress, self._lease_ms)
            self._renewed = time.monotonic()

    def _begin(self) -> bool:
        """Take one job and have it done; False when none is due."""
        lease = presence.new_lease()
        job = jobs.take(tuple(self._functions), lease, self._lease_ms, self._full())
        if job is None:
            return False
        self._lines[lease] = job.line
        self._under_way[lease] = Progress(job.id, lease, jobs.position_of(job), job.done, job.total)
        self._pool.submit(self._do, job, lease)
        return True

    def _full(self) -> list[str]:
        """Return the lines of which no more is begun now."""
        return [line for line, count in Counter(list(self._lines.values())).items() if line is not None and count >= self._per_line]

    def _do(self, job: TakenJob, lease: str) -> None:
        try:
            with logs.cleared():
                logs.bind(job_id=job.id, job_kind=job.kind, tenant_id=job.tenant_id)
                jobs.perform(job, self._under_way[lease], self._functions[job.kind])
        except Exception:
            log.exception("job_failed", job_id=job.id)
        finally:
            database.close()
            del self._under_way[lease], self._lines[lease]
            self._woken.set()
