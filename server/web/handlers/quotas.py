"""Quotas: how much of the rate limits is used up right now."""

from __future__ import annotations

from typing import Final

from server.services import quotas
from server.services.quotas import QuotaView
from server.web.calls import Answer, Call, list_answer
from server.web.routes import Group, Parameter

_TEXT: Final = {"type": "string", "maxLength": 40}
_WHOSE: Final = (
    Parameter("key_id", _TEXT, "Of this key or OAuth client instead of the caller's own."),
    Parameter("user_id", _TEXT, "Of this user instead of the caller's own."),
)


def list_quotas(call: Call) -> Answer:
    """List limits and what is used of them."""
    return list_answer(quotas.list_all(call.actor, call.query("key_id"), call.query("user_id")), None, call)


ROUTES: Final = [
    Group("/api/v1/usage", "Logs", "logs").get(
        "/quotas", list_quotas, "Show how much of each rate limit is used right now", answer=QuotaView, listed=True, query=_WHOSE
    ),
]
