"""Answers in one piece, read off the wire by a plain socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import pytest
from aiohttp import web

from server.web.wire import Whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


@asynccontextmanager
async def serving(status: int = 200, headers: Mapping[str, str] | None = None, body: bytes = b"{}") -> AsyncIterator[int]:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return cast("web.StreamResponse", Whole(status, headers or {"Content-Type": "application/json"}, body))

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def spoken(port: int, request: str) -> tuple[list[str], bytes]:
    """Send a request, read until the connection ends and return the lines of the first head and all that follows it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.replace("\n", "\r\n").encode())
    received = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    head, _, rest = received.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), rest


async def test_an_answer_has_its_status_length_date_and_body() -> None:
    async with serving(201, {"Content-Type": "application/json", "X-Word": "caf\u00e9"}) as port:
        head, body = await spoken(port, "POST / HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 0\n\n")
    assert head[0] == "HTTP/1.1 201 Created"
    assert {"Content-Length: 2", "Content-Type: application/json", "X-Word: caf\u00e9", "Connection: close"} <= set(head)
    assert [line for line in head if line.startswith("Date: ") and line.endswith(" GMT")]
    assert body == b"{}"


async def test_several_requests_are_answered_in_turn_over_one_connection() -> None:
    async with serving(body=b"one") as port:
        _, rest = await spoken(port, "GET / HTTP/1.1\nHost: x\n\nGET / HTTP/1.1\nHost: x\nConnection: close\n\n")
    assert rest.startswith(b"oneHTTP/1.1 200 OK\r\n")
    assert rest.endswith(b"\r\n\r\none")


async def test_an_old_client_is_told_whether_the_connection_goes_on() -> None:
    async with serving() as port:
        closed, _ = await spoken(port, "GET / HTTP/1.0\n\n")
        kept, _ = await spoken(port, "GET / HTTP/1.0\nConnection: keep-alive\n\nGET / HTTP/1.0\n\n")
    assert "Connection: close" in closed
    assert "Connection: keep-alive" in kept


async def test_head_gets_the_length_and_no_body() -> None:
    async with serving(body=b"12345") as port:
        head, body = await spoken(port, "HEAD / HTTP/1.1\nHost: x\nConnection: close\n\n")
    assert "Content-Length: 5" in head
    assert body == b""


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_that_cannot_have_a_body_have_no_length(status: int) -> None:
    async with serving(status, body=b"") as port:
        head, body = await spoken(port, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n")
    assert not [line for line in head if line.startswith("Content-Length")]
    assert body == b""


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b"])
async def test_a_header_that_would_break_out_of_its_line_is_not_sent(value: str) -> None:
    async with serving(headers={"Location": value}) as port:
        head, body = await spoken(port, "GET / HTTP/1.1\nHost: x\nConnection: close\n\n")
    assert "Set-Cookie" not in " ".join(head)
    assert body == b""
