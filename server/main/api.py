"""The process that answers HTTP."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import TYPE_CHECKING, Final

from aiohttp import web

from server.main.loops import new_loop_runner
from server.services.credentials import Credentials
from server.services.limits import Limiter
from server.store import database
from server.system import logs, tls
from server.system.disk import DiskWatch
from server.web import table
from server.web.execution import Execution
from server.web.pipeline import Pipeline
from server.web.request_log import RequestLog
from server.web.routes import Runs
from server.web.server import Entrance

if TYPE_CHECKING:
    import socket

    from server.system.settings import Settings

_REFRESH_SECONDS: Final = 0.25
_COLLECT: Final = (20_000, 20, 100)
_LONGEST_LINE: Final = 16_384
log = logs.get_logger()


def run(settings: Settings, listener: socket.socket) -> None:
    """Answer HTTP on a listening socket until SIGTERM; then finish what is under way within `server.drain_seconds`."""
    # What was loaded so far lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT)
    with new_loop_runner() as runner:
        runner.run(_until_signal(settings, listener))


async def _until_signal(settings: Settings, listener: socket.socket) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(settings, listener, stop)


async def serve(settings: Settings, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer HTTP on a listening socket until `stop` is set; then finish what is under way and close."""
    execution = Execution(threads=settings.database.pool, window_ms=settings.database.commit_window_ms)
    credentials, request_log = Credentials(), RequestLog()
    entrance = Entrance(_pipeline(settings, execution, credentials, request_log), max_line_size=_LONGEST_LINE, max_field_size=_LONGEST_LINE)
    await execution.run(Runs.READ, credentials.refresh)
    runner = web.ServerRunner(entrance, shutdown_timeout=settings.server.drain_seconds)
    await runner.setup()
    site = web.SockSite(runner, listener, ssl_context=tls.server_context(settings), backlog=1024)
    await site.start()
    upkeep = asyncio.create_task(_upkeep(execution, credentials, request_log))
    await stop.wait()
    await runner.cleanup()
    upkeep.cancel()
    if request_log.waiting:
        await execution.run(Runs.WRITE, lambda: request_log.flush(credentials))
    await execution.close()
    database.close()


def _pipeline(settings: Settings, execution: Execution, credentials: Credentials, request_log: RequestLog) -> Pipeline:
    return Pipeline(
        table.build(),
        execution,
        credentials,
        Limiter(),
        request_log,
        DiskWatch(settings.data, settings.storage.minimum_free_bytes),
        settings,
    )


async def _upkeep(execution: Execution, credentials: Credentials, request_log: RequestLog) -> None:
    """Several times a second: notice changed credentials, write the request log."""
    while True:
        try:
            await execution.run(Runs.POINT, credentials.refresh)
            if request_log.waiting:
                await execution.run(Runs.WRITE, lambda: request_log.flush(credentials))
        except Exception:
            log.exception("upkeep_failed")
        await asyncio.sleep(_REFRESH_SECONDS)
