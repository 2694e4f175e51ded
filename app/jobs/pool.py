"""A small pool for everything that blocks. Results arrive on the UI thread, and only while somebody still wants them.

A job on a lane supersedes the one before it there, so a reply that was overtaken is never shown.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal

from app.client.cancellation import Cancellation
from app.client.errors import Cancelled, ClientError

THREADS: Final = 4
Work = Callable[[Cancellation], Any]
Done = Callable[[Any], None]
Failed = Callable[[ClientError], None]


@dataclass(eq=False)
class Job:
    """One piece of work under way."""

    done: Done
    failed: Failed
    lane: object = None
    # Whether it is done to its end although the console closes.
    lasting: bool = False
    cancellation: Cancellation = field(default_factory=Cancellation)

    def cancel(self) -> None:
        """Want its result no more."""
        self.cancellation.say()


class Jobs(QObject):
    """Runs work in threads; `unexpected` carries errors that nobody foresaw, for the crash report."""

    unexpected = Signal(object)
    idle = Signal()
    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="console")
        self._lanes: dict[object, Job] = {}
        self._running: dict[Job, Future[Any]] = {}
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> int:
        """How many jobs have not been delivered yet."""
        return len(self._running)

    def run(self, work: Work, done: Done, failed: Failed, lane: object = None, *, lasting: bool = False) -> Job:
        """Do work in a thread; `done` or `failed` is called on the UI thread, neither after a cancellation; after `close` nothing is done."""
        job = Job(done, failed, lane, lasting)
        if self._closed:
            return job
        if lane is not None:
            if before := self._lanes.get(lane):
                before.cancel()
            self._lanes[lane] = job
        future = self._running[job] = self._pool.submit(work, job.cancellation)
        future.add_done_callback(lambda finished: self._tell(job, finished))
        return job

    def _tell(self, job: Job, finished: Future[Any]) -> None:
        if not self._closed:
            self._finished.emit(job, finished)

    def cancel(self, lane: object) -> None:
        """Want no result of a lane any more."""
        if job := self._lanes.pop(lane, None):
            job.cancel()

    def close(self) -> None:
        """Want no result any more, and let the threads end; what has to last is done before the process ends."""
        self._closed = True
        for job, future in self._running.items():
            if not job.lasting:
                job.cancel()
                future.cancel()
        self._pool.shutdown(wait=False)

    def _deliver(self, job: Job, finished: Future[Any]) -> None:
        self._running.pop(job, None)
        if self._lanes.get(job.lane) is job:
            del self._lanes[job.lane]
        if not self._closed and not job.cancellation.said and not finished.cancelled():
            self._hand_over(job, finished)
        if not self._running:
            self.idle.emit()

    def _hand_over(self, job: Job, finished: Future[Any]) -> None:
        error = finished.exception()
        if error is None:
            job.done(finished.result())
        elif isinstance(error, ClientError):
            if not isinstance(error, Cancelled):
                job.failed(error)
        else:
            self.unexpected.emit(error)
