"""The process that answers HTTP."""

from __future__ import annotations

import asyncio
import gc
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final

from aiohttp import web

from server.domain.errors import Unprocessable
from server.main.doorway import BACKLOG
from server.main.loops import new_loop_runner, stop_on_signals
from server.main.maildoor import inbound, submission
from server.services import alerts, limits, wakes
from server.services.credentials import Credentials
from server.services.deprecations import DeprecatedCalls
from server.services.limits import Limiter
from server.store import database
from server.system import logs, presence, snapshots, tls
from server.system.counters import open_counters
from server.system.disk import DiskWatch
from server.web import live, table
from server.web.execution import Execution
from server.web.pipeline import Pipeline
from server.web.request_log import RequestLog
from server.web.routes import Runs
from server.web.server import Entrance

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from server.main.lifeline import Lifeline
    from server.system.counters import Counters
    from server.system.settings import Settings
    from server.worker.queue import Queue

_REFRESH_SECONDS: Final = 0.25
_COLLECT: Final = (20_000, 20, 100)
_TURN_SECONDS: Final = 0.001
_CLOSING_SECONDS: Final = 5.0
_STAND_IN_SECONDS: Final = 30.0
_CERTIFICATE_SECONDS: Final = 5.0
_LONGEST_LINE: Final = 16_384
# The rest is for closing what is left, before the parent's patience ends.
_SHARE_OF_DRAIN: Final = 0.9
log = logs.get_logger()


def run(settings: Settings, listener: socket.socket, lifeline: Lifeline | None = None) -> None:
    """Answer HTTP on a listening socket until SIGTERM; then finish what is under way within `server.drain_seconds`."""
    # What was loaded so far lives as long as the process: the collector need not look at it again.
    gc.freeze()
    gc.set_threshold(*_COLLECT)
    gc.enable()
    # A thread that computes gives the loop its turn back sooner than after Python's default of 5 ms.
    sys.setswitchinterval(_TURN_SECONDS)
    with new_loop_runner() as runner:
        runner.run(_until_told(settings, listener, lifeline))


async def _until_told(settings: Settings, listener: socket.socket, lifeline: Lifeline | None) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop.set)
    if lifeline:
        loop = asyncio.get_running_loop()
        lifeline.watch(lambda: loop.call_soon_threadsafe(stop.set))
    await serve(settings, listener, stop, lifeline)


async def serve(settings: Settings, listener: socket.socket, stop: asyncio.Event, lifeline: Lifeline | None = None) -> None:
    """Answer HTTP on a listening socket until `stop` is set; then finish what is under way and close."""
    execution = Execution(threads=settings.database.pool, window_ms=settings.database.commit_window_ms)
    credentials, request_log, deprecated = Credentials(), RequestLog(settings.logging.request_bodies), DeprecatedCalls()
    counters = _counters(settings)
    pipeline = _pipeline(settings, execution, credentials, counters, request_log, deprecated)
    entrance = Entrance(pipeline, max_line_size=_LONGEST_LINE, max_field_size=_LONGEST_LINE)
    await execution.run(Runs.READ, credentials.refresh)
    runner = web.ServerRunner(entrance, shutdown_timeout=settings.server.drain_seconds * _SHARE_OF_DRAIN)
    await runner.setup()
    context, renewals = tls.server_context(settings), tls.Renewals()
    if context is not None:
        renewals.add(context, settings)
    site = web.SockSite(runner, listener, ssl_context=context, backlog=BACKLOG)
    await site.start()
    doors = [await submission(settings, credentials, execution, renewals), await inbound(settings, execution, renewals)]
    if lifeline:
        lifeline.report("ready", fingerprint=_fingerprint(settings))
    # Apart, so that a slow disk does not keep a revoked key alive.
    upkeep = [
        asyncio.create_task(_again_and_again(execution, Runs.POINT, credentials.refresh)),
        asyncio.create_task(_again_and_again(execution, Runs.WRITE, lambda: request_log.flush(credentials), lambda: request_log.waiting)),
        # Otherwise nobody would tell that no worker lives.
        asyncio.create_task(_again_and_again(execution, Runs.WORK, lambda: alerts.stand_in(settings), every_seconds=_STAND_IN_SECONDS)),
        asyncio.create_task(_again_and_again(execution, Runs.WRITE, deprecated.flush, lambda: deprecated.waiting)),
        asyncio.create_task(_again_and_again(execution, Runs.READ, lambda: _renew(renewals), every_seconds=_CERTIFICATE_SECONDS)),
    ]
    waking = asyncio.create_task(asyncio.to_thread(_wake_worker_by_queue, settings))
    with presence.present(settings.folder.run), snapshots.shared(settings.folder.run), closing(counters):
        await stop.wait()
        live.close()
        for door in filter(None, doors):
            door.close()
        await runner.cleanup()
    for task in upkeep:
        task.cancel()
    try:
        async with asyncio.timeout(_CLOSING_SECONDS):
            (await waking).stop()
            if request_log.waiting:
                await execution.run(Runs.WRITE, lambda: request_log.flush(credentials))
            if deprecated.waiting:
                await execution.run(Runs.WRITE, deprecated.flush)
            await execution.close()
    except TimeoutError:
        # Every answered write is on disk by now: what is given up here is at most the last lines of the request log.
        log.exception("closing_took_too_long", request_lines=request_log.waiting)
    database.close()


def _renew(renewals: tls.Renewals) -> None:
    """Take certificates over that were replaced, and say so; what does not fit is told, and the old one stays."""
    try:
        if renewals.look():
            log.info("certificate_renewed")
    except Unprocessable as error:
        log.warning("certificate_refused", error=str(error))


def _wake_worker_by_queue(settings: Settings) -> Queue:
    """Let deliveries wake the worker; huey loads after the door is open, since until then the worker looks by itself."""
    from server.worker.queue import Queue

    queue = Queue(settings.queue.url)
    wakes.install(queue.wake)
    return queue


def _fingerprint(settings: Settings) -> str | None:
    return tls.fingerprint(tls.certificate_files(settings)[0]) if settings.server.tls == "self-signed" else None


def _pipeline(
    settings: Settings,
    execution: Execution,
    credentials: Credentials,
    counters: Counters,
    request_log: RequestLog,
    deprecated: DeprecatedCalls,
) -> Pipeline:
    limiter = Limiter(counters)
    limits.install(limiter)
    return Pipeline(
        table.build(),
        execution,
        credentials,
        limiter,
        request_log,
        deprecated,
        DiskWatch(settings.data, settings.storage.minimum_free_bytes),
        settings,
    )


def _counters(settings: Settings) -> Counters:
    """Return what limits are counted with: with Redis over every host, else over the processes of this one."""
    if not settings.queue.url.startswith("redis"):
        return open_counters(settings.folder.run / "limits")
    from server.outbound.counters import LeasedCounters  # the client need not load where there is no Redis

    return LeasedCounters(settings.queue.url)


async def _again_and_again(
    execution: Execution,
    runs: Runs,
    job: Callable[[], object],
    wanted: Callable[[], bool] = lambda: True,
    *,
    every_seconds: float = _REFRESH_SECONDS,
) -> None:
    """Run a piece of upkeep again and again, while it is wanted; one that fails is tried again."""
    while True:
        await asyncio.sleep(every_seconds)
        try:
            if wanted():
                await execution.run(runs, job)
        except Exception:
            log.exception("upkeep_failed")
