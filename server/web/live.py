"""Live streams (server-sent events): one look at the database for all listeners of a process, then each reads what is new for it.

A stream begins where its reader left off (`Last-Event-ID`), sends a comment now and then so that nobody in between closes
it, and ends at once when the process is told to stop.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from server.domain.errors import Later
from server.services import feeds
from server.store import database
from server.web.pipeline import SECURITY_HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.services.feeds import Found
    from server.web.calls import Call

LOOK_SECONDS: Final = 0.2
COMMENT_SECONDS: Final = 15.0
LONGEST_SECONDS: Final = 3600.0
"""A reader that comes back proves its credential anew."""


class Hub:
    """Those who listen in this process, and the one who looks for them."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._changed = asyncio.Event()
        self._listeners = 0
        self._looker: asyncio.Task[None] | None = None
        self._thread: ThreadPoolExecutor | None = None
        self.generation = 0
        self.closing = False

    async def read(self, function: Callable[[], Any]) -> Any:
        """Run a brief read in the hub's own thread."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "live")
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def join(self) -> None:
        """Take one listener in; the first one starts the looking."""
        self._listeners += 1
        if self._looker is None:
            self._looker = asyncio.create_task(self._look())

    async def leave(self) -> None:
        """Let one listener go; with the last one the looking ends."""
        self._listeners -= 1
        if self._listeners == 0 and self._looker is not None and self._thread is not None:
            self._looker.cancel()
            thread, self._looker, self._thread = self._thread, None, None
            await asyncio.get_running_loop().run_in_executor(thread, database.close)
            thread.shutdown(wait=False)

    async def beyond(self, generation: int, seconds: float) -> bool:
        """Wait until there may be something newer than a generation; False when nothing came for so long."""
        if self.generation == generation:
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                return False
        return True

    async def _look(self) -> None:
        last = None
        while True:
            try:
                place = await self.read(feeds.newest)
            except Later:
                place = last  # the database is away; the streams wait for it
            if place != last:
                self._tell()
            last = place
            await asyncio.sleep(LOOK_SECONDS)

    def _tell(self) -> None:
        self.generation += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def close(self) -> None:
        """End every stream of this process."""
        self.closing = True
        self._tell()


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def close() -> None:
    """End every stream of the running event loop, for a process that stops."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        found.close()


async def stream(call: Call, begin: Callable[[], Callable[[], list[Found] | None]]) -> web.StreamResponse:
    """Answer with a stream of what a follower returns; beginning may still refuse."""
    live = hub()
    await live.join()
    try:
        new = await live.read(begin)
        response = web.StreamResponse(headers={**SECURITY_HEADERS, "X-Request-Id": call.request_id, "Content-Type": "text/event-stream"})
        await response.prepare(call.request)
        await response.write(b": listening\n\n")
        with suppress(ConnectionResetError):  # the reader went away
            await _pass_on(live, response, new)
        return response
    finally:
        await live.leave()


async def _pass_on(live: Hub, response: web.StreamResponse, new: Callable[[], list[Found] | None]) -> None:
    seen, ends = -1, asyncio.get_running_loop().time() + LONGEST_SECONDS
    while not live.closing and asyncio.get_running_loop().time() < ends:
        await live.beyond(seen, COMMENT_SECONDS)
        seen = live.generation
        found = await live.read(new)
        while found:
            await response.write(b"".join(_event(*one) for one in found))
            found = await live.read(new)
        if found is None:
            return
        await response.write(b": waiting\n\n")


def _event(place: str, event_type: str, body: bytes) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (place.encode(), event_type.encode(), body)
