"""A third real mail server that returns mail, in words of its own: OpenSMTPD, unpacked beside the test environment, in a root of its own.

Its paths and users are built into it, so it is given a folder as its root that holds them and the libraries it needs, and nothing else.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pace import until
from tests.peers.ports import free_ports, listens

UNPACKED = Path(sys.prefix) / "peers/opensmtpd"
PROGRAM = "usr/sbin/smtpd"
_FOLDERS = ("dev", "etc", "tmp", "var/lib/opensmtpd/empty", "var/run", "var/spool")
_CONFIGURATION = """
listen on 127.0.0.1 port {port} hostname mx.opensmtpd.test
action "back" relay host smtp://127.0.0.1:{back}
action "onward" relay host smtp://127.0.0.1:{onward}
match from any for domain "bounce.example.com" action "back"
match from any for any action "onward"
"""
_FILES = {
    "etc/passwd": "root:x:0:0::/:/bin/false\nopensmtpd:x:8:8::/var/lib/opensmtpd/empty:/bin/false\nopensmtpq:x:9:9::/:/bin/false\n",
    "etc/group": "root:x:0:\nopensmtpd:x:8:\nopensmtpq:x:9:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/mailname": "mx.opensmtpd.test\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "etc/resolv.conf": "",
}


class OpenSMTPD:
    """Where it listens, and how it is started with the ports that it relays to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_ports(("smtp",))["smtp"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, onward: int, back: int) -> None:
        """Relay everything to one port, and mail to return paths to another."""
        self._furnish()
        (self.root / "etc/smtpd.conf").write_text(_CONFIGURATION.format(port=self.port, onward=onward, back=back))
        with (self.root / "log").open("wb") as log:
            self._process = subprocess.Popen(["chroot", self.root, f"/{PROGRAM}", "-d"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(lambda: listens(self.port), why=(self.root / "log").read_text)

    def stop(self) -> None:
        """Stop it, if it was started; its own processes end with the first one."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def _furnish(self) -> None:
        shutil.copytree(UNPACKED, self.root, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns("doc", "man", "systemd", "init.d"))
        for folder in _FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for name, content in _FILES.items():
            (self.root / name).write_text(content)
        for library in libraries(UNPACKED / PROGRAM):
            place = self.root / library.relative_to("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, place)
        os.mknod(self.root / "dev/null", 0o020666, os.makedev(1, 3))


def libraries(program: Path) -> list[Path]:
    """Return the files that a program is linked with, its loader among them; empty when one is missing."""
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return [] if "not found" in said else [Path(one) for one in re.findall(r"(/\S+) \(0x", said)]


@pytest.fixture
def opensmtpd() -> Iterator[Callable[[int, int], OpenSMTPD]]:
    """Return a function that starts an OpenSMTPD which relays to one port and returns to another; needs root."""
    if not (UNPACKED / PROGRAM).exists() or not libraries(UNPACKED / PROGRAM) or os.geteuid() != 0:
        pytest.skip(f"no third mail server: there is no {UNPACKED / PROGRAM}, or a library of it is missing, or this is not root")
    root = Path(tempfile.mkdtemp(prefix="junction-opensmtpd-"))
    root.chmod(0o755)
    server = OpenSMTPD(root)

    def start(onward: int, back: int) -> OpenSMTPD:
        server.start(onward, back)
        return server

    yield start
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
