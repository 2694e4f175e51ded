"""Tiers: named sets of rate limits with a price, edited by operators; every process applies a change within a second."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from server.domain import money
from server.domain.errors import Conflict, Fault, Missing, Unprocessable
from server.services import events, pages
from server.services.credentials import GENERATION
from server.services.limits import UNLIMITED
from server.services.tenants import require_operator
from server.store import database, generations, tiers
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.tiers import Row

_AMOUNT_PATTERN: Final = r"[0-9]{1,13}(\.[0-9]{1,2})?"
_AMOUNT: Final = {"type": "string", "pattern": f"^{_AMOUNT_PATTERN}$", "examples": ["49.00"]}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


def _currency(code: str) -> str:
    if code not in money.CURRENCIES:
        message = "is not an ISO 4217 currency"
        raise ValueError(message)
    return code


def _amount(text: Any) -> Any:
    """Refuse numbers: what has passed through a float is not what was meant."""
    if isinstance(text, Decimal):
        return text
    if not isinstance(text, str) or not re.fullmatch(_AMOUNT_PATTERN, text):
        message = 'is not an amount in a text such as "49.00"'
        raise ValueError(message)
    return Decimal(text)


class Price(BaseModel):
    """What a tier costs a month."""

    model_config = ConfigDict(extra="forbid")

    amount: Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=15, decimal_places=2), WithJsonSchema(_AMOUNT)]
    currency: Annotated[str, AfterValidator(_currency), Field(json_schema_extra={"enum": sorted(money.CURRENCIES)})]


_Glob = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class KeyLimit(BaseModel):
    """At most `requests` in one `period`, for paths that match one of the `endpoints` (globs such as /api/v1/contacts*); all when empty."""

    model_config = ConfigDict(extra="forbid")

    requests: Annotated[int, Field(ge=1, le=UNLIMITED)]
    period: Literal["second", "minute", "hour", "day"]
    endpoints: Annotated[list[_Glob], Field(max_length=50)] = []


class Limit(KeyLimit):
    """A limit of a tier: counted for the whole tenant, or for each of its keys (and OAuth clients) or users apart."""

    per: Literal["tenant", "key", "user"] = "tenant"


class TierCost(BaseModel):
    """A request to a path that matches one of the `endpoints` uses up `units` of every limit instead of one."""

    model_config = ConfigDict(extra="forbid")

    endpoints: Annotated[list[_Glob], Field(min_length=1, max_length=50)]
    units: Annotated[int, Field(ge=2, le=1_000_000)]


class TierChange(BaseModel):
    """What a tier is from now on. Without limits it counts and does not limit."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    price: Price | None = None
    limits: Annotated[list[Limit], Field(max_length=20)] = []
    costs: Annotated[list[TierCost], Field(max_length=50)] = []


class TierView(BaseModel):
    """A tier."""

    object: str
    name: str
    price: dict[str, str] | None
    limits: list[Limit]
    costs: list[TierCost]
    version: int
    created_at: str
    updated_at: str


def shown(row: Row) -> dict[str, Any]:
    """Return a tier in its wire form."""
    price = orjson.loads(row["price"]) if row["price"] else None
    times = {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}
    parts = {name: orjson.loads(row[name]) for name in ("limits", "costs")}
    return {"object": "tier", "name": row["name"], "price": price, **parts, "version": row["version"], **times}


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of tiers in the order of their names, and the cursor of the next."""
    require_operator(actor)
    found, following = pages.page("tiers", cursor, limit, tiers.page, place="name")
    return [shown(row) for row in found], following


def get(actor: Actor, name: str) -> dict[str, Any]:
    """Return a tier. Raises Missing."""
    require_operator(actor)
    return shown(_find(name))


def _find(name: str) -> Row:
    row = tiers.find_whole(name)
    if row is None:
        raise Missing(f"There is no tier '{name}'.")
    return row


def put(actor: Actor, name: str, body: TierChange) -> tuple[dict[str, Any], bool]:
    """Make or replace a tier; the flag says whether it is new. Raises Unprocessable for a name or costs that do not fit."""
    require_operator(actor)
    _check_name(name, body.name)
    _check_costs(body)
    now = clock.now_ms()
    with database.transaction():
        before = tiers.find_whole(name)
        row = {
            "name": name,
            "price": orjson.dumps(body.price.model_dump(mode="json")).decode() if body.price else None,
            **{part: orjson.dumps(found).decode() for part, found in body.model_dump(include={"limits", "costs"}).items()},
            "version": before["version"] + 1 if before else 1,
            "created_at": before["created_at"] if before else now,
            "updated_at": now,
        }
        tiers.put(row)
        generations.bump(GENERATION)
        changes = {part: [before and before[part], row[part]] for part in ("price", "limits", "costs") if not before or before[part] != row[part]}
        events.record_audit(actor, "tier.updated" if before else "tier.created", name, changes)
    return shown(row), before is None


def _check_name(name: str, given: str | None) -> None:
    if not _NAME.fullmatch(name):
        detail = "A name has lower-case letters, digits, - and _, and begins with a letter or digit."
        raise Unprocessable("This name cannot be used.", faults=[Fault("/name", "invalid_name", detail)])
    if given not in {None, name}:
        raise Unprocessable("The names differ.", faults=[Fault("/name", "name_differs", f"The address says '{name}'.")])


def _check_costs(body: TierChange) -> None:
    """Refuse costs that a whole window could not pay. Raises Unprocessable."""
    smallest = min((limit.requests for limit in body.limits), default=UNLIMITED)
    faults = [
        Fault(f"/costs/{index}/units", "too_dear", f"A limit allows {smallest} in all, so such a request could never be made.")
        for index, cost in enumerate(body.costs)
        if cost.units > smallest
    ]
    if faults:
        raise Unprocessable("A request may not cost more than a limit allows.", faults=faults)


def remove(actor: Actor, name: str, default_tier: str) -> None:
    """Remove a tier that nobody is on. Raises Conflict (`tier_in_use`)."""
    require_operator(actor)
    with database.transaction():
        _find(name)
        used = tiers.users_of(name)
        if used or name == default_tier:
            reason = f"{used} tenants are on it" if used else "it is the tier of new tenants (limits.default_tier)"
            raise Conflict(f"The tier '{name}' is in use: {reason}.", code="tier_in_use")
        tiers.delete(name)
        generations.bump(GENERATION)
        events.record_audit(actor, "tier.deleted", name)
