"""Search over everything the caller may read."""

from __future__ import annotations

from typing import Final

from server.domain.blanks import UNBLANK, trimmed
from server.domain.errors import Fault, Invalid
from server.services import search
from server.services.search import Hit
from server.web.calls import Answer, Call, list_answer
from server.web.documents import TYPES
from server.web.routes import Group, Parameter

_QUESTION: Final = Parameter(
    "q",
    {"type": "string", "minLength": 1, "pattern": UNBLANK},
    "Words, beginnings of words, or a piece of an e-mail address, domain or number. A record is found by what it says now about a second after it was"
    " written, later while very many are written at once.",
    required=True,
)

_LIMIT: Final = Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "How many at most.")


def search_records(call: Call) -> Answer:
    """Search."""
    text = trimmed(call.query("q") or "")
    if not text:
        raise Invalid("Say what to search for in 'q'.", faults=[Fault("q", "missing", "This is required.")])
    return list_answer(search.find(call.actor, text, call.names("types"), call.number("limit", 20, 1, 100)), None, call)


_GROUP: Final = Group("/api/v1/search", "Search")
ROUTES: Final = [
    _GROUP.get("", search_records, "Search everything the caller may read", answer=Hit, listed=True, query=(_QUESTION, TYPES, _LIMIT)),
]
