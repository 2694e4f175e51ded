"""The audit trail as its readers see it: a tenant its own, operators all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from pydantic import BaseModel, Field

from server.domain.permissions import permit
from server.services import pages
from server.services.tenants import require_operator
from server.store import audit
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor


class AuditView(BaseModel):
    """One entry: who did what to which thing, from where."""

    id: str
    object: str
    at: str
    tenant_id: str | None
    mode: str
    actor: dict[str, str]
    action: str
    target: dict[str, str]
    changes: dict[str, Any] | None
    address: str | None
    request_id: str | None
    sequence: Annotated[int | None, Field(description="The place in the chain; null for the second until the entry is sealed.")]
    seal: str | None


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry in its wire form."""
    return {
        "id": row["id"],
        "object": "audit_entry",
        "at": clock.rfc3339(row["at"]),
        "tenant_id": row["tenant_id"] or None,
        "mode": row["mode"],
        "actor": {"kind": row["actor_kind"], "id": row["actor_id"]},
        "action": row["action"],
        "target": {"object": row["object"], "id": row["object_id"]},
        "changes": orjson.loads(row["changes"]) if row["changes"] else None,
        "address": row["address"],
        "request_id": row["request_id"],
        "sequence": row["sequence"],
        "seal": row["seal"],
    }


def list_page(actor: Actor, filters: Mapping[str, Any], cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the tenant's entries, the newest first; moments in `filters` are milliseconds."""
    permit(actor, "audit:read")
    return _page(actor.tenant_id, actor.mode, filters, cursor, limit)


def list_page_of_all(
    actor: Actor, tenant_id: str | None, filters: Mapping[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of every entry, or of one tenant's in both modes, the newest first."""
    require_operator(actor)
    return _page(tenant_id, None, filters, cursor, limit)


def _page(
    tenant_id: str | None, mode: str | None, filters: Mapping[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    scope = repr(("audit", tenant_id, mode, sorted(filters.items())))
    found, following = pages.page(
        scope, cursor, limit, lambda before, most: audit.page(tenant_id, mode, filters, before, most), place="position", start=None
    )
    return [shown(row) for row in found], following
