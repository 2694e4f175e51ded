"""Bringing messages to providers over HTTP: one request each over connections that are kept open, and the answer as an outcome.

From the first byte of a request until its answer the message is in doubt, as one is by SMTP after its last line.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from server.domain.errors import Later, Unprocessable
from server.domain.mail import addressing, provider_refusals
from server.outbound.mail_apis.handing import Hand
from server.outbound.mail_apis.letters import Letter
from server.services.email.settling import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.outbound.mail_apis.handing import Handed
    from server.outbound.mail_apis.letters import ApiAccount
    from server.services.email.doubts import Doubts
    from server.services.email.settling import Attempt


class ProviderCourier:
    """The connections to providers of one thread."""

    def __init__(self, doubts: Doubts) -> None:
        """Take what counts the messages in doubt."""
        self._doubts = doubts
        self._hands: dict[ApiAccount, Hand] = {}

    def bring(self, account: ApiAccount, transport: str, attempt: Attempt, body: bytes, settle: Callable[[Outcome], None]) -> Outcome | None:
        """Hand a message over, unsigned; returns why that did not work, None when it was settled."""
        began = time.monotonic()
        sender = addressing.mailbox(attempt.message["sender"]).address
        letter = Letter(sender, attempt.work.address, body, attempt.work.id)
        same: dict[str, Any] = {"source": transport, "host": urlsplit(account.endpoint).netloc}
        with self._doubts.of(account.endpoint):
            try:
                handed = self._hand(account).over(letter)
            except Unprocessable as error:
                return Outcome(None, text=error.detail, reason="contenterror", **same)
            except Later as error:
                return Outcome(None, text=error.detail, reason="networkerror", command="CONN", **same)
            same |= {"command": "DATA", "milliseconds": round((time.monotonic() - began) * 1000)}
            if handed.accepted:
                settle(_taken(handed, same))
                return None
        return _refused(account.provider, handed, same)

    def _hand(self, account: ApiAccount) -> Hand:
        if account not in self._hands:
            self._hands[account] = Hand(account)
        return self._hands[account]

    def close(self) -> None:
        """End every connection."""
        for hand in self._hands.values():
            hand.close()
        self._hands.clear()


def _taken(handed: Handed, same: dict[str, Any]) -> Outcome:
    text = f"Taken as {handed.identity}" if handed.identity else "Taken"
    return Outcome(accepted=True, code=250, text=text, identity=handed.identity or None, **same)


def _refused(provider: str, handed: Handed, same: dict[str, Any]) -> Outcome:
    meant = provider_refusals.verdict(provider, handed.status, handed.words)
    return Outcome(meant.accepted, code=meant.code, enhanced=meant.enhanced, text=handed.words, reason=meant.reason, **same)
