"""The watcher of tenants' mailboxes: a thread for each account that mail is fetched from, by IDLE where there is IMAP, else by polling.

A mailbox that fails is tried again after a while that grows, and hurts no other. Which accounts there are is looked at again and again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, NeedsUser
from server.services.email import accounts, fetching, inbound_policies
from server.store import database, email_accounts
from server.system import logs

if TYPE_CHECKING:
    from server.services.email.inbound_policies import InboundPolicy
    from server.system.settings import Settings

    Row = dict[str, Any]

_LOOK_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 60.0
_FIRST_WAIT_SECONDS: Final = 2.0
_LONGEST_WAIT_SECONDS: Final = 300.0
log = logs.get_logger()


class MailboxWatcher:
    """Watches until told to stop."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing runs yet."""
        self._most = settings.email.max_mailboxes
        self._otherwise = inbound_policies.of_appliance(settings)
        self._stopping = threading.Event()
        self._watched: dict[str, _Mailbox] = {}
        self._thread = threading.Thread(target=self._look, name="mailboxes")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wind_down(self) -> None:
        """Take nothing more; returns at once."""
        self._stopping.set()

    def stop(self) -> None:
        """Take nothing more, and wait for what is under way."""
        self.wind_down()
        self._thread.join()
        for mailbox in self._watched.values():
            mailbox.end()

    def _look(self) -> None:
        database.relax()
        while not self._stopping.wait(0):
            try:
                self._compare({row["id"]: row for row in email_accounts.receiving()})
            except JunctionError as error:
                log.warning("mailboxes_not_read", reason=error.stable_code)
            self._stopping.wait(_LOOK_SECONDS)
        database.close()

    def _compare(self, wanted: dict[str, Row]) -> None:
        """End the threads of accounts that are gone or were changed, and begin those that are new."""
        for account_id, mailbox in list(self._watched.items()):
            if account_id not in wanted or wanted[account_id]["version"] != mailbox.version or not mailbox.is_alive():
                self._watched.pop(account_id).end()
        for account_id, row in wanted.items():
            if account_id not in self._watched and len(self._watched) < self._most:
                self._watched[account_id] = _Mailbox(row, self._otherwise)


class _Mailbox:
    """One account's thread."""

    def __init__(self, row: Row, otherwise: InboundPolicy) -> None:
        self._otherwise = otherwise
        self.version = row["version"]
        self._row = row
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"mailbox-{row['id']}", daemon=True)
        self._thread.start()

    def is_alive(self) -> bool:
        """Tell whether the thread runs; one that a bug has ended is begun anew."""
        return self._thread.is_alive()

    def end(self) -> None:
        """Fetch nothing more. The thread may wait for its server for seconds; what it has taken in is committed."""
        self._ended.set()
        self._thread.join(_LOOK_SECONDS)

    def _run(self) -> None:
        database.relax()
        wait = _FIRST_WAIT_SECONDS
        while not self._ended.is_set():
            try:
                pause, wait = self._turn(), _FIRST_WAIT_SECONDS
            except JunctionError as error:
                log.info("mailbox_failed", account_id=self._row["id"], tenant_id=self._row["tenant_id"], reason=error.detail)
                fetching.note(self._row, error)
                pause = wait = min(wait * 2, _LONGEST_WAIT_SECONDS) if not isinstance(error, NeedsUser) else _LONGEST_WAIT_SECONDS
            self._ended.wait(pause)
        database.close()

    def _turn(self) -> float:
        """Fetch, and return how long to wait before the next turn."""
        if accounts.servers_of(self._row).get("imap"):
            fetching.watch(self._row, self._ended.is_set, self._otherwise)
            return 0.0
        fetching.fetch(self._row, self._otherwise)
        fetching.note(self._row, None)
        return _POLL_SECONDS
