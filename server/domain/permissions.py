"""What may be done: scopes as `resource:action`, and the roles that grant them. Scope AND role must allow an act.

`*` stands for every scope. Write implies read of the same resource. The spelling with a dot (`contacts.read`,
`activities.create`) is accepted and normalised. Roles are ranked; each grants what its row says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.errors import Denied, Fault, Unprocessable
from server.domain.hints import near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.actor import Actor

RESOURCES: Final = (
    "contacts", "companies", "deals", "activities", "products", "orders", "invoices", "payments", "documents",
    "objects", "webhooks", "events", "integrations", "email", "imports", "exports", "keys", "users", "logs", "audit",
)  # fmt: skip
RECORDS: Final = RESOURCES[:10]
REVEAL: Final = "encrypted:read"
"""Seeing what is in encrypted fields, in records that may be read; part of no role but those that may do everything."""
SCOPES: Final = frozenset(f"{resource}:{action}" for resource in RESOURCES for action in ("read", "write")) | {REVEAL}
EVERYTHING: Final = frozenset({"*"})
NOTHING: Final[frozenset[str]] = frozenset()

_ACTIONS: Final = {"read": "read", "list": "read", "get": "read", "write": "write", "create": "write", "update": "write", "delete": "write"}
_MEMBER: Final = frozenset(
    {f"{resource}:write" for resource in (*RECORDS, "email", "imports", "exports")}
    | {f"{resource}:read" for resource in RESOURCES if resource not in {"keys", "users", "logs", "audit"}}
)
_VIEWER: Final = frozenset(f"{resource}:read" for resource in (*RECORDS, "events", "integrations", "email", "webhooks"))

ROLES: Final[dict[str, frozenset[str]]] = {
    "operator": EVERYTHING,
    "owner": EVERYTHING,
    "admin": EVERYTHING,
    "member": _MEMBER,
    "viewer": _VIEWER,
}


def normalise_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """Return the scopes in their one spelling, or raise Unprocessable naming every unknown one."""
    found: set[str] = set()
    faults: list[Fault] = []
    for index, scope in enumerate(scopes):
        resource, _, action = scope.replace(".", ":").partition(":")
        plain = "*" if scope == "*" else f"{resource}:{_ACTIONS.get(action, '')}"
        if plain == "*" or plain in SCOPES:
            found.add(plain)
        else:
            faults.append(Fault(f"/scopes/{index}", "unknown_scope", f"'{scope}' is not a scope.{near_miss(scope, SCOPES)}"))
    if faults:
        raise Unprocessable("Some scopes are not known.", code="unknown_scope", faults=faults)
    return frozenset(found)


def grants(granted: frozenset[str], scope: str) -> bool:
    """Tell whether a set of scopes allows one; write implies read."""
    if scope in granted or "*" in granted:
        return True
    resource, _, action = scope.partition(":")
    return action == "read" and f"{resource}:write" in granted


def permit(actor: Actor, scope: str) -> None:
    """Raise Denied unless both the actor's scopes and the actor's role allow the scope."""
    if not grants(actor.scopes, scope):
        raise Denied(f"This credential lacks the scope '{scope}'.", code="insufficient_scope", scope=scope)
    if not grants(ROLES.get(actor.role, NOTHING), scope):
        raise Denied(f"The role '{actor.role}' does not allow '{scope}'.", code="insufficient_role", scope=scope)
