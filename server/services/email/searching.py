"""Searching messages: by state, recipient, stream, provider and time, or by whatever somebody has at hand of one; the newest first."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Fault, Invalid
from server.domain.mail.addressing import normal
from server.domain.mail.names import ascii_name
from server.domain.permissions import permit
from server.services import pages
from server.services.email import messages
from server.store import email_messages, email_queue, email_search
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.domain.actor import Actor

    Filters = Mapping[str, Any]

SCHEDULED: Final = "scheduled"
STATES: Final = (SCHEDULED, *email_queue.STATES)
FILTERS: Final = (
    "search", "state", "stream", "address", "domain", "provider", "message_id", "provider_message_id", "sender_domain", "template_id", "account",
    "since", "until",
)  # fmt: skip
_HEADER: Final = re.compile(r"<[^<>\s]+>")
_LONGEST: Final = 500


def list_page(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of messages, the newest first, and the cursor of the next; filters are of `FILTERS`, moments in milliseconds.

    Raises Invalid for a state that there is not.
    """
    permit(actor, "email:read")
    scope = pages.scope_of(actor, "email_messages", sorted(filters.items()))
    found, following = pages.page(scope, cursor, limit, partial(_read, actor, _wanted(filters)))
    return messages.shown(actor, found), following


def _read(actor: Actor, wanted: list[dict[str, Any]], before: str, limit: int) -> list[dict[str, Any]]:
    """Return the messages below an id that any of several searches finds."""
    found: set[str] = set()
    for one in wanted:
        asked = {name: value for name, value in one.items() if name not in {"since", "until"}}
        below, above = _bound(one.get("until")), _bound(one.get("since"))
        lowest = min(filter(None, (before, below)), default="")
        found |= set(email_search.find(actor.tenant_id, actor.mode, asked, lowest, above, limit))
    chosen = sorted(found, reverse=True)[:limit]
    return email_messages.of_ids(actor.tenant_id, actor.mode, chosen)


def _bound(at_ms: int | None) -> str:
    return "" if at_ms is None else ids.first_of("msg", at_ms)


def _wanted(filters: Filters) -> list[dict[str, Any]]:
    """Return what is asked for, one search for each thing that a text may be."""
    asked: dict[str, Any] = {name: value for name, value in filters.items() if name != "search"}
    for name, spell in _SPELLINGS.items():
        if name in asked:
            asked[name] = spell(asked[name])
    asked |= _state(asked["state"]) if "state" in asked else {}
    text = filters.get("search", "").strip()[:_LONGEST]
    meant = _meanings(text) if text else [{}]
    return [asked | one for one in meant if all(asked.get(name, value) == value for name, value in one.items())]


def _state(state: str) -> dict[str, Any]:
    if state not in STATES:
        raise Invalid("There is no such state.", faults=[Fault("state", "invalid_parameter", f"It is one of {', '.join(STATES)}.")])
    return {"state": "queued", "not_before": clock.now_ms()} if state == SCHEDULED else {"state": state}


def _meanings(text: str) -> list[dict[str, Any]]:
    """Return what somebody may mean: a Message-ID or a provider's own, an address, a domain of recipients or of senders, a template."""
    if _HEADER.fullmatch(text):
        return [{"message_id": text}, {"provider_message_id": text}]
    if "@" in text.strip("@"):
        return [{"message_id": f"<{text}>"}, {"address": _address(text)}]
    domain = _domain(text)
    return [{"domain": domain}, {"sender_domain": domain}, {"provider_message_id": text}, {"template_id": text}]


def _address(text: str) -> str:
    return normal(text).lower()


def _domain(text: str) -> str:
    return ascii_name(text.strip().removeprefix("@")) or text.lower()


def _message_id(text: str) -> str:
    return text if text.startswith("<") else f"<{text}>"


_SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "address": _address,
    "domain": _domain,
    "sender_domain": _domain,
    "message_id": _message_id,
}
