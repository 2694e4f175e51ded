"""What comes in and what goes out, in the form that Authlib's grants work on.

A parameter without a value counts as absent (RFC 6749 section 3.1). Whether the transport is good enough was decided at the door,
which alone knows what a trusted proxy said; so Authlib, which looks at the scheme only, is shown an https address.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Payload, OAuth2Request

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.oauth.authorization import Authorization

Pairs = Sequence[tuple[str, str]]
REPEATABLE: Final = frozenset({"resource"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `admit` counts it for a client's tenant: `(client id, tenant id or None, tier or None)`; it raises Limited."""

    method: str
    pairs: Pairs
    authorization: str | None
    certificate: bytes | None
    actor: Actor
    admit: Callable[[str, str | None, str | None], None]


@dataclass(slots=True)
class Reply:
    """An answer: `body` is an object for JSON; an authorization response has a `location` instead."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    location: str | None = None


class Payload(OAuth2Payload):
    """The parameters of a request: each once, and each as often as it came."""

    __slots__ = ("data", "datalist")  # in place of properties that the grants read

    def __init__(self, pairs: Pairs) -> None:
        """Take them as they came."""
        self.datalist: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            if value:
                self.datalist[name].append(value)
        self.data = {name: values[0] for name, values in self.datalist.items()}


class Message(OAuth2Request):
    """A request as the grants see it; its tokens are `bound_to` the certificate with this fingerprint, or to none."""

    def __init__(self, asked: Asked) -> None:
        """Take what came."""
        headers = {"Authorization": asked.authorization} if asked.authorization else {}
        super().__init__(asked.method, "https://checked.invalid/", headers=headers)
        self.asked = asked
        self.payload = Payload(asked.pairs)
        self.authorized: Authorization | None = None
        self.bound_to: str | None = None

    @property
    def form(self) -> dict[str, str]:
        """The parameters, for what reads them from the body."""
        found: dict[str, str] = self.payload.data
        return found

    @property
    def args(self) -> dict[str, str]:
        """The parameters, for what reads them from the query."""
        return self.form


def refuse_repeats(pairs: Pairs) -> None:
    """Raise InvalidRequestError for a parameter that came twice (RFC 6749 section 3.1)."""
    counted = Counter(name for name, value in pairs if value)
    repeated = sorted(name for name, count in counted.items() if count > 1 and name not in REPEATABLE)
    if repeated:
        raise InvalidRequestError("A parameter is given more than once.")
