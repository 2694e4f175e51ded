"""Files that we send: a batch at a time in a thread of their own, so that their size does not matter."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from aiohttp import web

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from server.web.calls import Call


async def download(call: Call, open_pieces: Callable[[], Iterator[bytes]], file_name: str, content_type: str) -> web.StreamResponse:
    """Send what an iterator yields as a file; opening it may still refuse."""
    return await sent(call, lambda: (open_pieces(), file_name, content_type))


async def sent(call: Call, open_file: Callable[[], tuple[Iterator[bytes], str, str]]) -> web.StreamResponse:
    """Send a file that is opened as its pieces, its name and its type; opening it may still refuse."""
    loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1, "download")
    try:
        pieces, file_name, content_type = await loop.run_in_executor(thread, open_file)
        return await _stream(call, pieces, thread, file_name, content_type)
    finally:
        await loop.run_in_executor(thread, database.close)
        thread.shutdown(wait=False)


async def _stream(call: Call, pieces: Iterator[bytes], thread: ThreadPoolExecutor, file_name: str, content_type: str) -> web.StreamResponse:
    disposition = f'attachment; filename="{file_name}"'
    response = web.StreamResponse(headers={**(call.along() if call.along else {}), "Content-Type": content_type, "Content-Disposition": disposition})
    return await send_pieces(call, response, lambda: asyncio.get_running_loop().run_in_executor(thread, next, pieces, b""))


async def send_pieces(call: Call, response: web.StreamResponse, pull: Callable[[], Awaitable[bytes]]) -> web.StreamResponse:
    """Send a response whose body is pulled piece by piece, to the first that is empty; where pulling fails the connection breaks."""
    await response.prepare(call.request)
    try:
        while piece := await pull():
            await response.write(piece)
    except BaseException:
        # Half of it is on its way: only a broken connection tells its reader so.
        if call.request.transport is not None:
            call.request.transport.abort()
        raise
    await response.write_eof()
    return response
