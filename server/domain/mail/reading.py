"""Reading a message: whatever the bytes are, a Mail comes back and nothing is raised.

The standard library's parser is used with its old policy, compat32: the newer one raises on real mail (unknown charsets, groups
in address headers). Messages that nest deeper or hold more parts than anybody writes are read as far as MOST_PARTS.
"""

from __future__ import annotations

import base64
import binascii
import email.header
import email.policy
import quopri
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.utils import getaddresses
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from server.domain.mail.parsing import MOST_PARTS, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_TEXT: Final = 2 * 1024 * 1024
_HEADER_BLOCK: Final = 256 * 1024
_DEEPEST: Final = 40
_LONGEST_HEADER: Final = 20_000
_ENCLOSING: Final = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/partial")
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_HIDDEN: Final = ("script", "style", "head", "title")
_TAG_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_LONGEST_HTML: Final = 1_000_000
_BLOCKS: Final = ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "td", "table", "ul", "ol", "pre", "blockquote")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a message; an enclosed message is a leaf too, so that what it says is never taken for what its carrier says."""

    media_type: str
    file_name: str
    message: Message

    @property
    def encloses(self) -> bool:
        """Whether this is a whole message that the carrier brings."""
        return self.media_type in _ENCLOSING

    def content(self) -> bytes:
        """Return the decoded bytes; of an enclosed message its source."""
        payload = self.message.get_payload()
        if isinstance(payload, list):
            return _unwrapped(b"\n".join(_source(one) for one in payload if isinstance(one, Message)), self.message)
        try:
            decoded = self.message.get_payload(decode=True)
        except (ValueError, LookupError, AssertionError):
            return str(payload).encode("utf-8", "surrogateescape")
        return decoded if isinstance(decoded, bytes) else b""

    def text(self) -> str:
        """Return the content as text in its declared charset, or as well as it can be read; of very long ones the beginning."""
        return decoded(self.content()[:_LONGEST_TEXT], _parameter(self.message, "charset"))


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as read. `problem` says why it is not all there, where it is not."""

    message: Message
    parts: tuple[Part, ...]
    problem: str | None = None
    size: int = 0
    _texts: dict[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """Return a header's text, decoded and on one line; "" when it is absent."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        """Return every header of that name."""
        wanted = name.casefold()
        return [unfolded(value) for found, value in self.message.raw_items() if found.casefold() == wanted]

    def addresses(self, *names: str) -> list[str]:
        """Return the addresses in these headers, each once, in lower-case, in order."""
        values = [value[:_LONGEST_HEADER] for name in names for value in self.headers(name)]
        found = [address.strip().casefold() for _, address in _pairs(values)]
        return list(dict.fromkeys(address for address in found if "@" in address))

    def parameter(self, name: str) -> str:
        """Return a parameter of Content-Type, such as report-type, in lower-case."""
        return _parameter(self.message, name).casefold()

    def media_type(self) -> str:
        """Return the type of the whole."""
        return _media_type(self.message)

    def text(self) -> str:
        """Return what a person reads: the plain text parts, else the HTML without its tags. Never what an enclosed message says."""
        if "text" not in self._texts:
            self._texts["text"] = _readable(self.parts)
        return self._texts["text"]


def read(raw: bytes) -> Mail:
    """Read a message. What cannot be parsed at all becomes a message of headers alone, with its problem named."""
    try:
        message, problem = parse(raw)
        parts = tuple(_leaves(message))
    except Exception as error:
        problem = f"cannot be parsed whole ({type(error).__name__})"
        message, parts = _headers_alone(raw), ()
    return Mail(message, parts, problem, len(raw))


def decoded(content: bytes, charset: str) -> str:
    """Return bytes as text: by the charset if there is such a one, else as UTF-8, with marks where it is neither."""
    for name in (charset, "utf-8"):
        with suppress(LookupError, ValueError):
            return storable(content.decode(name or "utf-8"))
    with suppress(LookupError, ValueError):
        return storable(content.decode(charset or "utf-8", "replace"))
    return storable(content.decode("utf-8", "replace"))


def storable(text: str) -> str:
    """Return a text without what no database keeps: a mark for each half of a surrogate pair, as UTF-7 and JSON can write it, and for NUL."""
    marked = text.replace("\0", "\ufffd")
    return marked if marked.isascii() else marked.encode("utf-8", "replace").decode("utf-8")


def unfolded(value: Any) -> str:
    """Return a header's value decoded (RFC 2047) and on one line."""
    text = str(value)[:_LONGEST_HEADER].replace("\r", "").replace("\n", "")
    with suppress(ValueError):
        # Bytes that the parser could not read as ASCII; nobody declares a charset for those, and they are UTF-8 where they are anything.
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with suppress(ValueError, LookupError, AssertionError, TypeError, MessageError):
        text = "".join(decoded(part, name or "") if isinstance(part, bytes) else part for part, name in email.header.decode_header(text))
    return " ".join(storable(text).split())


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    try:
        return getaddresses(values)
    except (ValueError, IndexError, RecursionError):
        return []


def _headers_alone(raw: bytes) -> Message:
    block = _BLANK.split(raw[:_HEADER_BLOCK], maxsplit=1)[0]
    message = Message(policy=email.policy.compat32)
    for line in block.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().isascii() and " " not in name.strip() and name.strip():
            message[name.strip()] = value.strip()
    return message


def _leaves(message: Message) -> Iterator[Part]:
    """Yield the leaves in order, not entering enclosed messages; an explicit stack, since strangers choose the depth."""
    stack = [(message, 0)]
    count = 0
    while stack and count < MOST_PARTS:
        current, depth = stack.pop()
        kind = _media_type(current)
        payload = current.get_payload()
        if kind.startswith("multipart/") and isinstance(payload, list) and depth < _DEEPEST:
            stack.extend((child, depth + 1) for child in reversed(payload) if isinstance(child, Message))
            continue
        count += 1
        yield Part(kind, _file_name(current), current)


def _media_type(message: Message) -> str:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return message.get_content_type()
    return "text/plain"


def _file_name(message: Message) -> str:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return unfolded(message.get_filename() or "")[:255]
    return ""


def _parameter(message: Message, name: str) -> str:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        found: Any = message.get_param(name)
        return str(found[2] if isinstance(found, tuple) else found or "").strip("'\" ")
    return ""


def _source(message: Message) -> bytes:
    """Return a message's source as well as it can be written again."""
    try:
        return message.as_bytes()
    except Exception:
        return "\n".join(f"{name}: {unfolded(value)}" for name, value in message.items()).encode("utf-8", "replace")


def _unwrapped(source: bytes, carrier: Message) -> bytes:
    """Return a report or message that was encoded as a whole: RFC 6533 allows it, and some do it where RFC 2046 forbids it."""
    encoding = str(carrier.get("content-transfer-encoding", "")).strip().casefold()
    if encoding == "base64":
        with suppress(binascii.Error):
            return base64.b64decode(source)
    return quopri.decodestring(source) if encoding == "quoted-printable" else source


def _readable(parts: tuple[Part, ...]) -> str:
    plain = [part.text() for part in parts if part.media_type == "text/plain" and not part.file_name]
    if any(text.strip() for text in plain):
        return "\n".join(plain)
    marked = [without_tags(part.text()) for part in parts if part.media_type == "text/html"]
    return (
        "\n".join(marked)
        if marked
        else "\n".join(part.text() for part in parts if part.media_type.startswith(("text/", "multipart/")) and not part.encloses)
    )


def without_tags(html: str) -> str:
    """Return the words of HTML, a line for each block. Linear in its length, whatever it is."""
    found: list[str] = []
    hidden = ""
    first, *pieces = html[:_LONGEST_HTML].split("<")
    found.append(first)
    for piece in pieces:
        tag, closed, text = piece.partition(">")
        name = _TAG_NAME.match(tag)
        if hidden:
            hidden = "" if tag.casefold().startswith("/" + hidden) else hidden
            text = "" if hidden else text
        elif name and name[1].casefold() in _HIDDEN and not tag.startswith("/") and not tag.endswith("/"):
            hidden, text = name[1].casefold(), ""
        elif not closed or not (name or tag.startswith(("!", "?"))):
            text = "<" + piece
        found.append(("\n" if name and name[1].casefold() in _BLOCKS else "") + text)
    return unescape("".join(found))
