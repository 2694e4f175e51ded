"""What tests of sending under load stand on: a sink's process, a filled queue, and what the sink has been given."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import make_msgid
from pathlib import Path

from server.domain.mail.addressing import mailbox
from server.services.email import queueing
from server.services.email.composing import Draft, compose
from server.services.email.queueing import Submission
from server.store import database
from tests.pace import until
from tests.peers.ports import free_port, listens
from tests.server.main.program import ROOT, environment
from tests.tenants import person

SENDER = mailbox("Shop <orders@example.com>")


class MailSink:
    """A sink's process, and the file of what it was given."""

    def __init__(self, port: int, path: Path) -> None:
        self.port, self.path = port, path

    def given(self) -> Counter[str]:
        """Return how often each recipient got something."""
        return Counter(line.split("\t")[0] for line in self._lines())

    def header_ids(self) -> dict[str, set[str]]:
        """Return the Message-IDs that each recipient got."""
        found: dict[str, set[str]] = {}
        for line in self._lines():
            to, _, header = line.partition("\t")
            found.setdefault(to, set()).add(header)
        return found

    def _lines(self) -> list[str]:
        text = self.path.read_text() if self.path.exists() else ""
        return text.splitlines()

    def count(self) -> int:
        """Return how many messages came."""
        return self.path.read_bytes().count(b"\n") if self.path.exists() else 0


@contextmanager
def sinking(folder: Path, *, answer_ms: int = 0) -> Iterator[MailSink]:
    """Run a sink within the block."""
    found = MailSink(free_port(), folder / "sink.log")
    command = [sys.executable, "-m", "tests.appliance.mail_sink", str(found.port), str(found.path), str(answer_ms)]
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as process:
        try:
            until(lambda: listens(found.port))
            yield found
        finally:
            process.kill()


def fill(count: int, *, stream: str = "transactional", domain: str = "customer.test", prefix: str = "p", size: int = 2_000) -> list[str]:
    """Put messages to as many recipients into the queue, and return their addresses."""
    alice = person("alice")
    body = "A line of some length that is written again and again.\n" * (size // 55)
    addresses = [f"{prefix}{number}@{domain}" for number in range(count)]
    with database.transaction():
        for number, address in enumerate(addresses):
            to, header_id = mailbox(address), make_msgid(domain="example.com")
            draft = Draft(header_id, SENDER, [to], f"Message {number}", 0, text=body)
            new = Submission(SENDER, {"to": [to]}, draft.subject, compose(draft, largest=10**7), header_id, stream=stream)
            queueing.enqueue(alice, new)
    return addresses
