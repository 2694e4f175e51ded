"""Sending a lot: each message once more held against what may have changed since it was taken in, then brought and settled.

Checked at each attempt: the deadline, suppressions, the day's share of a warm-up, and who really takes the mail of the domain.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError, Later, Skip
from server.domain.mail import addressing
from server.services.email import return_paths, routing, settling, suppressions, tracking, warmups
from server.services.email.queueing import suppressed_detail
from server.services.email.settling import Attempt, Outcome
from server.store import email_messages
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.services.email.courier import Courier
    from server.services.email.desk import Lot, MailDesk
    from server.services.email.routing import Plan
    from server.store.email_queue import TakenRecipient
    from server.store.tables import Row
    from server.system.settings import Settings

_WAIT_MS: Final = 60_000


class LotSender:
    """Brings the messages of one lot; `left` are the recipients that are still in hand."""

    def __init__(self, lot: Lot, courier: Courier, desk: MailDesk, settings: Settings) -> None:
        """Take the lot; nothing is sent yet."""
        self._lot = lot
        self._courier = courier
        self._desk = desk
        self._settings = settings
        self._plans: dict[tuple[str, str | None, str, int], Plan] = {}
        self.left = [work.id for work in lot.works]

    def run(self, stopping: Callable[[], bool]) -> None:
        """Bring every message, or put back what is left when something keeps all of them from being brought."""
        later: dict[str, int] = {}
        # What breaks in the middle must not come round at once, again and again.
        again = clock.now_ms() + _WAIT_MS
        try:
            found = email_messages.contents(sorted({work.message_id for work in self._lot.works}))
            if self._is_elsewhere(found):
                again = clock.now_ms()
                return
            for work in self._lot.works:
                if stopping():
                    break
                due = self._bring(work, found.get(work.message_id))
                if due is not None:
                    later[work.id] = due
                self.left.remove(work.id)
            again = clock.now_ms()
        finally:
            self._desk.give_back(dict.fromkeys(self.left, again) | later)

    def _is_elsewhere(self, found: dict[str, tuple[Row, bytes]]) -> bool:
        """Find out who takes mail for the domain; when it is another site than was thought, the lot is put back for that one's turn."""
        domain = self._lot.lane.domain
        if not any(routing.DIRECT in self._plan(row).transports for row, _ in found.values()):
            return False
        try:
            site = routing.site_of(domain).site
        except (Later, Skip):
            return False
        if site == self._lot.site:
            return False
        self._desk.learn(domain, site)
        return True

    def _plan(self, message: Row) -> Plan:
        key = (message["account_id"] or message["mode"], message["tracking"], message["origin"], message["personal"])
        if key not in self._plans:
            self._plans[key] = routing.plan(message, self._settings.email)
        return self._plans[key]

    def _bring(self, work: TakenRecipient, found: tuple[Row, bytes] | None) -> int | None:
        """Bring one message; returns when it is to be tried again, where that is not for a server to say."""
        if found is None:
            message: dict[str, Any] = {"header_id": "", "sender": "", "sender_domain": "", "subject": "", "metadata": "{}"}
            gone = Outcome(None, "none", text="What the message said has been removed.", reason="contenterror", final=True)
            settling.settle(Attempt(work, message, self._lot.site), gone, self._desk.lease)
            return None
        message, body = found
        plan = self._plan(message)
        attempt = Attempt(work, {**message, "return_path": _return_path(message, work)}, self._lot.site, plan.retry_schedule)
        settle = partial(settling.settle, attempt, lease=self._desk.lease)
        if work.deadline_at <= clock.now_ms():
            settling.expire(attempt, self._desk.lease)
            return None
        block = suppressions.check(work.tenant_id, work.mode, work.stream, [work.address]).get(work.address)
        if block is not None:
            settling.withhold(attempt, block["reason"], suppressed_detail(block), self._desk.lease)
            return None
        transports = warmups.admitted(work.tenant_id, work.mode, plan.transports, self._lot.site)
        if not transports and plan.transports:
            return warmups.next_day(clock.now_ms())
        try:
            copy = tracking.copy_for(work, message, body, plan.wanted, self._settings.server.public_url)
            self._courier.bring(attempt, copy, transports, settle)
        except JunctionError as error:
            settle(Outcome(None, "none", text=error.detail, reason="systemerror"))
        return None


def _return_path(message: Row, work: TakenRecipient) -> str:
    """Return the envelope sender: one that names the recipient, unless the message goes through an account, whose server wants its own."""
    sender = addressing.mailbox(message["sender"]).address
    if message["account_id"]:
        return sender
    return return_paths.make(work.tenant_id, work.mode, message["sender_domain"], work.id) or sender
