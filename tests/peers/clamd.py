"""Virus scanners: the real clamd where it is installed, knowing one signature, and a small peer that can also misbehave."""

from __future__ import annotations

import shutil
import socketserver
import struct
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.pace import until
from tests.peers.ports import listens

# The harmless file that every scanner takes for a virus (https://www.eicar.org/download-anti-malware-testfile/), in two halves, so that no
# scanner takes this file for one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """A peer that speaks clamd's protocol over TCP; `answer` is what it says of everything, None lets it look for EICAR."""

    def __init__(self) -> None:
        self.answer: bytes | None = None
        self.most: int | None = None
        self.seen: list[bytes] = []
        scanner = self

        class Talk(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                scanner.talk(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.address = f"tcp://127.0.0.1:{self._server.server_address[1]}"

    def talk(self, link: Any) -> None:
        """Read one command, and answer it."""
        command = read_until_zero(link)
        if command == b"zPING":
            link.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM"
        found = bytearray()
        while size := struct.unpack("!I", read_exactly(link, 4))[0]:
            found += read_exactly(link, size)
            if self.most is not None and len(found) > self.most:
                link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(bytes(found))
        if self.answer is None:
            link.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in found else b"stream: OK\0")
        else:
            link.sendall(self.answer)

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def read_until_zero(link: Any) -> bytes:
    """Return what comes before a zero byte."""
    found = b""
    while not found.endswith(b"\0"):
        found += read_exactly(link, 1)
    return found[:-1]


def read_exactly(link: Any, size: int) -> bytes:
    """Return so many bytes."""
    found = b""
    while len(found) < size:
        part = link.recv(size - len(found))
        if not part:
            raise ConnectionError
        found += part
    return found


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    """Yield a small scanner."""
    found = Scanner()
    yield found
    found.close()


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a real clamd that knows the test signature only."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no virus scanner: there is no clamd on the PATH")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    address = folder / "socket"
    (folder / "conf").write_text(f"LocalSocket {address}\nDatabaseDirectory {folder / 'signatures'}\nForeground yes\nStreamMaxLength 1M\n")
    with subprocess.Popen([program, "-c", str(folder / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: listens(address))
            yield f"unix://{address}"
        finally:
            process.terminate()
