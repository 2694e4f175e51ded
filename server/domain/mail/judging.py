"""What a message is: bounce, complaint, auto-reply, report or ordinary, and what it says of each recipient.

A message is a bounce only when a mail server wrote it *and* it names a recipient that could not be reached; everything else
that looks like one stays what it is. Nothing here is believed because of who claims to have sent it: see verp for that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.mail import complaints, notifications, prose, reports, signs
from server.domain.mail.reading import Mail, read
from server.domain.mail.reasons import BY_CATEGORY
from server.domain.mail.replies import LOOSE, Refusal, classify_reply, command_in, is_hard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.mail.reports import DeliveryStatus

BOUNCE: Final = "bounce"
COMPLAINT: Final = "complaint"
AUTO_REPLY: Final = "auto_reply"
REPORT: Final = "report"
ORDINARY: Final = "ordinary"
KINDS: Final = (BOUNCE, COMPLAINT, AUTO_REPLY, REPORT, ORDINARY)

_SUCCESS: Final = frozenset({"delivered", "deliverable", "relayed", "expanded"})
_ANSWER: Final = re.compile(r"(?i)^(?:re|aw|fwd?|wg|sv|antw) ?:")
# What a message is stands at its beginning; a larger attachment is not read for it.
_TELLING: Final = 8 * 1024 * 1024
_REPLYING: Final = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply")
_DELAYED: Final = re.compile(r"(?i)warning message only|delayed|will be retried|verz.gert|a .t. retard|retrasad[oa]|遅延|延迟|задерж")
_UNSURE: Final = frozenset({"userunknown", "filtered"})
_SURER: Final = frozenset({"suspend", "mailboxfull"})
_PROGRAM: Final = "x-unix"


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SENDERS: Final = _any(signs.SERVERS)
_SUBJECTS: Final = _any(signs.SUBJECTS)
_EVIDENCE: Final = _any(signs.EVIDENCE)
_YOURS: Final = _any(signs.YOURS)
_AWAY: Final = re.compile(rf"^(?:(?:re|aw|fwd?) ?: ?)?(?:{'|'.join(signs.AWAY)})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message says of one recipient."""

    address: str
    action: str
    status: str
    reason: str
    hard: bool
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message is. `feedback_type` is only set of complaints (RFC 5965)."""

    kind: str
    recipients: tuple[Outcome, ...] = ()
    feedback_type: str = ""


def judge(raw: bytes) -> Judgement:
    """Say what a message is, whatever the bytes are."""
    return judge_mail(read(raw[:_TELLING]))


def judge_mail(mail: Mail) -> Judgement:
    """Say what a message is. Raises nothing: what breaks a rule here is an ordinary message."""
    try:
        return next((found for rule in (_complaint, _report, _notification, _bounce, _auto_reply) if (found := rule(mail))), Judgement(ORDINARY))
    except Exception:
        return Judgement(ORDINARY)


def _complaint(mail: Mail) -> Judgement | None:
    found = complaints.complaint(mail)
    if found is None:
        return None
    outcomes = tuple(Outcome(address, "complained", "", "feedback", hard=False) for address in found.recipients or ("",))
    return Judgement(COMPLAINT, outcomes, found.feedback_type)


def _report(mail: Mail) -> Judgement | None:
    return Judgement(REPORT) if notifications.is_report(mail) else None


def _notification(mail: Mail) -> Judgement | None:
    """Read what an email service reports as JSON in a plain message."""
    event = notifications.service_event(mail)
    if event is None:
        return None
    if event.complaint:
        return Judgement(COMPLAINT, tuple(Outcome(one.address, "complained", "", "feedback", hard=False) for one in event.statuses), "abuse")
    return _of_statuses(list(event.statuses), "")


def _bounce(mail: Mail) -> Judgement | None:
    said = prose.notice(mail.text())
    statuses = _statuses(mail, said)
    if statuses:
        return _of_statuses(statuses, said)
    if not _from_a_server(mail, said):
        return None
    named = mail.addresses("x-failed-recipients")
    own = set(mail.addresses("to", "from", "x-original-to", "delivered-to")) - set(named)
    failures = prose.failures(said, named, own) or [(address, said) for address in _returned_to(mail, said)]
    if failures:
        return Judgement(BOUNCE, tuple(_from_words(address, words, said, alone=len(failures) == 1) for address, words in failures))
    return Judgement(BOUNCE, (_from_words("", said, said),)) if _is_delivery_report(mail) or _is_plain(mail, said) else None


def _returned_to(mail: Mail, said: str) -> list[str]:
    """Return whom the returned message was for, where the notice itself names nobody."""
    returned = complaints.returned_copy(mail)
    copy = returned or read(mail.text()[len(said) :].partition("\n")[2].lstrip().encode("utf-8", "replace"))
    return copy.addresses("to")


def _statuses(mail: Mail, said: str) -> list[DeliveryStatus]:
    """Find a report's fields: in the parts meant for them, else, in what a server wrote, in the text."""
    for texts in (_report_parts(mail), _loose_texts(mail, said)):
        found = [status for text in texts for status in reports.delivery_statuses(text)]
        if found:
            return found
    return []


def _report_parts(mail: Mail) -> Iterator[str]:
    yield from (part.text() for part in mail.parts if part.media_type in {"message/delivery-status", "message/global-delivery-status"})


def _loose_texts(mail: Mail, said: str) -> Iterator[str]:
    if _is_delivery_report(mail) or _from_a_server(mail, said):
        yield from (part.text() for part in mail.parts if part.media_type.startswith(("text/", "multipart/")) and not part.encloses)


