"""The watcher of mailboxes against a real mail store."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.system import settings as loading
from server.worker.mailboxes import MailboxWatcher
from tests.pace import quickest, until
from tests.peers.dovecot import Dovecot
from tests.server.services.email.test_fetching import account, bring, subjects


@pytest.mark.criterion("email-24")
def test_new_mail_shows_within_three_seconds_also_after_the_server_ended_the_connection(alice: Actor, dovecot: Dovecot, tmp_path: Path) -> None:
    account(alice, dovecot, "imaps")
    watcher = MailboxWatcher(loading.load(tmp_path, {}, {}))
    watcher.start()
    try:
        bring(dovecot, 1)
        until(lambda: subjects(alice) == ["Mail 1"])
        numbers = count(2)

        def shown() -> None:
            number = next(numbers)
            bring(dovecot, number)
            until(lambda: len(subjects(alice)) == number)

        assert quickest(shown, 3) < 3
        dovecot.kick()
        shown()
    finally:
        watcher.stop()
