"""The way back of a test: the message that an account sent to itself is looked for in its mailbox, by IMAP or by POP3.

Nothing in the mailbox is changed, and the message stays there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol, cast

from server.domain.errors import JunctionError, NeedsUser
from server.outbound.imap import ImapSession
from server.outbound.pop3 import Pop3Session
from server.services.email import fetching
from server.services.email.account_walks import StepFailed

if TYPE_CHECKING:
    import ssl

    from server.outbound.imap import MailServer
    from server.services.email.account_walks import Walk
    from server.store.tables import Row

WAIT_SECONDS: Final = 6.0
_PAUSE_SECONDS: Final = 0.25


class _Mailbox(Protocol):
    def holds(self, header_id: str) -> bool: ...
    def close(self) -> None: ...


def walk(row: Row, header_id: str | None, steps: Walk, context: ssl.SSLContext | None, seconds: float) -> None:
    """Sign in to an account's mailbox and find the message there; without one, only open the inbox. Raises StepFailed."""
    session = _opened(row, context, seconds)
    try:
        steps.done("mailbox_auth")
        until = time.monotonic() + WAIT_SECONDS
        # Looking for nothing in particular still shows that the inbox can be read.
        while not session.holds(header_id or "<nothing>") and header_id is not None:
            if time.monotonic() > until:
                raise StepFailed("fetch", f"The message {header_id} was not in the inbox within {WAIT_SECONDS:g} s.")
            time.sleep(_PAUSE_SECONDS)
            session = _again(session, row, context, seconds)
    except JunctionError as error:
        raise error if isinstance(error, StepFailed) else StepFailed("fetch", error.detail) from error
    finally:
        session.close()
    steps.done("fetch", "The message came back." if header_id else "The inbox can be read.")


def _opened(row: Row, context: ssl.SSLContext | None, seconds: float) -> _Mailbox:
    """Return a session that is signed in, by IMAP where the account has both. Raises StepFailed."""
    try:
        imap, pop3 = fetching.server_of(row, "imap"), fetching.server_of(row, "pop3")
    except JunctionError as error:
        raise StepFailed("mailbox_auth", error.detail) from error
    try:
        return ImapSession(imap, context, seconds) if imap else Pop3Session(cast("MailServer", pop3), context, seconds)
    except NeedsUser as error:
        raise StepFailed("mailbox_auth", error.detail) from error
    except JunctionError as error:
        raise StepFailed("mailbox_connect", error.detail) from error


def _again(session: _Mailbox, row: Row, context: ssl.SSLContext | None, seconds: float) -> _Mailbox:
    """Return a session that sees what came meanwhile: by POP3 that is another one."""
    if isinstance(session, ImapSession):
        return session
    session.close()
    return _opened(row, context, seconds)
