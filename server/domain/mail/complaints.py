"""Complaints: abuse reports (RFC 5965) and the older form in which one large provider returns the message complained of.

Only what a report states is taken for the recipient; where the reporter has blanked it, there is none, and the message it
encloses tells by its own marks which of ours it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Final

from server.domain.mail.reading import read

if TYPE_CHECKING:
    from server.domain.mail.reading import Mail, Part

FEEDBACK_TYPES: Final = ("abuse", "fraud", "virus", "opt-out", "opt-out-list", "not-spam", "auth-failure", "miscategorized", "other")
# The types at which nothing more is sent to who complained.
SUPPRESSING: Final = frozenset({"abuse", "opt-out", "opt-out-list", "fraud"})
_FIELD: Final = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_ADDRESS: Final = re.compile(r"[^\s<>;,:\"]+@[^\s<>;,:\"]+")
_RETURNED: Final = re.compile(r"(?i)^complaint about message from")
_RETURNING: Final = re.compile(r"(?i)staff@hotmail\.|@(?:[\w.]+\.)?(?:hotmail|outlook|live)\.com")


@dataclass(frozen=True, slots=True)
class Complaint:
    """Who complained, as far as it is said, and why; `returned` is the message complained of, as far as it came back."""

    feedback_type: str
    recipients: tuple[str, ...]
    returned: Mail | None = None


def complaint(mail: Mail) -> Complaint | None:
    """Return the complaint that a message is, or None."""
    for part in mail.parts:
        if part.media_type == "message/feedback-report":
            return _reported(mail, part.text())
    if mail.parameter("report-type") == "feedback-report":
        return _reported(mail, mail.text())
    if _RETURNED.match(mail.header("subject")) and _RETURNING.search(mail.header("from")):
        returned = returned_copy(mail)
        original = returned.addresses("x-hmxmroriginalrecipient", "to") if returned else []
        return Complaint("abuse", tuple(original), returned)
    return None


def returned_copy(mail: Mail) -> Mail | None:
    """Return the message that this one encloses, whole or only its headers; None when it encloses none."""
    for part in mail.parts:
        if part.encloses:
            return read(_enclosed(part))
    return None


def _enclosed(part: Part) -> bytes:
    payload = part.message.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return part.content()
    return part.content().lstrip()


def _reported(mail: Mail, text: str) -> Complaint:
    fields = [(name.casefold(), value.strip()) for name, value in _FIELD.findall(text)]
    kind = next((value.casefold() for name, value in fields if name == "feedback-type"), "other")
    stated = [address for name, value in fields if name in {"original-rcpt-to", "removal-recipient"} for address in _ADDRESS.findall(value)]
    returned = returned_copy(mail)
    recipients = stated or (returned.addresses("to") if returned else [])
    return Complaint(kind if kind in FEEDBACK_TYPES else "other", tuple(dict.fromkeys(address.casefold() for address in recipients)), returned)
