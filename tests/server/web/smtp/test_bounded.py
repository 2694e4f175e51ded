"""Whoever sends without end is sent off with the reason, whatever it pretends to be; an ordinary sender never notices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.web.smtp import bounded
from server.web.smtp.bounded import BoundedSmtp

MOST = 20_000
HELLO = b"EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n"


class Door:
    """Takes everything."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - the library's name
        server.unused = 0
        self.taken += 1
        return "250 2.0.0 taken"


async def told(*pieces: bytes, most: int = 100) -> tuple[bytes, int]:
    """Return what the server says to these pieces, sent again and again while it listens, and how many messages it took."""
    door, loop = Door(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedSmtp(door, most=MOST, hostname="x", loop=loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    said = bytearray()

    async def listen() -> None:
        while piece := await reader.read(65_536):
            said.extend(piece)

    listening = asyncio.create_task(listen())
    try:
        for turn in range(most):
            writer.write(pieces[min(turn, len(pieces) - 1)])
            await writer.drain()
    except ConnectionError:
        pass
    else:
        writer.write(b"QUIT\r\n")
    async with asyncio.timeout(20):
        try:
            await listening
        except ConnectionError:
            said.extend(b"(cut off)")
    writer.close()
    server.close()
    return bytes(said), door.taken


@pytest.mark.parametrize("before", [b"", HELLO])
def test_an_endless_line_is_cut_off(before: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST_LINE", 50_000)
    said, taken = asyncio.run(told(before + b"x", b"x" * 10_000))
    assert b"500 5.5.2" in said or said.endswith(b"(cut off)")
    assert b"221" not in said
    assert taken == 0


def test_a_message_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST_LINE", 50_000)
    said, taken = asyncio.run(told(HELLO, b"A line of it.\r\n" * 700))
    assert b"552 5.3.4" in said or said.endswith(b"(cut off)")
    assert b"221" not in said
    assert taken == 0


async def test_many_messages_one_after_the_other_are_all_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST_LINE", 1_000)
    door, loop = Door(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedSmtp(door, most=MOST, hostname="x", loop=loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for _ in range(30):
        writer.write(HELLO + b"A line of it.\r\n" * 700 + b".\r\n")
        async with asyncio.timeout(10):
            assert b"250 2.0.0 taken" in await reader.readuntil(b"taken\r\n")
    writer.close()
    server.close()
    assert door.taken == 30
