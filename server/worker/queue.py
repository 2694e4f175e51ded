"""Huey: wakes and schedules, and nothing else. The rows are the queue; wiping Huey's store loses nothing.

A wake-up is one small task per kind of rows. Wake-ups are gathered: a process sends at most fifty a second of a kind,
and none while several already wait, so a worker that is away for hours finds no pile of them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from huey.consumer import Consumer

from server.system import logs
from server.worker.storages import FileStorage, open_huey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GATHER_SECONDS: Final = 0.02
_ENOUGH_WAITING: Final = 8
_PATIENCE_SECONDS: Final = 6
_SCHEDULE_SECONDS: Final = 60
log = logs.get_logger()


class _Consumer(Consumer):
    """A consumer inside a process that handles its own signals."""

    def _set_signal_handlers(self) -> None:
        """Leave signals to the process."""

    def stop(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - Huey's signature
        """Stop, and let go at once of a file that is being waited for."""
        self.stop_flag.set()
        if isinstance(self.huey.storage, FileStorage):
            self.huey.storage.bell.ring()
        super().stop(graceful)


class Queue:
    """The queue as one process uses it: to wake a worker, or to be one."""

    def __init__(self, url: str, *, threads: int = 1) -> None:
        """Open `sqlite:///path`, `redis://...` or `postgresql://...`."""
        self._huey = open_huey(url)
        self._threads = threads
        self._handlers: Mapping[str, Callable[[], None]] = {}
        self._huey.on_shutdown(name="close")(self._huey.storage.close)  # each of its threads has connections of its own
        self._task = self._huey.task(name="wake")(self._woken)
        self._wanted: set[str] = set()
        self._changed = threading.Condition()
        self._closing = False
        self._failing = False
        self._sender: threading.Thread | None = None
        self._consumer: Consumer | None = None

    def _woken(self, kind: str) -> None:
        handler = self._handlers.get(kind)
        if handler is not None:
            handler()

    def start(self, handlers: Mapping[str, Callable[[], None]]) -> None:
        """Be a worker: call the handler of a kind, in a thread, whenever it is woken."""
        self._handlers = handlers
        # Every store waits by itself for what comes, so the delays are those of a store that cannot be reached; nothing is ever scheduled.
        self._consumer = _Consumer(
            self._huey,
            workers=self._threads,
            periodic=False,
            initial_delay=0.5,
            max_delay=5.0,
            backoff=1.5,
            scheduler_interval=_SCHEDULE_SECONDS,
            check_worker_health=False,
        )
        self._consumer.start()

    def waiting(self) -> int:
        """Return how many wake-ups wait; raises what the queue's own store raises when it cannot be reached."""
        return int(self._huey.storage.queue_size())

    def problem(self) -> str | None:
        """Return why the queue's store cannot be reached, in words, or None when it answers."""
        try:
            self.waiting()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None

    def wake(self, kind: str) -> None:
        """Wake the workers for a kind of rows; returns at once, and a queue that cannot be reached is no error."""
        with self._changed:
            if self._sender is None:
                self._sender = threading.Thread(target=self._send, name="wake", daemon=True)
                self._sender.start()
            self._wanted.add(kind)
            self._changed.notify()

    def _send(self) -> None:
        while not self._closing:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closing)
                wanted, self._wanted = self._wanted, set()
            for kind in wanted:
                self._enqueue(kind)
            threading.Event().wait(_GATHER_SECONDS)

    def _enqueue(self, kind: str) -> None:
        try:
            if self._huey.storage.queue_size() < _ENOUGH_WAITING:
                self._task(kind)
                self._failing = False
        except Exception as error:
            if not self._failing:
                log.warning("wake_failed", kind=kind, error=str(error))
            self._failing = True

    def stop(self) -> None:
        """Finish the tasks that run and stop."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
        if self._sender is not None:
            self._sender.join(_PATIENCE_SECONDS)
        self._huey.storage.close()
        if isinstance(self._huey.storage, FileStorage):
            self._huey.storage.bell.close()
