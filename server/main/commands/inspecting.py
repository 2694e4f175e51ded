"""`junction mail inspect`: what each file of mail is. Needs no data folder; every file is an entry, also one that cannot be read.

A mailbox file of several messages is one entry with all their recipients, and `messages` says what each of them is.

Signatures and policies are looked up as long as name servers answer; a host without any pays for that once, not once a file.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain.mail.judging import ORDINARY, Judgement, judge_mail
from server.domain.mail.mbox import messages_in
from server.domain.mail.parsing import LARGEST
from server.domain.mail.reading import Mail, read
from server.domain.mail.trust import UNKNOWN, identity

if TYPE_CHECKING:
    from server.main.invocation import Invocation

_SHOWN: Final = ("address", "action", "status", "reason", "hard")
_SLOW_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = 15.0


def inspect(invocation: Invocation) -> None:
    """Print one list with what each file is."""
    inspector = Inspector()
    invocation.answer([inspector.entry(name) for name in invocation.files])


class Inspector:
    """Looks at files, and loses patience with name servers that do not answer."""

    def __init__(self) -> None:
        """Begin with all the patience there is."""
        self._patience = _PATIENCE_SECONDS

    def entry(self, name: str) -> dict[str, Any]:
        """Return what a file is."""
        try:
            with Path(name).open("rb") as file:
                raw = file.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            return {"file": name, **_said(Judgement(ORDINARY), None, UNKNOWN, f"cannot be read: {error}")}
        found = [self._judged(one) for one in messages_in(raw)]
        return {"file": name, **(found[0] if len(found) == 1 else _together(found))}

    def _judged(self, raw: bytes) -> dict[str, Any]:
        mail = read(raw)
        if not mail.message.keys():
            return _said(Judgement(ORDINARY), mail, UNKNOWN, mail.problem or "has no header, so it is no mail")
        return _said(judge_mail(mail), mail, self._authentication(raw), mail.problem)

    def _authentication(self, raw: bytes) -> dict[str, str]:
        if len(raw) > LARGEST:
            return dict.fromkeys(UNKNOWN, "permerror")  # a signature covers the whole, of which this is the beginning
        if self._patience <= 0:
            return dict.fromkeys(UNKNOWN, "temperror")
        from server.services.email.authentication import authenticate  # half of the command's time, and only for what is mail

        began = time.monotonic()
        try:
            return authenticate(raw).words
        finally:
            taken = time.monotonic() - began
            self._patience -= taken if taken > _SLOW_SECONDS else 0


def _together(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a file of several messages is: its first report's kind, everybody whom any of them names, and each by itself."""
    kind = next((one["kind"] for one in found if one["kind"] != ORDINARY), ORDINARY)
    return {**found[0], "kind": kind, "recipients": [person for one in found for person in one["recipients"]], "messages": found}


def _said(judgement: Judgement, mail: Mail | None, words: dict[str, str], problem: str | None) -> dict[str, Any]:
    people = [{key: value for key, value in asdict(one).items() if key in _SHOWN} for one in judgement.recipients]
    entry = {"kind": judgement.kind, "recipients": people, "authentication": words, "identity": mail and identity(mail, words)}
    if judgement.feedback_type:
        entry["feedback_type"] = judgement.feedback_type
    return entry | ({"problem": problem} if problem else {})
