"""Operators' keys."""

from __future__ import annotations

from typing import Final

from server.services import operator_keys
from server.services.keys import KeyOnce, KeyView
from server.services.operator_keys import NewOperatorKey
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group

_BASE: Final = "/admin/v1/operator-keys"


def list_operator_keys(call: Call) -> Answer:
    """List keys."""
    found, cursor = operator_keys.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_operator_key(call: Call) -> Answer:
    """Make a key."""
    found = operator_keys.create(call.actor, call.body)
    return answer(found, 201, Location=f"{_BASE}/{found['id']}")


def get_operator_key(call: Call) -> Answer:
    """Get a key."""
    return answer(operator_keys.get(call.actor, call.params["id"]))


def revoke_operator_key(call: Call) -> Answer:
    """End a key."""
    operator_keys.revoke(call.actor, call.params["id"])
    return empty_answer()


_GROUP: Final = Group(_BASE, "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("", list_operator_keys, "List operators' keys", answer=KeyView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_operator_key, "Create an operator's key", body=NewOperatorKey, answer=KeyOnce, status=201, example={"name": "Backups"}),
    _GROUP.get("/{id}", get_operator_key, "Get an operator's key", answer=KeyView),
    _GROUP.delete("/{id}", revoke_operator_key, "Revoke an operator's key"),
]
