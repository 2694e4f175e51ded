"""What machines report that is neither bounce nor complaint: DMARC and TLS reports, read receipts; and services' JSON notes in mail."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.mail.reading import storable
from server.domain.mail.reports import DeliveryStatus

if TYPE_CHECKING:
    from server.domain.mail.reading import Mail

_REPORT_TYPES: Final = frozenset({"tlsrpt", "disposition-notification", "dmarc"})
_REPORT_PARTS: Final = frozenset({"application/tlsrpt+gzip", "application/tlsrpt+json", "message/disposition-notification"})
_DMARC_SUBJECT: Final = re.compile(
    r"(?i)\breport domain: ?\S+.{0,200}(?:submitter|report-id)|^dmarc (?:aggregate )?report|\[?(?:preview\]? ?)report domain:"
)
_DMARC_FILE: Final = re.compile(r"(?i)^[^!\s]+![^!\s]+!\d+!\d+(?:![^!\s]+)?\.(?:xml|zip|gz|xml\.gz)$")
_LONGEST_NOTE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """A service's note about recipients: that they complained, or what became of their message."""

    complaint: bool
    statuses: tuple[DeliveryStatus, ...]


def is_report(mail: Mail) -> bool:
    """Tell whether this is a report from one machine to another: DMARC, TLS (RFC 8460), or a read receipt (RFC 8098)."""
    kinds = {part.media_type for part in mail.parts}
    if mail.parameter("report-type") in _REPORT_TYPES or kinds & _REPORT_PARTS or mail.media_type() in _REPORT_PARTS:
        return True
    return any(_DMARC_FILE.match(part.file_name) for part in mail.parts) or bool(_DMARC_SUBJECT.search(mail.header("subject")))


def service_event(mail: Mail) -> ServiceEvent | None:
    """Return what Amazon SES tells by mail (https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html), or None."""
    text = mail.text()[:_LONGEST_NOTE].lstrip()
    if not text.startswith("{"):
        return None
    try:
        note, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return _event(note) if isinstance(note, dict) else None


def _event(note: dict[str, Any]) -> ServiceEvent | None:
    if isinstance(inner := note.get("Message"), str) and inner.startswith("{"):
        try:
            note = json.loads(inner)
        except (ValueError, RecursionError):
            return None
    kind = str(note.get("notificationType") or note.get("eventType") or "").casefold()
    section = note.get(kind)
    if kind not in {"bounce", "complaint", "delivery"} or not isinstance(section, dict):
        return None
    people = section.get("bouncedRecipients") or section.get("complainedRecipients") or section.get("recipients") or []
    statuses = tuple(_status(one, kind, section) for one in people if isinstance(one, dict | str)) if isinstance(people, list) else ()
    return ServiceEvent(kind == "complaint", statuses) if statuses else None


def _status(person: dict[str, Any] | str, kind: str, section: dict[str, Any]) -> DeliveryStatus:
    if isinstance(person, str):
        person = {"emailAddress": person}
    person = {name: storable(value) if isinstance(value, str) else value for name, value in person.items()}
    action = "delivered" if kind == "delivery" else str(person.get("action") or "failed")
    said = storable(str(person.get("diagnosticCode") or section.get("smtpResponse") or "")).removeprefix("smtp;").strip()
    return DeliveryStatus(str(person.get("emailAddress", "")), "", action, str(person.get("status") or ""), said)
