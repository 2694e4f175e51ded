"""What a tenant has defined for itself: its object types, custom fields and custom endpoints, together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain.permissions import NOTHING, ROLES, grants
from server.services import custom_endpoints
from server.store import custom_endpoints as endpoints
from server.store import custom_fields, records
from server.store import object_types as types

if TYPE_CHECKING:
    from collections.abc import Collection

    from server.domain.actor import Actor
    from server.store.object_types import Declared


def declared_fields(actor: Actor) -> dict[str, tuple[Declared, ...]]:
    """Return the custom fields of each resource that has any and that the actor may read, by its plural."""
    found = {
        resource.plural: tuple(custom_fields.declared(actor.tenant_id, actor.mode, resource.plural))
        for resource in records.resources()
        if resource.noun != "object" and _may(actor, resource.scope)
    }
    return {plural: declared for plural, declared in found.items() if declared}


def declared_types(actor: Actor) -> dict[str, tuple[Declared, ...]]:
    """Return the object types with their fields, by name; none for an actor that may not read them."""
    if not _may(actor, "objects"):
        return {}
    fields = custom_fields.declared_on_types(actor.tenant_id, actor.mode)
    return {name: tuple(fields.get(name, ())) for name in types.names(actor.tenant_id, actor.mode)}


def published_endpoints(actor: Actor) -> tuple[dict[str, Any], ...]:
    """Return the custom endpoints that the actor may call, as they are shown; one over a type that is gone is left out."""
    rows = endpoints.page(actor.tenant_id, actor.mode, "", custom_endpoints.MOST)
    kinds = set(types.names(actor.tenant_id, actor.mode)) if _may(actor, "objects") else set()
    return tuple(custom_endpoints.shown(row) for row in rows if _is_there(row["resource"], kinds) and _may(actor, row["resource"].partition("/")[0]))


def _is_there(resource: str, kinds: Collection[str]) -> bool:
    kind, _, name = resource.partition("/")
    return kind != "objects" or name in kinds


def _may(actor: Actor, scope: str) -> bool:
    return all(grants(granted, f"{scope}:read") for granted in (actor.scopes, ROLES.get(actor.role, NOTHING)))
