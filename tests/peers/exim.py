"""A second real mail server that returns mail, in words of its own: Exim, unpacked beside the test environment, in a folder of its own.

Debian lets only one mail server be installed, so this one is only unpacked; the users it was built for are known to its processes alone.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.peers.ports import free_ports

PROGRAM = Path(sys.prefix) / "peers/exim/usr/sbin/exim4"
_WRAPPER = "libnss_wrapper.so"
_CONFIGURATION = """
exim_path = {program}
primary_hostname = mx.exim.test
exim_user = mail
exim_group = mail
spool_directory = {root}/spool
log_file_path = {root}/%slog
pid_file_path = {root}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
domainlist local_domains =
acl_smtp_rcpt = accept
acl_smtp_data = accept
tls_advertise_hosts =
host_lookup =
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
begin routers
back:
  driver = manualroute
  domains = bounce.example.com
  route_list = * 127.0.0.1
  self = send
  transport = back
onward:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = onward
begin transports
onward:
  driver = smtp
  port = {onward}
  allow_localhost
back:
  driver = smtp
  port = {back}
  allow_localhost
begin retry
* * F,2h,1s
"""


class Exim:
    """Where it listens, and how it is started with the ports that it relays to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_ports(("smtp",))["smtp"]

    def start(self, onward: int, back: int) -> None:
        """Relay everything to one port, and mail to return paths to another."""
        named = {"program": PROGRAM, "root": self.root, "port": self.port, "onward": onward, "back": back}
        (self.root / "configuration").write_text(_CONFIGURATION.format(**named))
        for kind, line in (("passwd", "Debian-exim:x:8:8::/:/bin/false"), ("group", "Debian-exim:x:8:")):
            (self.root / kind).write_text(f"{Path('/etc', kind).read_text().rstrip()}\n{line}\n")
        users = {"LD_PRELOAD": _WRAPPER, "NSS_WRAPPER_PASSWD": f"{self.root}/passwd", "NSS_WRAPPER_GROUP": f"{self.root}/group"}
        subprocess.run([PROGRAM, "-C", self.root / "configuration", "-bd"], check=True, env={**os.environ, **users})
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < until, [path.read_text() for path in self.root.glob("*log")]
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it, if it was started."""
        if (self.root / "pid").exists():
            os.kill(int((self.root / "pid").read_text()), signal.SIGTERM)


@pytest.fixture
def exim() -> Iterator[Callable[[int, int], Exim]]:
    """Return a function that starts an Exim which relays to one port and returns to another; needs root."""
    wrapped = any(Path("/usr/lib").glob(f"*/{_WRAPPER}"))
    if not PROGRAM.exists() or not wrapped or os.geteuid() != 0:
        pytest.skip(f"no second mail server: there is no {PROGRAM} or no libnss-wrapper, or this is not root")
    root = Path(tempfile.mkdtemp(prefix="junction-exim-"))
    shutil.chown(root, "mail", "mail")
    root.chmod(0o755)
    server = Exim(root)

    def start(onward: int, back: int) -> Exim:
        server.start(onward, back)
        return server

    yield start
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
