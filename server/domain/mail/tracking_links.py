"""The addresses in mails that lead to us, each with a mark: what we did not give out leads nowhere.

`c/<recipient>.<place>.<links>.<mark>/<address>` is a link, the n-th of so many; `o`, `u` and `n` are the open pixel, the page for
unsubscribing, and a link that no person sees. The mark is an HMAC-SHA256 over all of it, so the address of a link cannot be exchanged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from html import unescape
from typing import Final, Literal, NamedTuple

Kind = Literal["open", "click", "trap", "unsubscribe"]
BASE: Final = "/t"
LETTERS: Final[dict[Kind, str]] = {"open": "o", "click": "c", "trap": "n", "unsubscribe": "u"}
_RECIPIENT: Final = "rcp_"
_MARK: Final = 20
_LONGEST: Final = 4_000


class Link(NamedTuple):
    """What an address of ours stands for. `target` is the link as it was written in the HTML."""

    kind: Kind
    recipient_id: str
    place: int = 0
    links: int = 0
    target: str = ""

    @property
    def url(self) -> str:
        """Where the link leads."""
        return unescape(self.target).strip()


def path(key: bytes, link: Link) -> str:
    """Return the path of an address."""
    recipient = link.recipient_id.removeprefix(_RECIPIENT)
    token = f"{recipient}.{link.place}.{link.links}" if link.kind == "click" else recipient
    rest = f"/{_encoded(link.target.encode())}" if link.kind == "click" else ""
    return f"{BASE}/{LETTERS[link.kind]}/{token}.{_mark(key, link)}{rest}"


def read(key: bytes, kind: Kind, token: str, encoded: str = "") -> Link | None:
    """Return what an address stands for when the key made it, else None."""
    *parts, mark = token.split(".")
    if len(encoded) > _LONGEST or len(parts) != (3 if kind == "click" else 1) or not token.isascii():
        return None
    try:
        place, links = map(int, parts[1:] or (0, 0))
        link = Link(kind, _RECIPIENT + parts[0], place, links, _decoded(encoded).decode())
    except ValueError:
        return None
    return link if hmac.compare_digest(_mark(key, link), mark) else None


def _mark(key: bytes, link: Link) -> str:
    said = "\n".join((link.kind, link.recipient_id, str(link.place), str(link.links), link.target))
    return _encoded(hmac.new(key, said.encode(), hashlib.sha256).digest())[:_MARK]


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
