"""A connection that costs a bounded amount: an endless line, bytes without end that make no message, or hardly any, are cut off with the reason."""

from __future__ import annotations

from typing import Any, Final

from aiosmtpd.smtp import SMTP

LONGEST_LINE: Final = 1_000_000
"""Bytes that are read of a line, most of them to throw away, before whoever sends it is sent off."""
_REFUSED_MESSAGES: Final = 2
_COMMANDS: Final = 100_000
_SIGN_INS: Final = 5
_PACE: Final = 256 * 1024
"""Bytes that earn a sender its time anew: a large message over a slow line is no reason to cut it off, a byte now and then is one."""


class BoundedSmtp(SMTP):
    """The library's protocol; it bounds what is kept of a message by itself, but not what is sent."""

    def __init__(self, handler: Any, *, most: int, **named: Any) -> None:
        """Take the size of the largest message, and what the library takes."""
        super().__init__(handler, data_size_limit=most, command_call_limit={"AUTH": _SIGN_INS, "*": _COMMANDS}, **named)
        self._most = _REFUSED_MESSAGES * most + LONGEST_LINE
        self._line = self._earned = 0
        self.unused = 0
        """Bytes that came since a message was whole; whoever takes one sets it back."""

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is too much."""
        end = data.rfind(b"\n")
        self._line = len(data) - end - 1 if end >= 0 else self._line + len(data)
        self.unused += len(data)
        self._earn(len(data))
        if self._line > LONGEST_LINE:
            self.send_off(b"500 5.5.2 A line without end")
        elif self.unused > self._most:
            self.send_off(b"552 5.3.4 Too much that is no message")
        else:
            super().data_received(data)

    def _earn(self, count: int) -> None:
        self._earned += count
        if self._earned >= _PACE:
            self._earned = 0
            self._reset_timeout()

    def _timeout_cb(self) -> None:
        self.send_off(b"421 4.4.2 Nothing came for too long")

    async def push(self, status: Any) -> None:
        """Say something; that a message is too large is said with the size that is not."""
        if isinstance(status, str) and status.startswith("552 Error"):
            most = (self.data_size_limit or 0) / 1_000_000
            status = f"552 5.3.4 The message is too large: at most {most:g} MB are taken here; share the files by a link instead"
        await super().push(status)

    def send_off(self, words: bytes) -> None:
        """Say why, and hang up."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(words + b"\r\n")  # type: ignore[attr-defined]
            self.transport.close()
