"""Tiers of rate limits."""

from __future__ import annotations

from typing import Final

from server.services import tiers
from server.services.tiers import TierChange, TierView
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group

_BASE: Final = "/admin/v1/tiers"


def list_tiers(call: Call) -> Answer:
    """List tiers."""
    found, cursor = tiers.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def get_tier(call: Call) -> Answer:
    """Get a tier."""
    return record_answer(tiers.get(call.actor, call.params["name"]))


def put_tier(call: Call) -> Answer:
    """Make or replace a tier."""
    found, created = tiers.put(call.actor, call.params["name"], call.body)
    return record_answer(found, 201 if created else 200, f"{_BASE}/{found['name']}" if created else None)


def delete_tier(call: Call) -> Answer:
    """Remove a tier."""
    tiers.remove(call.actor, call.params["name"], call.settings.limits.default_tier)
    return empty_answer()


_EXAMPLE: Final = {"price": {"amount": "49.00", "currency": "EUR"}, "limits": [{"requests": 100, "period": "second"}]}
_GROUP: Final = Group(_BASE, "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("", list_tiers, "List tiers", answer=TierView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.get("/{name}", get_tier, "Get a tier", answer=TierView),
    _GROUP.put(
        "/{name}",
        put_tier,
        "Create or replace a tier; it holds within a second",
        body=TierChange,
        answer=TierView,
        also={201: "There was no such tier: it was created."},
        example=_EXAMPLE,
    ),
    _GROUP.delete("/{name}", delete_tier, "Remove a tier that nobody is on"),
]
