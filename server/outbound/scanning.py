"""Asking a virus scanner: clamd's INSTREAM command over TCP or a Unix socket (https://docs.clamav.net/manual/Usage/Scanning.html#clamd).

The content goes piece by piece, each behind its length in four bytes; a length of zero ends it, and one line answers.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.errors import Later

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 120
_LONGEST_ANSWER: Final = 4096
_LENGTH: Final = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says: clean, or not with the name of what it found; neither when it could not look, with its reason."""

    clean: bool
    found: str | None = None
    problem: str | None = None


def scan(address: str, pieces: Iterable[bytes], *, seconds: float = _ANSWER_SECONDS) -> Verdict:
    """Have content looked at by the scanner at `tcp://host:port` or `unix:///path`. Raises Later when it does not answer in time."""
    try:
        with _connected(address) as link:
            link.settimeout(seconds)
            answer = _send(link, pieces)
    except OSError as error:
        raise Later("The virus scanner does not answer.", code="scanner_unavailable", retry_after=30) from error
    return _verdict(answer)


def _connected(address: str) -> socket.socket:
    scheme, _, rest = address.partition("://")
    if scheme == "unix":
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(_CONNECT_SECONDS)
        try:
            link.connect(rest)
        except OSError:
            link.close()
            raise
    else:
        host, _, port = rest.rpartition(":")
        link = socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS)
    link.settimeout(_ANSWER_SECONDS)
    return link


def _send(link: socket.socket, pieces: Iterable[bytes]) -> str:
    link.sendall(b"zINSTREAM\0")
    try:
        for piece in pieces:
            link.sendall(_LENGTH.pack(len(piece)) + piece)
        link.sendall(_LENGTH.pack(0))
    except (BrokenPipeError, ConnectionResetError):
        # It has seen enough, or more than it takes; what it says about that may still be read.
        return _answer(link)
    return _answer(link)


def _answer(link: socket.socket) -> str:
    found = b""
    while b"\0" not in found and len(found) < _LONGEST_ANSWER and (part := link.recv(_LONGEST_ANSWER)):
        found += part
    if not found:
        message = "the scanner hung up without an answer"
        raise ConnectionError(message)
    return found.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _verdict(answer: str) -> Verdict:
    """Read `stream: OK`, `stream: <name> FOUND` or anything else, which is no clean bill."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict(clean=True)
    if said.endswith(" FOUND"):
        return Verdict(clean=False, found=said.removesuffix(" FOUND")[:200])
    return Verdict(clean=False, problem=said[:200])


def answers(address: str) -> bool:
    """Tell whether the scanner is there, for whoever examines the appliance."""
    try:
        with _connected(address) as link:
            link.sendall(b"zPING\0")
            return _answer(link) == "PONG"
    except OSError:
        return False
