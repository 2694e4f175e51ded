"""An encrypted, authenticated, compressed stream: what a backup file is made of.

    16   the word JUNCTION-BACKUP and a line break
     4   version 1, and scrypt's cost: log2(N), r, p
    16   salt of the passphrase
     n   chunks of 1 MiB, the last one shorter, each AES-256-GCM with its tag behind it

A chunk's nonce is its number and whether it is the last; the head is authenticated with every chunk. So no chunk can be
changed, moved, left out or cut off unnoticed (the STREAM construction, https://eprint.iacr.org/2015/189). What is encrypted
is a zlib stream.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from typing import IO, TYPE_CHECKING, Final

from server.domain.errors import Denied, Unprocessable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"JUNCTION-BACKUP\n"
VERSION: Final = 1
COST: Final = (17, 8, 1)
"""OWASP's first choice of scrypt parameters: 128 MiB of memory for each guess."""
HIGHEST_COST: Final = 20
CHUNK: Final = 2**20
TAG: Final = 16
_PARAMETERS: Final = struct.Struct(">BBBB")
_NONCE: Final = struct.Struct(">7xIB")


class Writer:
    """Writes an archive to a file that is open for writing bytes."""

    def __init__(self, file: IO[bytes], passphrase: str, cost: tuple[int, int, int] = COST) -> None:
        """Write the head."""
        self._file = file
        self._head = MAGIC + _PARAMETERS.pack(VERSION, *cost) + os.urandom(16)
        self._cipher = _cipher(passphrase, self._head)
        self._squeeze = zlib.compressobj(6)
        self._waiting = bytearray()
        self._number = 0
        file.write(self._head)

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self._waiting += self._squeeze.compress(content)
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Write what waits; without this an archive counts as cut off."""
        self._waiting += self._squeeze.flush()
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_NONCE.pack(self._number, last), chunk, self._head))
        self._number += 1


class Reader:
    """Reads an archive from a file that is open for reading bytes."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        """Read the head. Raises Unprocessable when this is no archive, or one of a newer program."""
        self._file = file
        self._head = file.read(len(MAGIC) + _PARAMETERS.size + 16)
        if not self._head.startswith(MAGIC) or len(self._head) != len(MAGIC) + _PARAMETERS.size + 16:
            raise Unprocessable("This is not a backup of Junction.", code="not_a_backup")
        version, *cost = _PARAMETERS.unpack_from(self._head, len(MAGIC))
        if version != VERSION:
            raise Unprocessable(f"This backup has format {version}, which this program does not know; upgrade it first.", code="backup_newer")
        if cost[0] > HIGHEST_COST or 0 in cost:
            raise _damaged()
        self._cipher = _cipher(passphrase, self._head)
        self._widen = zlib.decompressobj()
        self._number = 0
        self._next = file.read(CHUNK + TAG)
        self._ready = bytearray()

    def read(self, size: int) -> bytes:
        """Return exactly this many bytes. Raises Denied for a wrong passphrase, Unprocessable for a damaged or cut archive."""
        while len(self._ready) < size and self._next:
            self._open()
        if len(self._ready) < size:
            raise _damaged()
        found = bytes(self._ready[:size])
        del self._ready[:size]
        return found

    def line(self) -> bytes:
        """Return the bytes up to the next line break, without it."""
        while (end := self._ready.find(b"\n")) < 0:
            if not self._next:
                raise _damaged()
            self._open()
        return self.read(end + 1)[:-1]

    def _open(self) -> None:
        from cryptography.exceptions import InvalidTag

        chunk, self._next = self._next, self._file.read(CHUNK + TAG)
        try:
            squeezed = self._cipher.decrypt(_NONCE.pack(self._number, not self._next), chunk, self._head)
            self._ready += self._widen.decompress(squeezed)
        except (InvalidTag, zlib.error):
            if self._number == 0:
                raise Denied("The passphrase is wrong, or the backup was damaged at its beginning.", code="wrong_passphrase") from None
            raise _damaged() from None
        self._number += 1


def _damaged() -> Unprocessable:
    return Unprocessable("The backup is damaged or was cut off.", code="backup_damaged")


def _cipher(passphrase: str, head: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    _, log2_n, r, p = _PARAMETERS.unpack_from(head, len(MAGIC))
    n = 2**log2_n
    key = hashlib.scrypt(passphrase.encode(), salt=head[-16:], n=n, r=r, p=p, maxmem=256 * n * r + 2**20, dklen=32)
    return AESGCM(key)
