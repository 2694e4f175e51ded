"""The delivery loop: settle what ended, take what is due, post it, all day long.

One thread talks to the database, the event loop talks to receivers, and neither waits for the other. A webhook has at
most `in_flight` posts under way, counted until their result is written, so one slow receiver holds up nobody and a crash
repeats at most those posts. A wake-up is a courtesy: the loop looks by itself every second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from server.services.deliveries import Done, Work
from server.store import database
from server.system import clock, logs, metrics

if TYPE_CHECKING:
    from server.outbound.posting import Poster
    from server.services.deliveries import Desk

_BUFFER_PER_WEBHOOK: Final = 40
_MOST_IN_HAND: Final = 2000
_LOOK_EVERY_SECONDS: Final = 1.0
_GATHER_SECONDS: Final = 0.004
log = logs.get_logger()


class DeliveryLoop:
    """Delivers until told to stop."""

    def __init__(self, desk: Desk, poster: Poster, *, in_flight: int, lease_ms: int) -> None:
        """Take the parts; call inside the running event loop."""
        self._desk = desk
        self._poster = poster
        self._in_flight = in_flight
        self._lease_seconds = lease_ms / 1000
        self._loop = asyncio.get_running_loop()
        self._rows = ThreadPoolExecutor(1, "deliveries", initializer=database.relax)
        self._woken = asyncio.Event()
        self._stopping = False
        self._done: list[Done] = []
        self._waiting: dict[str, deque[Work]] = {}
        self._posting: dict[str, set[str]] = {}
        self._works: dict[str, tuple[Work, float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look for due deliveries now; callable from any thread."""
        self._loop.call_soon_threadsafe(self._woken.set)

    def stop(self) -> None:
        """Take nothing new, finish what is under way, then end."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Deliver until stopped; a database that cannot be reached is tried again every second."""
        while not (self._stopping and not self._works and not self._done):
            try:
                progressed = await self._turn()
            except Exception:
                log.exception("delivery_turn_failed")
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
                continue
            await self._rest(progressed=progressed)
        await self._leave()

    async def _turn(self) -> bool:
        """Settle and take in one transaction, then begin what there is room for."""
        if self._stopping:
            await self._give_back()
        done, self._done = self._done, []
        most = 0 if self._stopping else _MOST_IN_HAND - len(self._works)
        room = {webhook: self._room(webhook) for webhook in {*self._waiting, *self._posting}}
        try:
            taken = await self._loop.run_in_executor(self._rows, self._desk.turn, done, room, _BUFFER_PER_WEBHOOK, most)
        except BaseException:
            self._done = done + self._done
            raise
        self._free(done)
        for work in taken:
            self._waiting.setdefault(work.receiver.id, deque()).append(work)
        for webhook in list(self._waiting):
            self._begin(webhook)
        metrics.IN_FLIGHT.put(len(self._works))
        return bool(taken or done)

    def _room(self, webhook: str) -> int:
        return _BUFFER_PER_WEBHOOK - len(self._waiting.get(webhook, ())) - len(self._posting.get(webhook, ()))

    def _free(self, done: list[Done]) -> None:
        for one in done:
            webhook = one.work.receiver.id
            self._works.pop(one.work.delivery.id, None)
            busy = self._posting.get(webhook)
            if busy is not None:
                busy.discard(one.work.delivery.id)
                if not busy:
                    del self._posting[webhook]

    def _begin(self, webhook: str) -> None:
        waiting = self._waiting[webhook]
        busy = self._posting.setdefault(webhook, set())
        while waiting and len(busy) < self._in_flight and not self._stopping:
            work = waiting.popleft()
            busy.add(work.delivery.id)
            self._works[work.delivery.id] = (work, self._loop.time())
            task = self._loop.create_task(self._post(work))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if not waiting:
            del self._waiting[webhook]
        if not busy:
            del self._posting[webhook]

    async def _post(self, work: Work) -> None:
        started = clock.now_ms()
        headers = work.receiver.sign(work.delivery.event_id, started // 1000, work.body)
        reply = await self._poster.post(work.receiver.url, headers, work.body, work.receiver.timeout_seconds)
        self._done.append(Done(work, started, headers, reply))
        self._woken.set()

    async def _rest(self, *, progressed: bool) -> None:
        """Wait for a result or a wake-up; results that come together are settled together."""
        if not self._woken.is_set() and not (progressed and self._done):
            try:
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY_SECONDS)
            except TimeoutError:
                await self._renew()
        self._woken.clear()
        if self._works:
            await asyncio.sleep(_GATHER_SECONDS)

    async def _renew(self) -> None:
        old = self._loop.time() - self._lease_seconds / 2
        under_way = [work for work, since in self._works.values() if since < old]
        waiting = [work for queue in self._waiting.values() for work in queue]
        if under_way or waiting:
            await self._loop.run_in_executor(self._rows, self._desk.renew, under_way + waiting)

    async def _give_back(self) -> None:
        waiting = [work for queue in self._waiting.values() for work in queue]
        self._waiting.clear()
        if waiting:
            await self._loop.run_in_executor(self._rows, self._desk.give_back, waiting)

    async def _leave(self) -> None:
        await self._give_back()
        await self._loop.run_in_executor(self._rows, database.close)
        self._rows.shutdown()
        await self._poster.close()