def _is_delivery_report(mail: Mail) -> bool:
    return mail.parameter("report-type") == "delivery-status" or any(part.media_type == "message/delivery-status" for part in mail.parts)


def _from_a_server(mail: Mail, said: str) -> bool:
    """Tell whether a mail server wrote this: by its name and by words that notices hold; a subject alone needs the returned copy beside it."""
    written = bool(_SENDERS.search(mail.header("from"))) or mail.header("return-path") == "<>"
    if mail.header("x-failed-recipients") and written:
        return True
    titled = bool(_SUBJECTS.search(mail.header("subject")))
    if not _EVIDENCE.search(said):
        return False
    if written:
        return titled or _is_notice(said, mail)
    answers = bool(mail.header("list-id") or mail.header("in-reply-to") or _ANSWER.match(mail.header("subject")))
    returns = len(said.rstrip()) < len(mail.text().rstrip()) or any(part.encloses for part in mail.parts)
    return titled and returns and not answers and _is_notice(said, mail)


def _is_plain(mail: Mail, said: str) -> bool:
    """Tell whether this is a notice beyond doubt although it names nobody: by its sender, its title and its words."""
    return bool(_SENDERS.search(mail.header("from")) and _SUBJECTS.search(mail.header("subject")) and _YOURS.search(said))


def _is_notice(said: str, mail: Mail) -> bool:
    """Tell whether the text speaks of a message that its reader sent, as only notices do."""
    return bool(_YOURS.search(said)) or (any(part.encloses for part in mail.parts) and bool(_SENDERS.search(mail.header("from"))))


def _of_statuses(statuses: list[DeliveryStatus], said: str) -> Judgement:
    words = dict(prose.failures(said, [], set())) if said else {}
    outcomes = tuple(_from_status(status, words.get(status.address, ""), said if len(statuses) == 1 else "") for status in statuses)
    kind = REPORT if all(outcome.reason == "delivered" for outcome in outcomes) else BOUNCE
    return Judgement(kind, outcomes)


def _from_status(status: DeliveryStatus, words: str, said: str) -> Outcome:
    """Judge by the diagnostic; where it says nothing, by the words beside the address, then by the whole notice."""
    if status.action in _SUCCESS:
        return Outcome(status.address, status.action, status.status[:20], "delivered", hard=False, diagnostic=status.diagnostic[:1000])
    refusal = _refusal(status, words, said)
    address = status.original or status.address
    return Outcome(address, status.action or "failed", refusal.status, refusal.reason, refusal.hard, (status.diagnostic or words)[:1000])


def _refusal(status: DeliveryStatus, words: str, said: str) -> Refusal:
    enhanced = status.status.split()[0] if status.status else ""
    if status.kind == _PROGRAM:
        return Refusal("mailererror", hard=False, status=enhanced)
    if status.category in BY_CATEGORY:
        reason = BY_CATEGORY[status.category]
        return Refusal(reason, is_hard(reason, enhanced), status=enhanced)
    return _delayed(status, _best(enhanced, (f"{status.diagnostic} {_remark(status.status)}", words, said), command_in(words or said)))


def _best(enhanced: str, texts: tuple[str, ...], command: str) -> Refusal:
    """Return what the first text says that says anything particular; a whole notice that knows of a full or closed mailbox outweighs "unknown"."""
    said = [text for text in texts if text.strip()] or [""]
    found = [classify_reply(None, enhanced, text, command=command, hints=False) for text in said]
    telling = next((one for one in found if one.reason not in LOOSE and one.reason != "undefined"), None)
    if telling is not None and telling.reason in _UNSURE and not texts[0].strip():
        telling = next((one for one in found if one.reason in _SURER), telling)
    hinted = (classify_reply(None, enhanced, text, command=command) for text in said)
    return telling or next((one for one in (*found, *hinted) if one.reason != "undefined"), found[0])


def _introduced(opening: str) -> Refusal | None:
    """Return what a notice says before it names anybody, if that is that a mailbox is full or closed."""
    found = classify_reply(None, "", opening)
    return found if found.reason in _SURER else None


def _remark(status: str) -> str:
    """Return what some put in brackets behind the status: `4.2.2 (Over quota)`."""
    return status.partition("(")[2].rstrip(")")


def _delayed(status: DeliveryStatus, refusal: Refusal) -> Refusal:
    if status.action == "delayed" and refusal.reason == "undefined":
        return Refusal("expired", hard=False, reply_code=refusal.reply_code, status=refusal.status)
    return refusal


def _from_words(address: str, words: str, said: str, *, alone: bool = True) -> Outcome:
    """Judge by the words beside an address; only where it is the only one does the whole notice speak of it too."""
    refusal = _best("", (words, said if alone else ""), command_in(words))
    if alone and address and refusal.reason in _UNSURE:
        refusal = _introduced(said.partition(address)[0]) or refusal
    action = "delayed" if _DELAYED.search(said) else "failed"
    return Outcome(address, action, refusal.status, refusal.reason, refusal.hard, words.strip()[:1000])


def _auto_reply(mail: Mail) -> Judgement | None:
    submitted = mail.header("auto-submitted").split(";")[0].strip().casefold()
    precedence = mail.header("precedence").casefold()
    replied = submitted.startswith("auto-replied") or precedence in {"auto_reply", "auto-reply"} or any(mail.header(name) for name in _REPLYING)
    if not replied and not (_AWAY.search(mail.header("subject")) and not mail.header("list-id")):
        return None
    senders = mail.addresses("from") or mail.addresses("reply-to", "sender") or [""]
    return Judgement(AUTO_REPLY, (Outcome(senders[0], "replied", "", "vacation", hard=False),))
