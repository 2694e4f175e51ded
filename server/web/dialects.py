"""In which words a refusal is said: those of the route's protocol, or of the one that the address belongs to where no route answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.web import oauth
from server.web.suitecrm import jsonapi, v4_1, v8_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.errors import JunctionError
    from server.web.calls import Answer
    from server.web.passages import Passage
    from server.web.routes import Protocol

    Refusal = Callable[[JunctionError], Answer]

REFUSALS: Final[dict[Protocol, Refusal]] = {
    "oauth": oauth.refusal,
    "suitecrm_v8": jsonapi.refusal,
    "suitecrm_tokens": v8_tokens.refusal,
    v4_1.PROTOCOL: v4_1.refusal,
}
OWNED: Final[tuple[tuple[str, Protocol], ...]] = (("/Api/", "suitecrm_v8"), ("/legacy/Api/", "suitecrm_v8"))
"""What begins so belongs to a protocol, whether there is such a route or not."""


def protocol_of(passage: Passage) -> Protocol:
    """Return the protocol of the route, or where there is none, of the address."""
    if passage.route is not None:
        return passage.route.protocol
    return next((owner for beginning, owner in OWNED if passage.path.startswith(beginning)), "native")


def refusal_for(passage: Passage) -> Refusal | None:
    """Return how an error is said to whoever asked for this, None for a problem document."""
    return REFUSALS.get(protocol_of(passage))
