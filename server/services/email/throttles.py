"""Throttles: how fast a tenant's mail goes to each provider, as the tenant set it and as the provider's replies made it for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.domain.mail import sites
from server.domain.permissions import permit
from server.services import events, pages
from server.services.email.desk import pace
from server.store import database, email_throttles
from server.system import clock

if TYPE_CHECKING:
    from server.store.email_throttles import Row

ALL_SITES: Final = "all"
_SITE: Final = r"^[a-z0-9][a-z0-9.-]{0,252}$"


class NewThrottle(BaseModel):
    """A limit: so many messages in a period, and connections at once, to a provider; `all` means every provider together."""

    model_config = ConfigDict(extra="forbid")

    site: Annotated[str, StringConstraints(pattern=_SITE), Field(json_schema_extra={"examples": ["google"]})]
    messages: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    period_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    connections: Annotated[int, Field(ge=1, le=100)] | None = None


class ThrottleView(BaseModel):
    """What holds for a provider now: the limit that was set, the one its replies led to, and why, in its own words."""

    object: str
    site: str
    title: str
    messages: int | None
    period_seconds: int | None
    connections: int
    per_minute_now: float | None
    paused_until: str | None
    slowed_until: str | None
    reason: str | None
    reply: str | None
    updated_at: str


def _stored(site: str) -> str:
    return "" if site == ALL_SITES else site


def shown(row: Row) -> dict[str, Any]:
    """Return a throttle in its wire form."""
    now, known = clock.now_ms(), sites.site(row["site"])
    rate = pace(row, now)
    held = {name: clock.rfc3339(row[name]) if (row[name] or 0) > now else None for name in ("paused_until", "slowed_until")}
    told = bool(held["paused_until"] or held["slowed_until"])
    return {
        "object": "email_throttle",
        "site": row["site"] or ALL_SITES,
        "title": sites.title_of(row["site"]),
        "messages": row["messages"],
        "period_seconds": row["period_ms"] // 1000 if row["period_ms"] else None,
        "connections": row["connections"] or known.connections,
        "per_minute_now": round(60_000 / rate.interval, 3) if rate else None,
        **held,
        "reason": row["reason"] if told else None,
        "reply": row["reply"] if told else None,
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def put(actor: Actor, body: NewThrottle) -> dict[str, Any]:
    """Set the limit of a provider, over one that was set before."""
    permit(actor, "email:write")
    site = _stored(body.site)
    values = {"messages": body.messages, "period_ms": body.period_seconds * 1000 if body.messages else None, "connections": body.connections}
    with database.transaction():
        email_throttles.change(actor.tenant_id, actor.mode, site, {**values, "next_at": 0}, clock.now_ms())
        events.record_audit(actor, "email_throttle.set", body.site, {name: [None, value] for name, value in values.items()})
    return get(actor, body.site)


def _find(actor: Actor, site: str) -> Row:
    row = email_throttles.find(actor.tenant_id, actor.mode, _stored(site))
    if row is None:
        raise Missing(f"Nothing is set for '{site}'.")
    return row


def get(actor: Actor, site: str) -> dict[str, Any]:
    """Return what holds for a provider. Raises Missing when nothing does."""
    permit(actor, "email:read")
    return shown(_find(actor, site))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of throttles in the order of their sites, and the cursor of the next."""
    permit(actor, "email:read")
    scope = pages.scope_of(actor, "email_throttles")
    found, following = pages.page(
        scope, cursor, limit, lambda after, most: email_throttles.page(actor.tenant_id, actor.mode, after, most), place="site"
    )
    return [shown(row) for row in found], following


def resume(actor: Actor, site: str) -> dict[str, Any]:
    """Send to a provider again before its pause has ended by itself."""
    permit(actor, "email:write")
    with database.transaction():
        row = _find(actor, site)
        values = {"paused_until": 0, "slowed_to": None, "slowed_until": None, "strikes": "{}"}
        email_throttles.change(actor.tenant_id, actor.mode, row["site"], values, clock.now_ms())
        events.record_audit(actor, "email_throttle.resumed", site, {"reason": [row["reason"], None]})
    return get(actor, site)


def remove(actor: Actor, site: str) -> None:
    """Remove a limit, and what the provider's replies led to. Raises Missing."""
    permit(actor, "email:write")
    with database.transaction():
        _find(actor, site)
        email_throttles.remove(actor.tenant_id, actor.mode, _stored(site))
        events.record_audit(actor, "email_throttle.deleted", site)
