"""A real name server: NSD on a free port, serving zones that a test writes and changes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

from server.outbound import dns as asked
from tests.pace import until
from tests.peers.ports import free_port

_HEAD = "$TTL 60\n@ IN SOA ns.invalid. hostmaster.invalid. {serial} 60 60 3600 60\n@ IN NS ns.invalid.\n"


class NameServer:
    """An authoritative server. It refuses what lies in none of its zones, as a resolver that has failed does."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._serial = folder, 0
        self._zones: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"

    def serve(self, zones: dict[str, str]) -> None:
        """Serve these zones from now on, each given as lines of a zone file; what our look-ups remember is forgotten."""
        self.change(zones)
        asked.install([self.address])

    def change(self, zones: dict[str, str]) -> None:
        """Serve these zones instead of those before, and return when they are served."""
        self.stop()
        self._serial += 1
        self._zones = dict(zones)
        for name, lines in zones.items():
            (self._folder / f"{name}.zone").write_text(f"$ORIGIN {name}.\n" + _HEAD.format(serial=self._serial) + lines + "\n", "utf-8")
        config = self._folder / "nsd.conf"
        config.write_text(self._config(), "utf-8")
        program = shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin")
        assert program is not None
        self._process = subprocess.Popen([program, "-d", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(next(iter(zones)))

    def stop(self) -> None:
        """Stop answering."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _config(self) -> str:
        zones = "".join(f'zone:\n  name: "{name}"\n  zonefile: "{self._folder / name}.zone"\n' for name in self._zones)
        paths = "".join(
            f'  {key}: "{value}"\n'
            for key, value in {
                "pidfile": self._folder / "nsd.pid",
                "database": "",
                "zonelistfile": self._folder / "zone.list",
                "xfrdfile": self._folder / "xfrd.state",
                "logfile": self._folder / "log",
                "zonesdir": self._folder,
                "chroot": "",
                "username": "",
            }.items()
        )
        return f"server:\n  ip-address: 127.0.0.1@{self.port}\n  server-count: 1\n{paths}remote-control:\n  control-enable: no\n{zones}"

    def _wait(self, zone: str) -> None:
        question = dns.message.make_query(f"{zone}.", "SOA")

        def answers() -> bool:
            with suppress(OSError, dns.exception.DNSException):
                return bool(dns.query.tcp(question, "127.0.0.1", timeout=5, port=self.port).answer)
            return False

        until(answers, why=lambda: (self._folder / "log").read_text("utf-8"))


@pytest.fixture
def name_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    """Yield a real name server that serves nothing yet; while it is there, our own look-ups go to it."""
    if not (shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin")):
        pytest.skip("no name server: there is no nsd on the PATH")
    found = NameServer(tmp_path_factory.mktemp("nsd"))
    yield found
    found.stop()
    asked.install()
