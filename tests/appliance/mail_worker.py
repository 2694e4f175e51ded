"""A sender of mail as a process of its own, over a database that a test has filled, until it is killed.

python -m tests.appliance.mail_worker FOLDER PORT
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

from server.worker.mail import MailSender
from tests.mailing import sending_settings
from tests.tenants import using


def main(folder: Path, port: str) -> None:
    """Send through the relay at a port."""
    with using(f"sqlite:///{folder / 'junction.sqlite3'}"):
        MailSender(sending_settings(folder, **{"email.relay": f"smtp://127.0.0.1:{port}", "email.threads": 4})).start()
        print("sending", flush=True)
        Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
