"""The mock vendor on a real socket: an HTTP server on loopback, in a thread of its own.

A vendor of several hosts is one server: `/-/{host}/path` reaches a host by its name, and any other path the vendor's main host.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

from aiohttp import web

from tests.vendors.messages import Answer, Call
from tests.vendors.vendor import MockVendor

LARGEST = 64 * 1024 * 1024
DRIP = 0.2
HOST_PREFIX = "/-/"
NOT_SENT_ON = {"content-length", "transfer-encoding", "connection"}


class Server:
    """Where a mock vendor is reached; `url` stands for its main host."""

    def __init__(self, port: int, vendor: MockVendor) -> None:
        self.vendor = vendor
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def at(self, address: str) -> str:
        """Return where the vendor's own address is reached here."""
        parts = urlsplit(address)
        return f"{self.url}{HOST_PREFIX}{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


@contextmanager
def serving(vendor: MockVendor, port: int = 0) -> Iterator[Server]:
    """Run a mock vendor until the block ends, on a free port unless one is given."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application(vendor), access_log=None, shutdown_timeout=0.1)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        return int(runner.addresses[0][1])

    async def stop() -> None:
        await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    found = loop.run_until_complete(start())
    thread = Thread(target=loop.run_forever, name=f"mock {vendor.personality.key}", daemon=True)
    thread.start()
    try:
        yield Server(found, vendor)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def application(vendor: MockVendor) -> web.Application:
    """Return the vendor as a web application."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await sent(request, vendor.answer(call_of(request, await request.read(), vendor)))

    app = web.Application(client_max_size=LARGEST)
    app.router.add_route("*", "/{path:.*}", handle)
    return app


def call_of(request: web.Request, body: bytes, vendor: MockVendor) -> Call:
    """Return what was asked, with the vendor's own host in its address."""
    host, target = vendor.personality.host, request.raw_path
    if target.startswith(HOST_PREFIX):
        host, _, rest = target.removeprefix(HOST_PREFIX).partition("/")
        target = f"/{rest}"
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method, f"https://{host}{target}", headers, body)


async def sent(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Put an answer on the wire, whole or as its fault has it."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in NOT_SENT_ON}
    if answer.delivery == "whole":
        return web.Response(status=answer.status, headers=headers, body=answer.body)
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_length = max(len(answer.body), 2)
    await response.prepare(request)
    if answer.delivery == "reset":
        await response.write(answer.body[: len(answer.body) // 2])
        assert request.transport is not None
        request.transport.abort()
        return response
    return await dripped(response, answer.body)


async def dripped(response: web.StreamResponse, body: bytes) -> web.StreamResponse:
    """Send a body byte by byte, for as long as somebody waits for it."""
    with contextlib.suppress(ConnectionError):
        for number in range(len(body)):
            await response.write(body[number : number + 1])
            await asyncio.sleep(DRIP)
    return response
