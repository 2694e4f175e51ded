"""A real mail store: Dovecot with IMAP, POP3 and LMTP on loopback, its own certificate, and the user alice@test.local."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.outbound import guard
from tests.pace import until
from tests.peers.ports import free_ports, listens

USER, PASSWORD = "alice@test.local", "s3cret"
_CONF = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap pop3 lmtp
listen = 127.0.0.1
mail_location = maildir:{root}/mail/%u
disable_plaintext_auth = yes
ssl = required
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
first_valid_uid = 1
auth_failure_delay = 0
mailbox_idle_check_interval = 1s
default_login_user = {login}
default_internal_user = {internal}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid=1000 gid=1000 home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where its services listen, and the certificate that they show."""

    root: Path
    ports: dict[str, int]

    def context(self) -> ssl.SSLContext:
        """Return a context that trusts it."""
        return ssl.create_default_context(cafile=str(self.root / "cert.pem"))

    def deliver(self, raw: bytes) -> None:
        """Put a mail into Alice's mailbox."""
        with smtplib.LMTP("127.0.0.1", self.ports["lmtp"]) as client:
            client.sendmail("sender@example.com", [USER], raw)

    def empty(self) -> None:
        """Throw the mailbox away, with everything that numbered its mails."""
        shutil.rmtree(self.root / "mail" / USER, ignore_errors=True)

    def kick(self) -> None:
        """End every connection of Alice's."""
        subprocess.run(["doveadm", "-c", str(self.root / "dovecot.conf"), "kick", USER], check=True, capture_output=True)


def start(dovecot: Dovecot) -> None:
    """Start it, and wait until it listens."""
    # A pipe would be kept open by the daemon.
    subprocess.run(["dovecot", "-c", str(dovecot.root / "dovecot.conf")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: listens(dovecot.ports["imaps"]), why=(dovecot.root / "log").read_text)


def stop(root: Path) -> None:
    """Stop it by its own program, and wait until it is gone."""
    subprocess.run(["dovecot", "-c", str(root / "dovecot.conf"), "stop"], check=False, capture_output=True)
    until(lambda: not (root / "run" / "master.pid").exists())


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """Yield a Dovecot that runs; needs root, since it changes to the users whose mail it keeps."""
    if shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") is None or os.geteuid() != 0:
        pytest.skip("no mail store: there is no dovecot on the PATH, or this is not root")
    # Not below pytest's own folder, which nobody but root may enter.
    root = Path(tempfile.mkdtemp(prefix="junction-dovecot-"))
    root.chmod(0o755)
    found = Dovecot(root, free_ports(("imap", "imaps", "pop3", "pop3s", "lmtp")))
    (root / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (root / "mail").mkdir()
    os.chown(root / "mail", 1000, 1000)
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", names]
    subprocess.run([*request, "-keyout", str(root / "key.pem"), "-out", str(root / "cert.pem")], check=True, capture_output=True)
    (root / "dovecot.conf").write_text(_CONF.format(root=root, login="dovenull", internal="dovecot", **found.ports))
    start(found)
    yield found
    stop(root)
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def dovecot(dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """Yield a Dovecot with an empty mailbox, trusted by this process and reachable through the guard."""
    dovecot_server.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_server.root / "cert.pem"))
    guard.install(["127.0.0.1:1", *(f"127.0.0.1:{port}" for port in dovecot_server.ports.values())])
    yield dovecot_server
    guard.install([])
