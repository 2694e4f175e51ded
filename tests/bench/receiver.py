"""A receiver that answers 200 to every POST and counts them, as cheaply as Python can.

python -m tests.bench.receiver PORT      GET / answers the count
"""

from __future__ import annotations

import asyncio
import sys

import uvloop

COUNT = 0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Receiver(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        global COUNT  # noqa: PLW0603 - one counter for the process
        buffer = self.buffer + data
        while (head := buffer.find(b"\r\n\r\n")) >= 0:
            if buffer.startswith(b"GET"):
                text = str(COUNT).encode()
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
                buffer = buffer[head + 4 :]
                continue
            lower = buffer[:head].lower()
            at = lower.find(b"content-length:")
            end = lower.find(b"\r\n", at)
            length = int(lower[at + 15 : end if end >= 0 else head])
            if len(buffer) < head + 4 + length:
                break
            COUNT += 1
            buffer = buffer[head + 4 + length :]
            self.transport.write(ANSWER)
        self.buffer = buffer


async def serve(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
