"""An answer that is whole before it is sent: status line, headers and body in one write (RFC 9112).

What comes in pieces (streams, downloads) stays with the library's own responses. A header that would break out of its
line raises ValueError before a byte is sent.
"""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from time import time
from typing import TYPE_CHECKING, Final
from wsgiref.handlers import format_date_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

_BODILESS: Final = frozenset({204, 304})
_STATUS_LINES: Final = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


class Whole:
    """One answer, with as much of aiohttp's StreamResponse as its server asks for.

    `headers` are all but Date, Content-Length and Connection; `keep_alive` tells whether the connection goes on after it.
    """

    __slots__ = ("_fields", "_whole", "keep_alive", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Take what to send; nothing is checked or sent before `prepare`."""
        self.status = status
        self._fields = headers
        self._whole = body
        self.keep_alive = False

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send it. Raises ConnectionResetError when the caller has gone."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The caller has gone.")
        self.keep_alive = request.keep_alive
        head = self._head(request.version >= (1, 1))
        transport.write(head if request.method == "HEAD" or not self._whole else head + self._whole)

    def _head(self, modern: bool) -> bytes:  # noqa: FBT001 - HTTP/1.1 or before
        fields = self._fields
        text = "".join([f"{name}: {value}\r\n" for name, value in fields.items()])
        if text.count("\n") != len(fields) or text.count("\r") != len(fields) or "\0" in text:
            raise ValueError("a header holds a line break")
        length = "" if self.status in _BODILESS else f"Content-Length: {len(self._whole)}\r\n"
        connection = "" if self.keep_alive and modern else f"Connection: {'keep-alive' if self.keep_alive else 'close'}\r\n"
        return f"{_STATUS_LINES[self.status]}{text}{length}{connection}Date: {_date(int(time()))}\r\n\r\n".encode()

    async def write_eof(self) -> None:
        """Nothing is left to send."""


@lru_cache(maxsize=2)
def _date(seconds: int) -> str:
    return format_date_time(seconds)
