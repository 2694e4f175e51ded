"""Contents as answers: the whole or a range of them (RFC 9110, sections 13 to 15), always the same bytes under one tag.

What leaves may be anything that anybody has uploaded, so no browser is to run it: it is a download unless it is asked for
inline and of a type that cannot do anything, its type is not to be guessed, and wherever it is opened it is in a sandbox.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aiohttp import hdrs, web

from server.domain import byte_ranges, media_types
from server.domain.file_names import disposition
from server.services import contents
from server.store import database
from server.web.downloads import send_pieces
from server.web.preconditions import unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.store.contents import Content
    from server.web.calls import Call

T = TypeVar("T")
_SANDBOX: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"


async def aside(job: Callable[[], T]) -> T:
    """Run work in a thread that keeps no connection to the database."""

    def run() -> T:
        try:
            return job()
        finally:
            database.close()

    return await asyncio.to_thread(run)


async def send(call: Call, content: Content, *, inline: bool = False) -> web.StreamResponse:
    """Answer with a content, as the request's conditions have it. Raises Unsatisfiable, and what reading the content raises."""
    headers = _headers(call, content, inline=inline)
    asked = call.request.headers
    condition = asked.get("If-None-Match")
    if condition is not None and unchanged(condition, headers["ETag"]):
        response = web.StreamResponse(status=304, headers=headers)
        await response.prepare(call.request)
        return response
    wanted = None
    if call.request.method == hdrs.METH_GET and byte_ranges.still_holds(asked.get("If-Range"), headers["ETag"], headers["Last-Modified"]):
        wanted = byte_ranges.parse(asked.get("Range"), content.size)
    start, stop = wanted or (0, content.size)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    headers["Content-Type"], headers["Content-Length"] = content.media_type, str(stop - start)
    pieces: Iterator[bytes] = iter(())
    if call.request.method == hdrs.METH_GET:
        pieces = await asyncio.to_thread(contents.pieces, content, start, stop)
    response = web.StreamResponse(status=206 if wanted else 200, headers=headers)
    return await send_pieces(call, response, lambda: asyncio.to_thread(next, pieces, b""))


def _headers(call: Call, content: Content, *, inline: bool) -> dict[str, Any]:
    return {
        **(call.along() if call.along else {}),
        "ETag": f'"{content.sha256}"',
        "Last-Modified": formatdate(content.created_at // 1000, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": _SANDBOX,
        "Content-Disposition": disposition(content.file_name, inline=inline and content.media_type in media_types.INLINE),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(content.sha256)).decode()}:",
    }
