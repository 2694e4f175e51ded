"""`junction mail inspect`: what each file of mail is. Needs no data folder; every file is an entry, also one that cannot be read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain.mail.judging import ORDINARY, Judgement, judge_mail
from server.domain.mail.reading import LARGEST, Mail, read
from server.domain.mail.trust import UNKNOWN, identity

if TYPE_CHECKING:
    from server.main.invocation import Invocation

_SHOWN: Final = ("address", "action", "status", "reason", "hard")
_TELLING: Final = min(LARGEST, 8 * 1024 * 1024)


def inspect(invocation: Invocation) -> None:
    """Print one list with what each file is."""
    invocation.answer([_entry(name) for name in invocation.files])


def _entry(name: str) -> dict[str, Any]:
    try:
        with Path(name).open("rb") as file:
            raw = file.read(_TELLING)
    except (OSError, ValueError) as error:
        return _said(name, Judgement(ORDINARY), None, f"cannot be read: {error}")
    mail = read(raw)
    if not mail.message.keys():
        return _said(name, Judgement(ORDINARY), mail, mail.problem or "has no header, so it is no mail")
    return _said(name, judge_mail(mail), mail, mail.problem)


def _said(name: str, judgement: Judgement, mail: Mail | None, problem: str | None) -> dict[str, Any]:
    authentication = UNKNOWN
    people = [{key: value for key, value in asdict(one).items() if key in _SHOWN} for one in judgement.recipients]
    entry = {
        "file": name,
        "kind": judgement.kind,
        "recipients": people,
        "authentication": authentication,
        "identity": mail and identity(mail, authentication),
    }
    if judgement.feedback_type:
        entry["feedback_type"] = judgement.feedback_type
    return entry | ({"problem": problem} if problem else {})
