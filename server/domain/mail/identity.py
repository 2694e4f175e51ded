"""One mail is one mail, however often it is seen: the key by which copies in several mailboxes are known for the same.

The Message-ID is the key where it is worth anything. Some servers rewrite it, leave it out or give one to many messages; what stays
the same then is who wrote to whom, when, about what, and the words.
"""

from __future__ import annotations

import hashlib
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from server.domain.mail.reading import Mail

_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,900})>")
_SPACE: Final = re.compile(r"\s+")
_REPLY: Final = re.compile(r"(?i)^(?:(?:re|aw|antw|sv|vs|fwd?|wg|tr|rv|rif|r|odp|ynt)(?:\[\d+\])? ?: ?)+")
_COMPARED: Final = 20_000
_MOST_REFERENCES: Final = 50
_MOST_ENCLOSED: Final = 5


def message_ids(value: str) -> list[str]:
    """Return the message ids in a header such as References, oldest first, without their brackets."""
    return list(dict.fromkeys(_MESSAGE_ID.findall(value)))[:_MOST_REFERENCES]


def message_id(mail: Mail) -> str:
    """Return the message's own id, or "" when it has none."""
    found = message_ids(mail.header("message-id"))
    return found[0] if found and "@" in found[0] else ""


def references(mail: Mail) -> list[str]:
    """Return the messages that this one answers, the nearest last."""
    return list(dict.fromkeys(message_ids(mail.header("references")) + message_ids(mail.header("in-reply-to"))[:1]))


def content_key(mail: Mail) -> str:
    """Return what is the same of every copy of a mail, whatever happened to its ids on the way.

    What a report encloses counts too: a server may say the same of two messages in one second.
    """
    said = [mail.text(), *(part.text() for part in mail.parts if part.media_type.startswith("message/") or part.encloses)]
    words = [_SPACE.sub(" ", text[: 2 * _COMPARED])[:_COMPARED].strip() for text in said[:_MOST_ENCLOSED]]
    parts = (",".join(sorted(mail.addresses("from"))), plain_subject(mail.header("subject")), _second(mail.header("date")), *words)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:40]


def plain_subject(subject: str) -> str:
    """Return a subject without the marks that replies and forwards put before it."""
    return _REPLY.sub("", " ".join(subject.split())).casefold()


def _second(date: str) -> str:
    """Return the second a message was written in, as UTC; the header itself when it is no date."""
    try:
        return str(int(parsedate_to_datetime(date).timestamp()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return date
