"""How many signed messages a second leave the queue for a sink, beside a bare loop that signs and sends the same ones.

Both take the same messages, sign them with the same RSA-2048 key, and hand them to the same sink's process.
"""

from __future__ import annotations

import smtplib
import statistics
import tempfile
import time
from pathlib import Path

from server.services.email import signing
from server.store import database, email_messages, schema
from server.worker.mail import MailSender
from tests.appliance.mailroom import MailSink, fill, sinking
from tests.mailing import sending_settings, verified
from tests.pace import until
from tests.tenants import TENANT_A, using
from tests.tenants import fill as people

MESSAGES = 1_500
PAIRS = 3
GOAL = 300.0
RATIO = 0.5


def bare(sink: MailSink, bodies: list[bytes]) -> float:
    """Sign and send messages in a plain loop, and return how many a second that were."""
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="out.example.com") as client:
        for number, body in enumerate(bodies):
            client.sendmail("orders@example.com", [f"f{number}@customer.test"], signing.sign(TENANT_A, "live", "example.com", body))
    return len(bodies) / (time.monotonic() - began)


def product(sink: MailSink, folder: Path, count: int, prefix: str) -> float:
    """Fill the queue, start a sender, and return messages a second between the first tenth and the last."""
    fill(count, prefix=prefix)
    before = sink.count()
    sender = MailSender(sending_settings(folder, **{"email.relay": f"smtp://127.0.0.1:{sink.port}", "email.threads": 4}))
    sender.start()
    until(lambda: sink.count() >= before + count // 10, 60)
    began, low = time.monotonic(), sink.count()
    until(lambda: sink.count() >= before + count, 120)
    took, high = time.monotonic() - began, sink.count()
    sender.stop()
    return (high - low) / took


def measure(count: int = MESSAGES, pairs: int = PAIRS) -> list[tuple[float, float]]:
    """Return pairs of messages a second, of the sender and of the bare loop, taken in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with using(f"sqlite:///{folder / 'junction.sqlite3'}"), sinking(folder) as sink:
            schema.migrate()
            people()
            verified(TENANT_A, "example.com", algorithm="rsa-sha256")
            found = []
            for turn in range(pairs):
                fast = product(sink, folder, count, f"p{turn}-")
                ids = [row[0] for row in database.rows("SELECT id FROM email_messages ORDER BY id DESC LIMIT ?", (count // 2,))]
                found.append((fast, bare(sink, [body for _, body in email_messages.contents(ids).values()])))
    return found


def line(found: list[tuple[float, float]]) -> tuple[str, bool]:
    """Return what is said of the figures, and whether the goals are met."""
    rate = statistics.median(ours for ours, _ in found)
    ratio = statistics.median(ours / floor for ours, floor in found)
    floor = statistics.median(floor for _, floor in found)
    said = f"send signed mail   {rate:8.0f}/s   bare loop {floor:8.0f}/s   ratio {ratio:.2f} (goals {GOAL:.0f}/s, {RATIO})"
    return said, rate >= GOAL and ratio >= RATIO
