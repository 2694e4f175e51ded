"""A connection that costs a bounded amount: an endless line, or bytes without end that make no message, are cut off with the reason."""

from __future__ import annotations

from typing import Any, Final

from aiosmtpd.smtp import SMTP

LONGEST_LINE: Final = 1_000_000
"""Bytes that are read of a line, most of them to throw away, before whoever sends it is sent off."""
_REFUSED_MESSAGES: Final = 2
_COMMANDS: Final = 100_000
_SIGN_INS: Final = 5


class BoundedSmtp(SMTP):
    """The library's protocol; it bounds what is kept of a message by itself, but not what is sent."""

    def __init__(self, handler: Any, *, most: int, **named: Any) -> None:
        """Take the size of the largest message, and what the library takes."""
        super().__init__(handler, data_size_limit=most, command_call_limit={"AUTH": _SIGN_INS, "*": _COMMANDS}, **named)
        self._most = _REFUSED_MESSAGES * most + LONGEST_LINE
        self._line = 0
        self.unused = 0
        """Bytes that came since a message was whole; whoever takes one sets it back."""

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is too much."""
        end = data.rfind(b"\n")
        self._line = len(data) - end - 1 if end >= 0 else self._line + len(data)
        self.unused += len(data)
        if self._line > LONGEST_LINE:
            self._send_off(b"500 5.5.2 A line without end")
        elif self.unused > self._most:
            self._send_off(b"552 5.3.4 Too much that is no message")
        else:
            super().data_received(data)

    def _send_off(self, words: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(words + b"\r\n")  # type: ignore[attr-defined]
            self.transport.close()
