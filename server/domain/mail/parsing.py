"""Parsing a message within bounds: what a stranger sends never costs many times its own size, whatever it is made of.

The parser gets the bytes piece by piece and is stopped when it has made more parts or lines than anybody writes; what it has by then
is the message. Only the bytes that were kept for the message itself are untouched: a line without an end is broken for the parser.
"""

from __future__ import annotations

import email.policy
from email.feedparser import BytesFeedParser
from email.message import Message
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 2000
MOST_LINES: Final = 600_000
MOST_HEADERS: Final = 1000
_PIECE: Final = 16 * 1024
_LONGEST_LINE: Final = 4 * 1024 * 1024


class _Part(Message):
    """A part that keeps no more headers than anybody writes."""

    def set_raw(self, name: str, value: Any) -> None:
        """Keep a header as it was read."""
        if len(self) < MOST_HEADERS:
            super().set_raw(name, value)


def parse(raw: bytes) -> tuple[Message, str | None]:
    """Return a message, and why it is not all there when it is not. Raises whatever the library raises of strangers' bytes."""
    made = lines = 0

    def part(**options: Any) -> Message:
        nonlocal made
        made += 1
        return _Part(**options)

    parser = BytesFeedParser(part, policy=email.policy.compat32)
    for piece in _pieces(raw):
        parser.feed(piece)
        lines += max(piece.count(b"\n"), piece.count(b"\r"))
        if made > MOST_PARTS:
            return parser.close(), f"only the first {MOST_PARTS} parts were read"
        if lines > MOST_LINES:
            return parser.close(), f"only the first {MOST_LINES} lines were read"
    return parser.close(), f"only the first {LARGEST} bytes were read" if len(raw) > LARGEST else None


def _pieces(raw: bytes) -> Iterator[bytes]:
    unbroken = 0
    for place in range(0, min(len(raw), LARGEST), _PIECE):
        piece = raw[place : min(place + _PIECE, LARGEST)]
        unbroken = 0 if b"\n" in piece or b"\r" in piece else unbroken + len(piece)
        if unbroken >= _LONGEST_LINE:
            piece, unbroken = piece + b"\n", 0
        yield piece
