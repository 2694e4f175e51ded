"""A real mail server that returns mail: Postfix in a folder of its own, which relays everything to one address on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pace import until
from tests.peers.ports import free_ports, listens

_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.postfix.test
mydestination =
mynetworks = 127.0.0.0/8
maillog_file_prefixes = {root}
maillog_file = {root}/log
disable_dns_lookups = yes
smtp_host_lookup = native
transport_maps = inline:{{ {{ bounce.example.com = smtp:[127.0.0.1]:{back} }} }}
default_transport = smtp:[127.0.0.1]:{onward}
notify_classes =
"""


class Postfix:
    """Where it listens, and how it is started with the ports that it relays to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_ports(("smtp",))["smtp"]

    def start(self, onward: int, back: int) -> None:
        """Relay everything to one port, and mail to return paths to another."""
        distributed = Path("/usr/share/postfix/master.cf.dist").read_text()
        lines = [line for line in distributed.splitlines() if line and not line.startswith("#")]
        services = [line for line in lines if not line.startswith("smtp      inet")]
        plain = [" ".join([*line.split()[:4], "n", *line.split()[5:]]) if not line.startswith(" ") else line for line in services]
        (self.root / "master.cf").write_text("\n".join([f"127.0.0.1:{self.port} inet n - n - - smtpd", *plain]) + "\n")
        (self.root / "main.cf").write_text(_MAIN.format(root=self.root, onward=onward, back=back))
        self._say("start")
        log = self.root / "log"
        until(lambda: listens(self.port), why=lambda: log.read_text() if log.exists() else "it says nothing")

    def stop(self) -> None:
        """Stop it."""
        self._say("stop")

    def _say(self, word: str) -> None:
        with (self.root / "said").open("ab") as said:
            done = subprocess.run(["postfix", "-c", str(self.root), word], check=False, stdout=said, stderr=said)
        assert done.returncode == 0 or word == "stop", (self.root / "said").read_text() + (self.root / "log").read_text()


@pytest.fixture
def postfix() -> Iterator[Callable[[int, int], Postfix]]:
    """Return a function that starts a Postfix which relays to one port and returns to another; needs root."""
    if shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin") is None or os.geteuid() != 0:
        pytest.skip("no mail server: there is no postfix on the PATH, or this is not root")
    # Not below pytest's own folder, which nobody but root may enter.
    root = Path(tempfile.mkdtemp(prefix="junction-postfix-"))
    root.chmod(0o755)
    (root / "queue").mkdir()
    (root / "lib").mkdir()
    shutil.chown(root / "lib", "postfix")
    server = Postfix(root)

    def start(onward: int, back: int) -> Postfix:
        server.start(onward, back)
        return server

    yield start
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
