"""What providers tell of mail they took: each one's events in one shape. A table per provider; what is not about a recipient is left out.

Nothing here is believed of itself: whoever calls has verified that the provider said it, and finds out whose message it was.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from server.domain.mail.judging import BOUNCE, COMPLAINT, REPORT, Judgement, Outcome
from server.domain.mail.replies import classify_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Told = Mapping[str, Any]

Happened = Literal["delivered", "delayed", "bounced", "complained", "open", "click", "unsubscribed"]
_KEPT: Final = 1000
_LATEST: Final = 1 << 40
"""Seconds since 1970 that no clock here will show."""
_MARK: Final = "recipient"
_UNDEFINED: Final = "undefined"
_CODE: Final = re.compile("[2-5][0-9][0-9]")


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One thing that happened to one recipient's copy. `key` tells it from every other event of the provider's.

    The rest of the first lines says whose it is: our own mark, the provider's ids of the message, its Message-ID and envelope sender.
    `permanent` is the provider's own word; "" and 0 stand where it says nothing.
    """

    happened: Happened
    key: str
    at_ms: int
    address: str
    mark: str = ""
    identities: tuple[str, ...] = ()
    header_id: str = ""
    return_path: str = ""
    code: int = 0
    status: str = ""
    said: str = ""
    permanent: bool = False
    feedback_type: str = ""
    url: str = ""
    agent: str = ""

    def judgement(self) -> Judgement | None:
        """Return what it says of the recipient, as a returned message would; None for opens, clicks and unsubscriptions."""
        if self.happened == "delivered":
            return Judgement(REPORT, (self._outcome("delivered", "delivered", hard=False),))
        if self.happened == "complained":
            return Judgement(COMPLAINT, (self._outcome("complained", "feedback", hard=False),), self.feedback_type or "abuse")
        if self.happened not in {"bounced", "delayed"}:
            return None
        refusal = classify_reply(self.code or None, self.status, self.said)
        # Where its words say nothing, a provider that calls the address dead is believed.
        unexplained = self.permanent and refusal.reason == _UNDEFINED
        reason, hard = ("userunknown", True) if unexplained else (refusal.reason, refusal.hard and self.permanent)
        action = "delayed" if self.happened == "delayed" else "failed"
        return Judgement(BOUNCE, (self._outcome(action, reason, hard=hard and action == "failed"),))

    def _outcome(self, action: str, reason: str, *, hard: bool) -> Outcome:
        return Outcome(self.address, action, self.status, reason, hard, self.said[:_KEPT])


def read(provider: str, payload: Any) -> list[ProviderEvent]:
    """Return what a provider's message tells, in its order; empty where it tells of nothing that is known here."""
    return list(_READERS[provider](payload))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _part(told: Told, name: str) -> Told:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _code(value: Any) -> int:
    """Return a reply code of SMTP (RFC 5321 section 4.2.1), 0 for what is none."""
    return int(found[0]) if (found := _CODE.fullmatch(str(value))) else 0


def _milliseconds(seconds: Any) -> int:
    return round(seconds * 1000) if isinstance(seconds, int | float) and 0 <= seconds < _LATEST else 0


