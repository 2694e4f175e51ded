"""Where work runs: on the event loop, in a thread, or as one of a group of writes that share a commit.

On SQLite a brief write runs on the loop itself, inside a transaction that other waiting writes join, and only the two
steps that wait (taking the write lock, syncing the log) happen in a thread. So a hundred writes cost one sync, no thread
ever fights the loop for the interpreter, and an answer is given only after its write is on disk. On PostgreSQL each
write is its own transaction in a thread; the server groups its commits itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from server.store import batches, database
from server.system import logs, metrics
from server.web.routes import Runs

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_LARGEST_GROUP: Final = 256
log = logs.get_logger()


class GroupCommit:
    """Writes that share commits; at most `window_ms` of them run on the loop before the group is committed."""

    def __init__(self, window_ms: float) -> None:
        """Open the connection that the groups write through."""
        self._window = window_ms / 1000
        self._batch = batches.Batch()
        self._disk = ThreadPoolExecutor(1, "commit")
        self._waiting: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def run(self, job: Callable[[], T]) -> T:
        """Run a job and return its result once it is durable; raise what it raised, or what the commit raised."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group: list[tuple[asyncio.Future[Any], Any]] = []
            try:
                await loop.run_in_executor(self._disk, self._batch.begin)
                group = self._run_group()
                await loop.run_in_executor(self._disk, self._batch.commit)
            except Exception as error:
                self._fail(group, error)
            else:
                for future, result in group:
                    if not future.done():
                        future.set_result(result)
                self._finish()

    def _finish(self) -> None:
        """Run what waited for the commit; a hook that fails must not keep the next group from its turn."""
        try:
            self._batch.finish()
        except Exception:
            log.exception("after_commit_failed")

    def _run_group(self) -> list[tuple[asyncio.Future[Any], Any]]:
        group: list[tuple[asyncio.Future[Any], Any]] = []
        ends = perf_counter() + self._window
        while self._waiting and len(group) < _LARGEST_GROUP:
            job, future = self._waiting.popleft()
            try:
                group.append((future, self._batch.run(job)))
            except Exception as error:
                _refuse(future, error)
            if perf_counter() > ends:
                break
        metrics.COMMIT_SIZE.observe(len(group))
        return group

    def _fail(self, group: list[tuple[asyncio.Future[Any], Any]], error: Exception) -> None:
        if not group and self._waiting:
            group = [(self._waiting.popleft()[1], None)]
        for future, _ in group:
            _refuse(future, error)

    async def close(self) -> None:
        """Finish what waits and close."""
        if self._running is not None:
            await self._running
        self._disk.shutdown()
        self._batch.close()


def _refuse(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


class Execution:
    """Runs the work of handlers where their route says."""

    def __init__(self, *, threads: int, window_ms: float) -> None:
        """Prepare the threads and, on SQLite, the group of writes; `inline` says whether a brief look-up runs on the loop."""
        self.inline = database.is_sqlite()
        self._threads = ThreadPoolExecutor(threads, "work")
        self._group = GroupCommit(window_ms) if self.inline else None

    async def run(self, runs: Runs, job: Callable[[], T]) -> T:
        """Run a job and return its result."""
        if self.inline:
            if runs is Runs.POINT:
                return job()
            if runs is Runs.WRITE and self._group is not None:
                return await self._group.run(job)
        if runs is Runs.WRITE:
            return await self._in_thread(lambda: _in_transaction(job))
        return await self._in_thread(job)

    async def _in_thread(self, job: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, job)

    async def close(self) -> None:
        """Finish what runs and end the threads; each closes its connection as it goes."""
        if self._group is not None:
            await self._group.close()
        self._threads.shutdown()


def _in_transaction(job: Callable[[], T]) -> T:
    with database.transaction():
        return job()
