"""Messages that come whole, over SMTP: held against the same rules as those of the API, and queued as they are.

Only what names hidden recipients or is ours to say is taken out of the head; a missing Message-ID or Date is added.
"""

from __future__ import annotations

import re
from email.utils import formatdate, getaddresses
from typing import TYPE_CHECKING, Final

from server.domain.actor import Actor
from server.domain.errors import TooLarge, Unprocessable
from server.domain.mail import addressing, reading
from server.domain.permissions import permit
from server.services.email import messages, queueing
from server.services.email.queueing import Submission
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.mail.addressing import Mailbox
    from server.system.settings_table import Email

STREAM: Final = "x-junction-stream"
_TAKEN_OUT: Final = frozenset({"bcc", "resent-bcc", "return-path", STREAM})
_FIELD = re.compile(rb"(?P<name>[!-9;-~]+)[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


def submit(actor: Actor, recipients: Sequence[str], content: bytes, limits: Email) -> str:
    """Take a message in and return its id. Raises Unprocessable with what is wrong with it, TooLarge, Denied."""
    permit(actor, "email:write")
    if len(content) > limits.max_message_bytes:
        raise TooLarge(f"The message is larger than {limits.max_message_bytes} bytes.", code="message_too_large")
    people = [addressing.mailbox(one) for one in recipients]
    fields, body = _parted(_BARE.sub(b"\r\n", content))
    sender = _sender(fields)
    named = {name: _named(fields, name) for name in (b"to", b"cc")}
    header_id = _first(fields, b"message-id") or messages.new_header_id(sender)
    stream = _first(fields, STREAM.encode()) or "transactional"
    new = Submission(
        sender,
        _sorted(people, named[b"to"], named[b"cc"]),
        reading.unfolded(_first(fields, b"subject"))[:998],
        _head(fields, header_id) + b"\r\n" + body,
        header_id,
        stream=stream,
        origin="smtp",
    )
    return queueing.enqueue(actor, new)


Fields = list[tuple[bytes, bytes]]


def _parted(content: bytes) -> tuple[Fields, bytes]:
    """Return the fields of the head, each name in lower case with its whole text, and the body."""
    fields: Fields = []
    place = 0
    while found := _FIELD.match(content, place):
        fields.append((found["name"].lower(), found[0]))
        place = found.end()
    if not fields or not content.startswith(b"\r\n", place):
        raise Unprocessable("The message has no head that RFC 5322 knows.", code="invalid_header")
    return fields, content[place + 2 :]


def _first(fields: Fields, name: bytes) -> str:
    """Return the value of a field on one line, empty when there is none."""
    found = next((text for key, text in fields if key == name), b"")
    return " ".join(found.partition(b":")[2].decode("utf-8", "replace").split())


def _sender(fields: Fields) -> Mailbox:
    """Return who the message is from. Raises Unprocessable unless From is there once, with one address."""
    written = [text for key, text in fields if key == b"from"]
    found = getaddresses([_first(fields, b"from")])
    if len(written) != 1 or len(found) != 1:
        raise Unprocessable("A message has one From with one address.", code="invalid_address")
    return addressing.mailbox(found[0][1])


def _named(fields: Fields, name: bytes) -> set[str]:
    return {address.lower() for _, address in getaddresses([_first(fields, name)])}


def _sorted(people: Sequence[Mailbox], to: set[str], cc: set[str]) -> dict[str, list[Mailbox]]:
    """Return the recipients by where the head names them; those it does not are hidden."""
    found: dict[str, list[Mailbox]] = {"to": [], "cc": [], "bcc": []}
    for one in people:
        found["to" if one.address.lower() in to else "cc" if one.address.lower() in cc else "bcc"].append(one)
    return found


def _head(fields: Fields, header_id: str) -> bytes:
    known = {name for name, _ in fields}
    added = b"" if b"message-id" in known else f"Message-ID: {header_id}\r\n".encode()
    added += b"" if b"date" in known else f"Date: {formatdate(clock.now_ms() / 1000)}\r\n".encode()
    return b"".join(text for name, text in fields if name.decode("ascii", "replace") not in _TAKEN_OUT) + added
