"""Tracking: each recipient's own copy of a message, with what it is to be told by and how to unsubscribe.

Both switches are off unless a stream or the message turns them on. Only texts that were composed here are touched, and of them only
the links; a message that came by SMTP may be signed, so its body stays as it is.
"""

from __future__ import annotations

import base64
import email
import html as markup
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson

from server.domain.mail import link_rewriting, personal_links, tracking_links
from server.domain.mail.tracking_links import Kind, Link
from server.services import vaults
from server.services.email import signing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.store.email_queue import TakenRecipient

    Row = dict[str, Any]

_HEAD_END: Final = b"\r\n\r\n"
_LISTED: Final = re.compile(rb"^list-unsubscribe:", re.IGNORECASE | re.MULTILINE)
_HIDDEN: Final = "display:none;max-height:0;overflow:hidden"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a message: to be told of opens and clicks, and, as mail that people subscribe to, a way to unsubscribe.

    `personal` says that it names addresses that are each recipient's own.
    """

    opens: bool = False
    clicks: bool = False
    subscribed: bool = False
    personal: bool = False


NOTHING: Final = Wanted()


def wanted(message: Row, stream: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Wanted:
    """Return what is wanted: what the message says, else what its stream does, else nothing."""
    chosen = orjson.loads(message["tracking"]) if message["tracking"] else options.get("tracking") or {}
    own = message["origin"] != "smtp"
    subscribed = stream is not None and stream["kind"] == "broadcast"
    return Wanted(own and chosen.get("opens", False), own and chosen.get("clicks", False), subscribed, bool(message["personal"]))


def key() -> bytes:
    """Return the key of the marks; a rotation of the master key leaves it as it is, so that links in old mails go on working."""
    return bytes.fromhex(vaults.vault().digest("tracking", "email.tracking"))


def origin(tenant_id: str, mode: str, sender_domain: str, public_url: str) -> str:
    """Return where the addresses in a tenant's mails lead: to its own name once that leads here, else to the appliance's."""
    domain = signing.find_domain(tenant_id, mode, sender_domain)
    if domain is None or not domain["tracking"]:
        return public_url.rstrip("/")
    states = {one["check"]: one["state"] for one in orjson.loads(domain["findings"])}
    return f"{urlsplit(public_url).scheme}://{domain['tracking']}" if states.get("tracking") == "ok" else public_url.rstrip("/")


def copy_for(work: TakenRecipient, message: Row, body: bytes, asked: Wanted, public_url: str) -> bytes:
    """Return the message as this recipient gets it."""
    if asked == NOTHING:
        return body
    copy = _Copy(work.id, origin(work.tenant_id, work.mode, message["sender_domain"], public_url), key())
    found = copy.tracked(body, asked) if asked.opens or asked.clicks else body
    found = copy.personal(found) if asked.personal else found
    return copy.listed(found) if asked.subscribed else found


@dataclass(frozen=True, slots=True)
class _Copy:
    """One recipient's copy in the making."""

    recipient_id: str
    origin: str
    key: bytes

    def _address(self, kind: Kind, place: int = 0, links: int = 0, target: str = "") -> str:
        return self.origin + tracking_links.path(self.key, Link(kind, self.recipient_id, place, links, target))

    def listed(self, body: bytes) -> bytes:
        """Return the message with the headers of RFC 8058; one that names an address of its own keeps that."""
        head, _, _ = body.partition(_HEAD_END)
        if _LISTED.search(head):
            return body
        address = self._address("unsubscribe")
        return f"List-Unsubscribe: <{address}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode() + body

    def tracked(self, body: bytes, asked: Wanted) -> bytes:
        """Return the message with its HTML part exchanged, and every other byte as it was."""
        return _exchanged(body, ("text/html",), lambda html: self._html(html, asked))

    def personal(self, body: bytes) -> bytes:
        """Return the message with this recipient's own address where its texts have a mark."""
        return _exchanged(body, ("text/html", "text/plain"), lambda text: personal_links.addressed(text, self._address("unsubscribe")))

    def _html(self, html: str, asked: Wanted) -> str:
        more = ""
        if asked.clicks:
            found = link_rewriting.links(html)
            html = link_rewriting.replaced(html, found, lambda place, target: self._address("click", place, len(found), target))
            # Nobody sees it, so nobody but a program follows it.
            more = f'<a href="{markup.escape(self._address("trap"))}" style="{_HIDDEN}" aria-hidden="true" tabindex="-1"></a>' if found else ""
        if asked.opens:
            more += f'<img src="{markup.escape(self._address("open"))}" width="1" height="1" alt="">'
        return link_rewriting.appended(html, more)


def _exchanged(body: bytes, kinds: tuple[str, ...], change: Callable[[str], str]) -> bytes:
    """Return a message with its first text of each kind changed, and every other byte as it was."""
    parts = [one for one in email.message_from_bytes(body).walk() if _is_composed(one)]
    for kind in kinds:
        part = next((one for one in parts if one.get_content_type() == kind), None)
        if part is not None:
            found = bytes(part.get_payload(decode=True)).decode()
            encoded = base64.encodebytes(change(found).encode()).replace(b"\n", b"\r\n")
            body = body.replace(str(part.get_payload()).encode(), encoded, 1)
    return body


def _is_composed(part: Any) -> bool:
    return bool(part.get_content_maintype() == "text" and part["content-transfer-encoding"] == "base64" and part.get_filename() is None)
