"""Receivers that behave as told, byte by byte: real sockets on loopback, for what a web framework would not let them do."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def receiver(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Run a server that treats every connection so, and give its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def treat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await behaviour(reader, writer)
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(treat, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes]:
    """Return the headers in lower case, with the request line under an empty name, and the body."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {"": lines[0]} | {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    return headers, await reader.readexactly(int(headers.get("content-length", "0")))


def answering(head: str, body: bytes = b"", *, seen: list[tuple[dict[str, str], bytes]] | None = None) -> Behaviour:
    """Return a behaviour that answers every request of a connection with this status line and headers, and body."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await read_request(reader)
            if seen is not None:
                seen.append(request)
            writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()

    return behave
