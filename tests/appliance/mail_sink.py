"""A mail server as a process of its own, fast and plain: it writes down who got which message before it says that it has it.

python -m tests.appliance.mail_sink PORT FILE [MILLISECONDS]      each line of the file: recipient, Message-ID
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import IO

_HEADER = re.compile(rb"(?mi)^Message-ID:\s*(<[^>]*>)")


class Session(asyncio.Protocol):
    """One connection; commands may come together (RFC 2920)."""

    def __init__(self, log: IO[bytes], wait: float) -> None:
        self._log, self._wait = log, wait
        self._buffer = b""
        self._to = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers: list[bytes] = []
        while True:
            if self._in_data:
                end = self._buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                body, self._buffer = self._buffer[:end], self._buffer[end + 5 :]
                self._in_data = False
                found = _HEADER.search(body)
                self._log.write(self._to + b"\t" + (found[1] if found else b"") + b"\n")
                self._log.flush()
                if self._wait:
                    asyncio.get_running_loop().call_later(self._wait, self._transport.write, b"250 2.0.0 taken\r\n")
                else:
                    answers.append(b"250 2.0.0 taken\r\n")
                continue
            line, newline, rest = self._buffer.partition(b"\r\n")
            if not newline:
                break
            self._buffer = rest
            answers.append(self._answer(line))
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250 ENHANCEDSTATUSCODES\r\n"
        if verb == b"RCPT":
            self._to = line.partition(b"<")[2].partition(b">")[0]
        if verb == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
            return b""
        return b"250 2.0.0 fine\r\n"


async def main(port: int, path: str, wait: float) -> None:
    """Serve until killed."""
    with open(path, "ab") as log:  # noqa: ASYNC230, PTH123 - a line is written before it is acknowledged
        server = await asyncio.get_running_loop().create_server(lambda: Session(log, wait), "127.0.0.1", port, backlog=100)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 0.0))
