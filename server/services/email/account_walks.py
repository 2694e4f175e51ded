"""Walking through an account step by step, up to the first that fails: which steps there are, what each took, and what mends it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Later

if TYPE_CHECKING:
    from collections.abc import Sequence

SMTP: Final = ("dns", "connect", "greeting", "tls", "auth", "send")
API: Final = ("dns", "connect", "auth", "send")
MAILBOX: Final = ("mailbox_connect", "mailbox_auth", "fetch")
REMEDIES: Final = {
    "dns": "Check the name of the server; the DNS knows no address of it.",
    "connect": "Check host and port, and whether a firewall lets this connection out.",
    "greeting": "The server answers, but will not talk to this host; its words say why.",
    "tls": "Check the port and the kind of TLS: 465 speaks it from the first byte, 587 after STARTTLS; the certificate must be the server's own.",
    "auth": "Check user name and password or key; many providers want a password for applications, or XOAUTH2.",
    "send": "The server took the sign-in but not the message; its words say why.",
    "mailbox_connect": "Check host, port and kind of TLS of the mailbox: 993 is IMAP, 995 POP3, both in TLS from the first byte.",
    "mailbox_auth": "Check whether the provider lets programs into this mailbox, and whether it wants another password for it.",
    "fetch": "The message was taken but is not in the inbox: it may be late, be filtered into another folder, or belong to another mailbox.",
}
_ENTERING: Final = ("mailbox_connect", "mailbox_auth")
_SENDING_WORKS: Final = "Sending works. "


class StepFailed(Later):
    """A step failed; `said` is the number of the server's answer where it gave one."""

    code = "mail_unreachable"

    def __init__(self, step: str, detail: str, said: int | None = None) -> None:
        """Take the step and the words."""
        super().__init__(detail)
        self.step = step
        self.said = said


class Walk:
    """The steps so far; those that are planned and not noted are not reached."""

    def __init__(self, planned: Sequence[str]) -> None:
        """Take the steps in their order."""
        self.began = self._since = time.monotonic()
        self._planned = planned
        self._noted: dict[str, dict[str, Any]] = {}

    def done(self, step: str, detail: str | None = None, code: int | None = None) -> None:
        """Note that a step and all before it went well."""
        for one in self._planned[: self._planned.index(step)]:
            if one not in self._noted:
                self._note(one, "done")
        self._note(step, "done", detail, code)

    def failed(self, error: StepFailed) -> None:
        """Note the step that failed; those before it went well."""
        for one in self._planned[: self._planned.index(error.step)]:
            if one not in self._noted:
                self._note(one, "done")
        self._note(error.step, "failed", error.detail, error.said)

    def _note(self, step: str, state: str, detail: str | None = None, code: int | None = None) -> None:
        now = time.monotonic()
        taken, self._since = round((now - self._since) * 1000), now
        remedy = _SENDING_WORKS * (step in _ENTERING and "send" in self._planned) + REMEDIES[step] if state == "failed" else None
        self._noted[step] = {"step": step, "state": state, "milliseconds": taken, "detail": detail, "code": code, "remedy": remedy}

    def steps(self) -> list[dict[str, Any]]:
        """Return every planned step as it went."""
        unreached = {"state": "not_reached", "milliseconds": 0, "detail": None, "code": None, "remedy": None}
        return [self._noted.get(step) or {"step": step, **unreached} for step in self._planned]
