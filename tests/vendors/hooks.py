"""Messages to our webhooks as vendors sign them, and as nobody should accept them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.vendors.store import Row
    from tests.vendors.vendor import MockVendor

STALE = 10 * 60 * 1000


@dataclass(frozen=True)
class Hook:
    """One message on its way to us. The names of `headers` are as the vendor writes them."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


@dataclass(frozen=True)
class Notification:
    """What a vendor tells of one change, before it is signed; `headers` are those that no signature covers."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, payload: Any, **headers: str) -> Notification:
        """Tell it in JSON; in the names of headers, underscores are hyphens."""
        return cls(json.dumps(payload).encode(), {name.replace("_", "-"): value for name, value in headers.items()})


def signature(secret: str, signed: bytes, *, digest: str = "sha256", encoding: str = "hex") -> str:
    """Return a keyed hash, written as vendors write it."""
    raw = hmac.new(secret.encode(), signed, digest).digest()
    return raw.hex() if encoding == "hex" else base64.b64encode(raw).decode()


class Mail:
    """Makes messages of one vendor to one address, in every state between good and bad."""

    def __init__(self, vendor: MockVendor, url: str, secret: str = "") -> None:
        self.vendor = vendor
        self.url = url
        self.secret = secret or vendor.personality.secret

    def genuine(self, body: bytes, *, late: int = 0) -> Hook:
        """Return a message as the vendor sends it; `late` are the milliseconds since it was signed."""
        return self.vendor.personality.hook(body, self.url, secret=self.secret, at=self.vendor.clock.now() - late)

    def about(self, resource: str, row: Row, verb: str = "updated") -> Hook:
        """Return what the vendor sends when a row was created, updated or deleted."""
        told = self.vendor.personality.notification(resource, row, verb)
        found = self.genuine(told.body)
        return replace(found, headers={**found.headers, **told.headers})

    def forged(self, body: bytes) -> Hook:
        """Signed with a secret that is not ours."""
        return self.vendor.personality.hook(body, self.url, secret="somebody-elses-secret", at=self.vendor.clock.now())

    def unsigned(self, body: bytes) -> Hook:
        """Without anything that proves who sent it."""
        found = self.genuine(body)
        return replace(found, headers={name: value for name, value in found.headers.items() if name.lower() == "content-type"})

    def stale(self, body: bytes) -> Hook:
        """Signed ten minutes ago."""
        return self.genuine(body, late=STALE)

    def altered(self, body: bytes) -> Hook:
        """Signed, and then changed by one bit."""
        return replace(self.genuine(body), body=body[:-1] + bytes([body[-1] ^ 1]))

    def reordered_keys(self, body: bytes) -> Hook:
        """Signed, and then written anew with its keys turned round: the same JSON, other bytes."""
        return replace(self.genuine(body), body=turned_round(body))

    def not_text(self) -> Hook:
        """Signed, and no UTF-8."""
        return self.genuine(b'{"name": "\xff\xfe\xc3"}')

    def twice(self, body: bytes) -> list[Hook]:
        """Return the same message, sent again byte by byte."""
        return [self.genuine(body)] * 2

    def duplicated(self, body: bytes) -> list[Hook]:
        """Return the same event in two messages, signed one second apart."""
        return [self.genuine(body, late=1000), self.genuine(body)]

    def out_of_order(self, *bodies: bytes) -> list[Hook]:
        """Return the last event first."""
        return [self.genuine(body, late=number * 1000) for number, body in enumerate(reversed(bodies))]


REFUSED: dict[str, Callable[[Mail, bytes], Hook]] = {
    "forged": Mail.forged,
    "unsigned": Mail.unsigned,
    "altered": Mail.altered,
    "reordered_keys": Mail.reordered_keys,
}


def turned_round(body: bytes) -> bytes:
    """Return the same JSON with the members of every object in the opposite order."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turn(value[name]) for name in reversed(value)}
        return [turn(part) for part in value] if isinstance(value, list) else value

    return json.dumps(turn(json.loads(body)), indent=1).encode()


def md5(text: str) -> str:
    """Return the MD5 that some vendors name rows with."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
