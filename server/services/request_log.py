"""The request log as its readers see it: a tenant its own lines, operators all; and the counts made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel

from server.domain.actor import system_actor
from server.domain.errors import Missing
from server.domain.permissions import permit
from server.domain.redaction import redact_fields
from server.services import events, pages
from server.services.tenants import require_operator
from server.store import custom_fields, request_log
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.services.subscriptions import Asked
    from server.store.request_log import Row

USAGE_DAYS: Final = 30
RECEIVED: Final = "api_request.received"
PUBLIC: Final = "/api/"


class LogLimit(BaseModel):
    """What the closest rate limit had left after a request, and the seconds until it was full again."""

    name: str
    remaining: int
    reset: int


class LogView(BaseModel):
    """One request and how it ended."""

    id: str
    object: str
    at: str
    tenant_id: str | None
    mode: str | None
    method: str
    route: str
    path: str
    status: int
    code: str | None
    duration_ms: float
    actor: dict[str, str] | None
    address: str | None
    request_id: str
    request_bytes: int
    response_bytes: int
    limit: LogLimit | None


class LogDetailView(LogView):
    """One request with its bodies, where the appliance is set up to keep them; credentials in them are masked."""

    request_body: Any
    response_body: Any


class UsageView(BaseModel):
    """What one caller did on one route in one day (UTC)."""

    object: str
    day: str
    actor: dict[str, str] | None
    route: str
    requests: int
    errors: int
    limited: int
    mean_ms: float


def shown(row: Row) -> dict[str, Any]:
    """Return a line in its wire form."""
    found = {name: row[name] for name in ("id", "tenant_id", "mode", "method", "route", "path", "status", "code", "address", "request_id")}
    found |= {name: row[name] for name in ("request_bytes", "response_bytes")}
    found |= {"object": "log", "at": clock.rfc3339(row["at"]), "duration_ms": row["duration_us"] / 1000, "actor": _actor(row)}
    limit = {"name": row["limit_name"], "remaining": row["limit_remaining"], "reset": row["limit_reset"]}
    return found | {"limit": limit if limit["name"] else None}


def _actor(row: Row) -> dict[str, str] | None:
    return {"kind": row["actor_kind"], "id": row["actor_id"]} if row["actor_id"] else None


def tell(lines: Sequence[tuple[Any, ...]], asked: Asked) -> None:
    """Publish what reached the public API where somebody asked for exactly that; `lines` are as the store takes them. Call inside a write."""
    asking = asked.by().get(RECEIVED)
    if not asking:
        return
    for line in lines:
        row = dict(zip(request_log.COLUMNS, line, strict=True))
        if (row["tenant_id"], row["mode"]) in asking and row["path"].startswith(PUBLIC):
            record = {"object": "api_request", **{name: row[name] for name in ("id", "method", "route", "path", "status", "code")}}
            caller = {"actor": _actor(row), "duration_ms": row["duration_us"] / 1000}
            events.publish(system_actor(row["tenant_id"], row["mode"]), RECEIVED, row["id"], record={**record, **caller})


def discreet(lines: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return lines as they are stored: their bodies without what the tenant's encrypted fields were given. Asks nothing where no body is kept."""
    names: dict[tuple[str, str], list[str]] = {}
    return [line if line[-1] is None else _discreet(line, names) for line in lines]


def _discreet(line: tuple[Any, ...], names: dict[tuple[str, str], list[str]]) -> tuple[Any, ...]:
    row = dict(zip(request_log.COLUMNS, line, strict=True))
    place = (row["tenant_id"], row["mode"])
    if row["tenant_id"] is None:
        return line
    if place not in names:
        names[place] = custom_fields.names_of_type(*place, "encrypted")
    if not names[place]:
        return line
    bodies = {side: redact_fields(body, names[place]) for side, body in orjson.loads(row["bodies"]).items()}
    return (*line[:-1], orjson.dumps(bodies).decode())


def list_page(actor: Actor, filters: Mapping[str, Any], cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the tenant's lines, the newest first; moments in `filters` are milliseconds."""
    permit(actor, "logs:read")
    return _page(actor.tenant_id, actor.mode, filters, cursor, limit)


def list_page_of_all(
    actor: Actor, tenant_id: str | None, filters: Mapping[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of every line, or of one tenant's in both modes, the newest first."""
    require_operator(actor)
    return _page(tenant_id, None, filters, cursor, limit)


def _page(
    tenant_id: str | None, mode: str | None, filters: Mapping[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    if "path" in filters:
        filters = {**filters, "path": _escaped(filters["path"]) + "%"}

    def read(place: str | None, most: int) -> list[Row]:
        before = (int(place.partition("/")[0]), place.partition("/")[2]) if place else None
        return [{**row, "place": f"{row['at']}/{row['id']}"} for row in request_log.page(tenant_id, mode, filters, before, most)]

    scope = repr(("log", tenant_id, mode, sorted(filters.items())))
    found, following = pages.page(scope, cursor, limit, read, place="place", start=None)
    return [shown(row) for row in found], following


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def get(actor: Actor, line_id: str) -> dict[str, Any]:
    """Return one line. Raises Missing."""
    permit(actor, "logs:read")
    row = request_log.find(actor.tenant_id, actor.mode, line_id)
    if row is None:
        raise Missing(f"There is no line '{line_id}' in the log.")
    bodies = orjson.loads(row["bodies"]) if row["bodies"] else {}
    return shown(row) | {"request_body": bodies.get("request"), "response_body": bodies.get("response")}


def usage(actor: Actor, since: int | None, until: int | None, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return counts per caller, route and day between two moments in milliseconds, the last thirty days without them."""
    permit(actor, "logs:read")
    today = clock.now_ms() // request_log.DAY_MS
    first = (today - USAGE_DAYS + 1) * request_log.DAY_MS if since is None else since
    last = (today + 1) * request_log.DAY_MS if until is None else until

    def read(place: str | None, most: int) -> list[Row]:
        day, caller, route = place.split("/", 2) if place else ("0", "", "")
        behind = (int(day), caller, route) if place else None
        rows = request_log.usage(actor.tenant_id, actor.mode, first, last, behind, most)
        return [{**row, "place": f"{row['day']}/{row['actor_id']}/{row['route']}"} for row in rows]

    found, following = pages.page(pages.scope_of(actor, "usage", first, last), cursor, limit, read, place="place", start=None)
    return [_counted(row) for row in found], following


def _counted(row: Row) -> dict[str, Any]:
    found = {name: row[name] for name in ("route", "requests", "errors", "limited")}
    found |= {"object": "usage", "day": clock.rfc3339(row["day"] * request_log.DAY_MS)[:10], "actor": _actor(row)}
    return found | {"mean_ms": round(row["duration_us"] / row["requests"] / 1000, 3)}
