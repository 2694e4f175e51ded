"""Tenants: made, changed, suspended and resumed by operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from server.domain import money
from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Fault, Missing, Stale, Unconditional, Unprocessable
from server.services import events, pages
from server.services.changes import Change
from server.services.credentials import GENERATION
from server.store import database, generations, tenants, tiers
from server.system import clock, ids

if TYPE_CHECKING:
    from server.store.tenants import Row


def time_zone(name: str) -> str:
    """Return the name of a time zone. Raises PydanticCustomError (`unknown_timezone`) for what is none."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PydanticCustomError("unknown_timezone", "This is not a time zone such as Europe/Berlin.") from error
    return name


def _currency(code: str) -> str:
    if code.upper() not in money.CURRENCIES:
        message = "is not an ISO 4217 currency"
        raise ValueError(message)
    return code.upper()


class TenantChange(Change):
    """What an operator may change about a tenant."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    tier: Annotated[str, StringConstraints(max_length=100)] | None = None
    timezone: Annotated[str, AfterValidator(time_zone)] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    currency: Annotated[str, AfterValidator(_currency), Field(json_schema_extra={"enum": sorted(money.CURRENCIES)})] | None = None
    require_if_match: Annotated[bool, Field(description="Whether single records are changed with If-Match only.")] | None = None


class NewTenant(TenantChange):
    """What makes a tenant; what is left out, or null, has its default."""

    clearable = frozenset({"tier", "timezone", "language", "currency", "require_if_match"})

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class TenantView(BaseModel):
    """A tenant as operators see it."""

    id: str
    object: str
    name: str
    tier: str
    timezone: str
    language: str
    currency: str
    require_if_match: bool
    status: str
    version: int
    created_at: str
    updated_at: str


def shown(row: Row) -> dict[str, Any]:
    """Return a tenant in its wire form."""
    times = {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}
    return {"object": "tenant", **row, "require_if_match": bool(row["require_if_match"]), **times}


def require_operator(actor: Actor) -> None:
    """Raise Denied unless an operator, or the appliance itself, acts."""
    if actor.kind not in {"operator", "system"}:
        raise Denied("Only operators of the appliance may do this.", code="operators_only")


def within(actor: Actor, tenant_id: str) -> Actor:
    """Return the operator acting inside a tenant, so that what is done there is in the tenant's own trail."""
    return Actor(actor.kind, actor.id, tenant_id, actor.mode, actor.scopes, actor.role, actor.owner_id, actor.address, actor.request_id)


def create(actor: Actor, body: NewTenant, default_tier: str) -> tuple[dict[str, Any], bool]:
    """Make a tenant, or return the one of this name; the flag says which."""
    require_operator(actor)
    now = clock.now_ms()
    row: Row = {
        "id": ids.new_id("ten"),
        "name": body.name,
        "tier": body.tier or default_tier,
        "timezone": body.timezone or "UTC",
        "language": body.language or "en",
        "currency": body.currency or "EUR",
        "require_if_match": int(body.require_if_match or False),
        "status": "active",
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    with database.transaction():
        there = tenants.find_by_name(body.name)
        if there is not None:
            return shown(there), False
        _check_tier(row["tier"])
        tenants.insert(row)
        events.record_audit(within(actor, row["id"]), "tenant.created", row["id"], {"name": [None, body.name]})
    return shown(row), True


def _check_tier(name: str) -> None:
    if tiers.find(name) is None:
        raise Unprocessable("There is no such tier.", faults=[Fault("/tier", "unknown_reference", f"There is no tier '{name}'.")])


def get(actor: Actor, tenant_id: str) -> dict[str, Any]:
    """Return a tenant. Raises Missing."""
    require_operator(actor)
    return shown(_find(tenant_id))


def find(name_or_id: str) -> dict[str, Any]:
    """Return a tenant by id or name, for the command line. Raises Missing."""
    row = tenants.find(name_or_id) or tenants.find_by_name(name_or_id)
    if row is None:
        raise Missing(f"There is no tenant '{name_or_id}'.")
    return shown(row)


def require(tenant_id: str) -> None:
    """Raise Missing unless there is such a tenant: an operator acts inside one by naming it."""
    _find(tenant_id)


def check_unconditional(actor: Actor) -> None:
    """Raise Unconditional when the actor's tenant lets nobody change a record unseen; other calls than single ones are not asked."""
    if tenants.requires_if_match(actor.tenant_id):
        raise Unconditional


def _find(tenant_id: str) -> Row:
    row = tenants.find(tenant_id)
    if row is None:
        raise Missing(f"There is no tenant '{tenant_id}'.")
    return row


def list_page(actor: Actor, cursor: str | None, limit: int, words: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of tenants, with words of those that are called so, and the cursor of the next."""
    require_operator(actor)
    found, following = pages.page(repr(("tenants", words)), cursor, limit, lambda after, most: tenants.page(after, most, words))
    return [shown(row) for row in found], following


def update(actor: Actor, tenant_id: str, body: TenantChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a tenant."""
    given = {name: int(value) if isinstance(value, bool) else value for name, value in body.model_dump(exclude_unset=True).items()}
    return _change(actor, tenant_id, given, "tenant.updated", version)


def suspend(actor: Actor, tenant_id: str) -> dict[str, Any]:
    """Refuse every request of a tenant from now on; its data stays."""
    return _change(actor, tenant_id, {"status": "suspended"}, "tenant.suspended")


def resume(actor: Actor, tenant_id: str) -> dict[str, Any]:
    """Let a suspended tenant in again."""
    return _change(actor, tenant_id, {"status": "active"}, "tenant.resumed")


def _change(actor: Actor, tenant_id: str, change: dict[str, Any], action: str, version: int | None = None) -> dict[str, Any]:
    require_operator(actor)
    with database.transaction():
        before = _find(tenant_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        if before["status"] == "deleting":
            raise Conflict("This tenant is being deleted.", code="tenant_deleting")
        changes = {name: [before[name], value] for name, value in change.items() if before[name] != value}
        if not changes:
            return shown(before)
        if "name" in changes and tenants.find_by_name(change["name"]):
            raise Conflict(f"There is a tenant '{change['name']}' already.", code="not_unique")
        if "tier" in changes:
            _check_tier(change["tier"])
        row = {**before, **change, "version": before["version"] + 1, "updated_at": clock.now_ms()}
        if not tenants.update(row, before["version"]):
            raise Stale
        generations.bump(GENERATION)
        events.record_audit(within(actor, tenant_id), action, tenant_id, changes)
    return shown(row)
