"""Tenants, for operators: made, changed, suspended, exported and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.services import tenant_archives, tenants
from server.services.tenants import NewTenant, TenantChange, TenantView
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import CALLED, PAGE_PARAMETERS
from server.web.downloads import download
from server.web.routes import Group, Parameter, Runs

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

_BASE: Final = "/admin/v1/tenants"
CONFIRM: Final = Parameter("confirm", {"type": "string"}, "The tenant's name, since this cannot be undone.", required=True)


def list_tenants(call: Call) -> Answer:
    """List tenants."""
    found, cursor = tenants.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200), call.query("search") or "")
    return list_answer(found, cursor, call)


def create_tenant(call: Call) -> Answer:
    """Make a tenant, or return the one of this name."""
    found, created = tenants.create(call.actor, call.body, call.settings.limits.default_tier)
    return record_answer(found, 201 if created else 200, f"{_BASE}/{found['id']}" if created else None)


def get_tenant(call: Call) -> Answer:
    """Get a tenant."""
    return record_answer(tenants.get(call.actor, call.params["id"]))


def update_tenant(call: Call) -> Answer:
    """Change a tenant."""
    return record_answer(tenants.update(call.actor, call.params["id"], call.body, version=call.version()))


def suspend_tenant(call: Call) -> Answer:
    """Let nobody of a tenant in."""
    return record_answer(tenants.suspend(call.actor, call.params["id"]))


def resume_tenant(call: Call) -> Answer:
    """Let a tenant in again."""
    return record_answer(tenants.resume(call.actor, call.params["id"]))


def delete_tenant(call: Call) -> Answer:
    """Delete a tenant and everything of it."""
    tenant_archives.delete(call.actor, call.params["id"], call.query("confirm"))
    return empty_answer()


async def export_tenant(call: Call) -> StreamResponse:
    """Send everything of a tenant as JSON lines."""
    tenant_id = call.params["id"]
    return await download(call, lambda: tenant_archives.export(call.actor, tenant_id), f"{tenant_id}.jsonl", "application/x-ndjson")


_EXAMPLE: Final = {"name": "Example Engines", "timezone": "Europe/Berlin", "currency": "EUR"}
_GROUP: Final = Group(_BASE, "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("", list_tenants, "List tenants", answer=TenantView, listed=True, runs=Runs.READ,
                query=(*PAGE_PARAMETERS, CALLED)),
    _GROUP.post("", create_tenant, "Create a tenant; one of this name is returned as it is", body=NewTenant, answer=TenantView, status=201,
                also={200: "There is one of this name: it is returned as it is."},
                example=_EXAMPLE),
    _GROUP.get("/{id}", get_tenant, "Get a tenant", answer=TenantView),
    _GROUP.patch("/{id}", update_tenant, "Change a tenant", takes_version=True, body=TenantChange, answer=TenantView, example={"tier": "unlimited"}),
    _GROUP.delete("/{id}", delete_tenant, "Delete a tenant and everything of it", runs=Runs.WORK, query=(CONFIRM,), refuses=(422,)),
    _GROUP.post("/{id}/suspend", suspend_tenant, "Refuse every request of a tenant", answer=TenantView),
    _GROUP.post("/{id}/resume", resume_tenant, "Let a suspended tenant in again", answer=TenantView),
    _GROUP.get("/{id}/export", export_tenant, "Download everything of a tenant as JSON lines", runs=Runs.STREAM, produces="application/x-ndjson"),
]  # fmt: skip