def _moment(text: Any) -> int:
    try:
        return round(datetime.fromisoformat(str(text)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


# https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
_SENDGRID: Final[dict[str, Happened]] = {
    "delivered": "delivered", "deferred": "delayed", "bounce": "bounced", "dropped": "bounced", "spamreport": "complained", "open": "open",
    "click": "click", "unsubscribe": "unsubscribed", "group_unsubscribe": "unsubscribed",
}  # fmt: skip
_BLOCKED: Final = "blocked"


def _sendgrid(payload: Any) -> Iterator[ProviderEvent]:
    for one in payload if isinstance(payload, list) else [payload]:
        happened = _SENDGRID.get(_text(one.get("event"))) if isinstance(one, dict) else None
        if happened is None:
            continue
        yield ProviderEvent(
            happened,
            _text(one.get("sg_event_id")) or _digest(one),
            _milliseconds(one.get("timestamp")),
            _text(one.get("email")),
            mark=_text(one.get(_MARK)),
            identities=_prefixes(_text(one.get("sg_message_id"))),
            header_id=_text(one.get("smtp-id")),
            status=_text(one.get("status")),
            said=_text(one.get("reason")) or _text(one.get("response")),
            permanent=one.get("event") == "bounce" and one.get("type") != _BLOCKED,
            url=_text(one.get("url")),
            agent=_text(one.get("useragent")),
        )


def _prefixes(message_id: str) -> tuple[str, ...]:
    """Return what a message may have been called when it was taken: an event's own id of it goes on behind a dot."""
    words = message_id.split(".")
    return tuple(".".join(words[:count]) for count in range(1, len(words) + 1)) if message_id else ()


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


# https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure
_MAILGUN: Final[dict[str, Happened]] = {
    "delivered": "delivered", "failed": "bounced", "rejected": "bounced", "complained": "complained", "opened": "open", "clicked": "click",
    "unsubscribed": "unsubscribed",
}  # fmt: skip


def _mailgun(payload: Any) -> Iterator[ProviderEvent]:
    one = _part(payload, "event-data") if isinstance(payload, dict) else {}
    happened = _MAILGUN.get(_text(one.get("event")))
    if happened is None:
        return
    header_id = _text(_part(_part(one, "message"), "headers").get("message-id"))
    outcome, temporary = _part(one, "delivery-status"), one.get("severity") == "temporary"
    yield ProviderEvent(
        "delayed" if temporary else happened,
        _text(one.get("id")) or _digest(one),
        _milliseconds(one.get("timestamp")),
        _text(one.get("recipient")),
        mark=_text(_part(one, "user-variables").get(_MARK)),
        identities=(header_id, f"<{header_id}>") if header_id else (),
        header_id=f"<{header_id}>" if header_id else "",
        return_path=_text(_part(one, "envelope").get("sender")),
        code=_code(outcome.get("code")),
        status=_text(outcome.get("enhanced-code")),
        said=_text(outcome.get("message")) or _text(outcome.get("description")) or _text(one.get("reason")),
        permanent=one.get("severity") == "permanent",
        url=_text(one.get("url")),
        agent=_text(_part(one, "client-info").get("user-agent")),
    )


# Its name, then the member that tells of it, and the members of that which name the recipients.
# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html, and notification-contents.html beside it
_SES: Final[dict[str, tuple[Happened, str, str]]] = {
    "Delivery": ("delivered", "delivery", "recipients"),
    "DeliveryDelay": ("delayed", "deliveryDelay", "delayedRecipients"),
    "Bounce": ("bounced", "bounce", "bouncedRecipients"),
    "Complaint": ("complained", "complaint", "complainedRecipients"),
    "Reject": ("bounced", "reject", ""),
    "Open": ("open", "open", ""),
    "Click": ("click", "click", ""),
    "Subscription": ("unsubscribed", "subscription", ""),
}
_PERMANENT: Final = "Permanent"


def _ses(payload: Any) -> Iterator[ProviderEvent]:
    """Read what a topic hands on: the service's own document is a text inside."""
    try:
        note = json.loads(payload["Message"]) if isinstance(payload, dict) and "Message" in payload else payload
    except (ValueError, TypeError, RecursionError):
        return
    name = _text(note.get("eventType") or note.get("notificationType")) if isinstance(note, dict) else ""
    if name not in _SES:
        return
    happened, member, people = _SES[name]
    mail, section = _part(note, "mail"), _part(note, member)
    for person in _people(section.get(people) or mail.get("destination")):
        yield _of_ses(happened, name, mail, section, person)


def _people(found: Any) -> Iterable[Told]:
    for one in found if isinstance(found, list) else ():
        if isinstance(one, str | dict):
            yield {"emailAddress": one} if isinstance(one, str) else one


def _of_ses(happened: Happened, name: str, mail: Told, section: Told, person: Told) -> ProviderEvent:
    identity, address = _text(mail.get("messageId")), _text(person.get("emailAddress"))
    marks = _part(mail, "tags").get(_MARK)
    at = _text(section.get("timestamp")) or _text(mail.get("timestamp"))
    said = _text(person.get("diagnosticCode")).removeprefix("smtp;").strip() or _text(section.get("smtpResponse")) or _text(section.get("reason"))
    return ProviderEvent(
        happened,
        # The service tells the same by two ways where both are set up.
        f"{identity}/{name}/{address}/{at}/{_text(section.get('link'))}",
        _moment(at),
        address,
        mark=_text(marks[0]) if isinstance(marks, list) and marks else "",
        identities=(identity,) if identity else (),
        header_id=_text(_part(mail, "commonHeaders").get("messageId")),
        return_path=_text(mail.get("source")),
        status=_text(person.get("status")),
        said=said,
        permanent=section.get("bounceType") == _PERMANENT,
        feedback_type=_text(section.get("complaintFeedbackType")),
        url=_text(section.get("link")),
        agent=_text(section.get("userAgent")),
    )


_READERS: Final[dict[str, Callable[[Any], Iterator[ProviderEvent]]]] = {"sendgrid": _sendgrid, "mailgun": _mailgun, "ses": _ses}
PROVIDERS: Final = tuple(_READERS)
