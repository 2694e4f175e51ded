"""The delivery loop: settle what ended, take what is due, post it, all day long.

One thread talks to the database, the event loop talks to receivers, and neither waits for the other. A webhook has at
most `in_flight` posts under way, counted until their result is written, so one slow receiver holds up nobody and a crash
repeats at most those posts. A wake-up is a courtesy: the loop looks by itself every second. Leases of everything in hand
are renewed on time however busy the loop is, and what a tenant stops is out of hand within a second.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from server.services.concluding import Done, Work
from server.services.dispatch import Room
from server.store import database
from server.system import logs, metrics
from server.worker.hand import Hand
from server.worker.requests import Requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.outbound.posting import Poster
    from server.services.dispatch import Desk

_LOOK_EVERY_SECONDS: Final = 1.0
_CHECK_EVERY_SECONDS: Final = 0.25
_GATHER_SECONDS: Final = 0.0005
_AT_ONCE: Final = 16
_NO_ROOM: Final = Room(0, 0)
log = logs.get_logger()


class DeliveryLoop:
    """Delivers until told to stop."""

    def __init__(self, desk: Desk, poster: Poster, *, in_flight: int, lease_ms: int, drain_seconds: float = 15.0) -> None:
        """Take the parts; call inside the running event loop. `drain_seconds` is what posts under way get after `stop`."""
        self._desk = desk
        self._poster = poster
        self._requests = Requests(poster)
        self._drain_seconds = drain_seconds
        self._loop = asyncio.get_running_loop()
        self._hand = Hand(in_flight=in_flight, lease_seconds=lease_ms / 1000)
        self._rows = ThreadPoolExecutor(1, "deliveries", initializer=database.relax)
        self._woken = asyncio.Event()
        self._ready = asyncio.Event()
        self._stop_by: float | None = None
        self._done: list[Done] = []
        self._tasks: dict[asyncio.Task[None], Work] = {}
        self._check_at = 0.0

    def wake(self) -> None:
        """Look for due deliveries now; callable from any thread."""
        self._loop.call_soon_threadsafe(self._woken.set)

    def stop(self) -> None:
        """Take nothing new, finish what is under way, then end."""
        if self._stop_by is None:
            self._stop_by = self._loop.time() + self._drain_seconds
        self._woken.set()

    async def run(self) -> None:
        """Deliver until stopped; a database that cannot be reached is tried again every second."""
        beginning = self._loop.create_task(self._begin())
        while not self._finished():
            try:
                progressed = await self._turn()
            except Exception:
                log.exception("delivery_turn_failed")
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
                continue
            await self._rest(progressed=progressed)
        beginning.cancel()
        await self._leave()

    def _finished(self) -> bool:
        if self._stop_by is None:
            return False
        return not (len(self._hand) or self._done) or self._loop.time() > self._stop_by

    async def _turn(self) -> bool:
        """Settle and take in one transaction, then begin what there is room for."""
        if self._loop.time() >= self._check_at:
            await self._look_after()
        done, self._done = self._done, []
        leased_at = self._loop.time()
        try:
            taken = await self._in_thread(self._desk.turn, done, self._hand.room(done, leased_at) if self._stop_by is None else _NO_ROOM)
        except BaseException:
            self._done = done + self._done
            raise
        self._hand.free(done)
        self._hand.add(taken, leased_at)
        self._ready.set()
        metrics.IN_FLIGHT.put(self._hand.posting)
        return bool(taken or done)

    async def _begin(self) -> None:
        """Begin what there is room for, a few at a time.

        Begun all at once they would all end at once, and nothing would be under way while they are settled.
        """
        while True:
            await self._ready.wait()
            self._ready.clear()
            while begun := self._hand.begin(self._loop.time(), _AT_ONCE):
                for work in begun:
                    task = self._loop.create_task(self._post(work))
                    self._tasks[task] = work
                    task.add_done_callback(self._tasks.pop)
                await asyncio.sleep(0)

    async def _look_after(self) -> None:
        """Give back what should not be posted any more, and renew the leases of the rest."""
        waiting = self._hand.open_versions()
        still_open = await self._in_thread(self._desk.still_open, waiting) if waiting and self._stop_by is None else set[str]()
        dropped = self._hand.drop_waiting(still_open)
        if dropped:
            await self._in_thread(self._desk.give_back, dropped)
        ending, now = self._hand.lease_ending(self._loop.time()), self._loop.time()
        if ending:
            await self._in_thread(self._desk.renew, ending)
            self._hand.renewed(ending, now)
        self._check_at = self._loop.time() + _CHECK_EVERY_SECONDS

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await self._loop.run_in_executor(self._rows, function, *arguments)

    async def _post(self, work: Work) -> None:
        done = await self._requests.perform(work)
        self._done.append(done)
        self._woken.set()

    async def _rest(self, *, progressed: bool) -> None:
        """Wait for a result or a wake-up; results that come together are settled together."""
        if not self._woken.is_set() and not (progressed and self._done):
            await self._wait(_CHECK_EVERY_SECONDS if len(self._hand) else _LOOK_EVERY_SECONDS)
        self._woken.clear()
        if len(self._hand):
            await asyncio.sleep(_GATHER_SECONDS)

    async def _wait(self, seconds: float) -> None:
        timer = self._loop.call_later(seconds, self._woken.set)
        await self._woken.wait()
        timer.cancel()

    async def _leave(self) -> None:
        """Give back what could not be finished in time; it goes on after the restart, or elsewhere."""
        late = dict(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        # What must never be sent twice, and may have been sent, is not for others to try.
        left = [*(work for work in late.values() if not work.receiver.once), *self._hand.drop_waiting()]
        if left:
            log.warning("deliveries_given_back", count=len(left))
            await self._in_thread(self._desk.give_back, left)
        await self._in_thread(database.close)
        self._rows.shutdown()
        await self._poster.close()
