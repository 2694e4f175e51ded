"""Users as a module: read like records, written nowhere here; they are few, so what is asked of them is answered in memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from server.domain.filters import All, Condition, Not
from server.domain.permissions import permit
from server.services.suitecrm.ids import ADMINISTRATORS
from server.services.suitecrm.places import dig
from server.store import users
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.domain.actor import Actor
    from server.domain.filters import Node, Sort
    from server.store.records import Document

_AT_ONCE: Final = 500
# A backslash takes the meaning of what follows it away.
_PATTERN_PARTS: Final = re.compile(r"(\\.|[%_])", re.DOTALL)
_SIGNS: Final = {"_": ".", "%": ".*"}


def document_of(row: users.Row) -> Document:
    """Return a user in the form of a record."""
    name = row["name"] or row["email"].partition("@")[0]
    first, _, last = name.rpartition(" ")
    return {
        "id": row["id"],
        "object": "user",
        "email": row["email"],
        "name": name,
        "first_name": first,
        "last_name": last,
        "role": row["role"],
        "state": "Inactive" if row["status"] == "disabled" else "Active",
        "is_admin": row["role"] in ADMINISTRATORS,
        "created_at": clock.rfc3339(row["created_at"]),
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def find(actor: Actor, user_id: str) -> Document | None:
    """Return a user of the actor's tenant, or None; one may always see oneself."""
    if user_id != actor.owner_id:
        permit(actor, "users:read")
    row = users.find(actor.tenant_id, user_id)
    return document_of(row) if row else None


def window(actor: Actor, where: Node | None, sort: Sequence[Sort], offset: int, limit: int) -> tuple[list[Document], int]:
    """Return a window of the tenant's users, and how many there are."""
    permit(actor, "users:read")
    found = [one for one in map(document_of, _everyone(actor.tenant_id)) if _passes(one, where)]
    for key in reversed(sort):
        found.sort(key=lambda one: str(dig(one, key.path) or ""), reverse=key.descending)
    return found[offset : offset + limit], len(found)


def _everyone(tenant_id: str) -> list[users.Row]:
    found: list[users.Row] = []
    while rows := users.page(tenant_id, found[-1]["id"] if found else "", _AT_ONCE):
        found += rows
    return found


def _passes(document: Document, node: Node | None) -> bool:
    if node is None:
        return True
    if isinstance(node, Condition):
        return _holds(document, node)
    if isinstance(node, Not):
        return not _passes(document, node.node)
    return (all if isinstance(node, All) else any)(_passes(document, one) for one in node.nodes)


def _holds(document: Document, node: Condition) -> bool:
    if node.path == ("deleted",):
        return bool(node.value == "false")
    value = dig(document, node.path)
    if node.operator == "null":
        return (value is None) is node.value
    text = str(value).lower() if isinstance(value, bool) else str(value or "")
    return _COMPARE[node.operator](text, node.value)


def _like(text: str, pattern: str) -> bool:
    parts = (_SIGNS.get(part) or re.escape(part.removeprefix("\\")) for part in _PATTERN_PARTS.split(pattern))
    return re.fullmatch("".join(parts), text, re.IGNORECASE | re.DOTALL) is not None


_COMPARE: Final[dict[str, Callable[[str, Any], bool]]] = {
    "eq": lambda text, value: text == value,
    "ne": lambda text, value: text != value,
    "lt": lambda text, value: text < value,
    "lte": lambda text, value: text <= value,
    "gt": lambda text, value: text > value,
    "gte": lambda text, value: text >= value,
    "in": lambda text, value: text in value,
    "nin": lambda text, value: text not in value,
    "between": lambda text, value: value[0] <= text <= value[1],
    "like": _like,
    "ilike": _like,
}
