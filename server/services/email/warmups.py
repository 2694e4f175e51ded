"""Warm-ups: a new source sends a little more to each provider every day; what is over the day's share moves on or waits for the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.errors import Fault, Missing, Unprocessable
from server.domain.mail import warmup
from server.domain.mail.warmup import DAY_MS, DayResult
from server.domain.permissions import permit
from server.services import events
from server.services.email.streams import Transport
from server.store import database, email_figures, email_warmups
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.email_warmups import Row

EVERY_SITE: Final = "*"


class NewWarmup(BaseModel):
    """What is warmed up, a transport, by which plan; at every provider apart, or with `site` at one alone."""

    model_config = ConfigDict(extra="forbid")

    source: Transport
    plan: Annotated[str, Field(json_schema_extra={"enum": sorted(warmup.PLANS)}), StringConstraints(max_length=50)] = "standard"
    site: Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9][a-z0-9.-]{0,252})$")] = EVERY_SITE


class WarmupView(BaseModel):
    """How far a source is at a site: the day of its plan, the day's share, and what of it was sent."""

    object: str
    source: str
    site: str
    plan: str
    step: int
    cap: int | None
    sent_today: int
    reason: str | None
    created_at: str


def next_day(now_ms: int) -> int:
    """Return when the next day begins, in UTC."""
    return (now_ms // DAY_MS + 1) * DAY_MS


def admitted(tenant_id: str, mode: str, transports: Sequence[str], site: str) -> tuple[str, ...]:
    """Return those transports that may send one more message to a site today; counts it for the first of those that are warmed up."""
    warmed = email_warmups.sources()
    if not any((tenant_id, mode, one) in warmed for one in transports):
        return tuple(transports)
    found: list[str] = []
    for source in transports:
        if found or (tenant_id, mode, source) not in warmed or _count(tenant_id, mode, source, site):
            found.append(source)
    return tuple(found)


def _count(tenant_id: str, mode: str, source: str, site: str) -> bool:
    """Count a message against the day's share; False when that is used up."""
    now = clock.now_ms()
    with database.transaction():
        row = email_warmups.find(tenant_id, mode, source, site) or _begun(tenant_id, mode, source, site, now)
        if row is None:
            return True
        if row["day"] < now // DAY_MS:
            row = _moved(row, now)
        most = warmup.cap(row["plan"], row["step"])
        return most is None or email_warmups.count_one(tenant_id, mode, source, site, row["day"], most)


def _begun(tenant_id: str, mode: str, source: str, site: str, now: int) -> Row | None:
    """Begin at a site what was begun at every site."""
    general = email_warmups.find(tenant_id, mode, source, EVERY_SITE)
    if general is None:
        return None
    row = {**general, "site": site, "step": 0, "day": now // DAY_MS, "sent": 0, "reason": None, "created_at": now, "updated_at": now}
    email_warmups.insert(tenant_id, mode, row)
    return row


def _moved(row: Row, now: int) -> Row:
    """Go a step further, or back, by how the last day went."""
    counted = email_figures.of_site(row["tenant_id"], row["mode"], row["site"], row["day"] * DAY_MS, (row["day"] + 1) * DAY_MS)
    day = DayResult(row["sent"], counted.get("bounced", 0), counted.get("complained", 0))
    step, reason = warmup.next_step(row["plan"], row["step"], day)
    values = {"step": step, "reason": reason, "day": now // DAY_MS, "sent": 0, "updated_at": now}
    email_warmups.move(row["tenant_id"], row["mode"], row["source"], row["site"], values)
    return {**row, **values}


def create(actor: Actor, body: NewWarmup) -> dict[str, Any]:
    """Begin a warm-up, or begin it anew."""
    permit(actor, "email:write")
    if body.plan not in warmup.PLANS:
        detail = f"There is {', '.join(sorted(warmup.PLANS))}."
        raise Unprocessable("There is no such plan.", code="unknown_plan", faults=[Fault("/plan", "unknown_plan", detail)])
    now = clock.now_ms()
    row: Row = {"source": body.source, "site": body.site, "plan": body.plan, "step": 0, "day": now // DAY_MS, "sent": 0}
    row |= {"status": "active", "reason": None, "created_at": now, "updated_at": now}
    with database.transaction():
        email_warmups.insert(actor.tenant_id, actor.mode, row)
        events.record_audit(actor, "email_warmup.created", body.source, {"plan": [None, body.plan], "site": [None, body.site]})
    return shown(row)


def shown(row: Row) -> dict[str, Any]:
    """Return a warm-up in its wire form."""
    found = {name: row[name] for name in ("source", "site", "plan", "step", "reason")}
    sent = row["sent"] if row["day"] == clock.now_ms() // DAY_MS else 0
    found |= {"object": "email_warmup", "cap": warmup.cap(row["plan"], row["step"]), "sent_today": sent}
    return found | {"created_at": clock.rfc3339(row["created_at"])}


def list_all(actor: Actor) -> list[dict[str, Any]]:
    """Return the warm-ups of a tenant, at each site where one has begun."""
    permit(actor, "email:read")
    return [shown(row) for row in email_warmups.of_tenant(actor.tenant_id, actor.mode)]


def remove(actor: Actor, source: str) -> None:
    """End the warm-ups of a source. Raises Missing."""
    permit(actor, "email:write")
    with database.transaction():
        if not email_warmups.remove(actor.tenant_id, actor.mode, source):
            raise Missing(f"'{source}' is not being warmed up.")
        events.record_audit(actor, "email_warmup.deleted", source)
