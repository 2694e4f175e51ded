"""Composing: a message as RFC 5322 says, from parts that were held against its rules; no value can end a header or begin another.

The head is written here rather than by the library, which folds encoded names in addresses wrongly; the parts are the library's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import encode_rfc2231, formatdate
from typing import TYPE_CHECKING, Final

from server.domain.errors import Fault, TooLarge, Unprocessable
from server.domain.mail.addressing import has_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import Message

    from server.domain.mail.addressing import Mailbox

LONGEST_SUBJECT: Final = 998
_POLICY: Final = compat32.clone(linesep="\r\n", max_line_length=None)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; with a `content_id` it is part of the HTML, which names it as `cid:`."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message is made of."""

    header_id: str
    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    at_ms: int
    cc: Sequence[Mailbox] = ()
    reply_to: Sequence[Mailbox] = ()
    text: str | None = None
    html: str | None = None
    files: Sequence[File] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def check_line(text: str, pointer: str, *, longest: int = LONGEST_SUBJECT) -> str:
    """Return a text that stands in a header. Raises Unprocessable (`header_injection`, `invalid_header`)."""
    if has_controls(text):
        detail = "It holds a line break or another control character."
        raise Unprocessable("A header cannot hold that.", code="header_injection", faults=[Fault(pointer, "header_injection", detail)])
    if len(text) > longest:
        detail = f"It is longer than {longest} characters."
        raise Unprocessable("A header cannot hold that.", code="invalid_header", faults=[Fault(pointer, "invalid_header", detail)])
    return text


def compose(draft: Draft, *, largest: int) -> bytes:
    """Return the message. Raises TooLarge (`message_too_large`)."""
    size = sum(len(one.content) * 4 // 3 for one in draft.files)
    if size > largest:
        raise too_large(largest)
    whole = _head(draft) + _body(draft).as_bytes(policy=_POLICY)
    if len(whole) > largest:
        raise too_large(largest)
    return whole


def too_large(largest: int) -> TooLarge:
    """Return the error for a message that is larger than it may be."""
    return TooLarge(f"With its attachments the message would be larger than {largest} bytes.", code="message_too_large")


def _head(draft: Draft) -> bytes:
    lines = [("From", draft.sender.header), ("To", _listed(draft.to)), ("Cc", _listed(draft.cc)), ("Reply-To", _listed(draft.reply_to))]
    lines += [("Subject", _encoded(draft.subject)), ("Date", formatdate(draft.at_ms / 1000)), ("Message-ID", draft.header_id)]
    lines += [(name, _encoded(value)) for name, value in draft.headers.items()]
    lines += [("MIME-Version", "1.0")]
    return "".join(f"{name}: {value}\r\n" for name, value in lines if value).encode("ascii")


def _listed(people: Sequence[Mailbox]) -> str:
    return ",\r\n ".join(one.header for one in people)


def _encoded(text: str) -> str:
    """Return a text for a header, folded so that no line is too long."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name="Subject").encode(linesep="\r\n", splitchars=" ")


def _body(draft: Draft) -> Message:
    """Return the parts: text beside HTML, the HTML with what it shows, and the files after them."""
    written: list[Message] = []
    if draft.text is not None:
        written.append(_text(draft.text, "plain"))
    if draft.html is not None:
        shown = [one for one in draft.files if one.content_id]
        written.append(_together("related", [_text(draft.html, "html"), *map(_attached, shown)]))
    attached = [one for one in draft.files if draft.html is None or not one.content_id]
    return _together("mixed", [_together("alternative", written), *map(_attached, attached)])


def _text(text: str, kind: str) -> Message:
    part = MIMEText(text.replace("\r\n", "\n").replace("\r", "\n"), kind, "utf-8")
    del part["MIME-Version"]
    return part


def _together(kind: str, parts: Sequence[Message]) -> Message:
    if len(parts) == 1:
        return parts[0]
    whole = MIMEMultipart(kind)
    del whole["MIME-Version"]
    for part in parts:
        whole.attach(part)
    return whole


def _attached(file: File) -> Message:
    part = MIMEBase(*file.media_type.split("/", 1))
    del part["MIME-Version"]
    part.set_payload(file.content)
    encode_base64(part)
    name = file.name if file.name.isascii() else encode_rfc2231(file.name, "utf-8")
    part.add_header("Content-Disposition", "inline" if file.content_id else "attachment")
    part.set_param("filename" if file.name.isascii() else "filename*", name, header="Content-Disposition")
    if file.content_id:
        part["Content-ID"] = f"<{file.content_id}>"
    return part
