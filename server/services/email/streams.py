"""Streams: a tenant's kinds of mail, kept apart in the queue, in their figures, and in what is done when one goes wrong.

Every tenant has `transactional` and `broadcast`. Transactional mail is served first, whatever waits in other streams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.mail import pacing
from server.domain.permissions import permit
from server.services import events, pages
from server.services.changes import Change
from server.services.email import accounts
from server.store import database, email_figures, email_queue, email_streams
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.tables import Row

Kind = Literal["transactional", "broadcast"]
DEFAULTS: Final[dict[str, Kind]] = {"transactional": "transactional", "broadcast": "broadcast"}
PRIORITIES: Final[dict[str, int]] = {"transactional": 0, "broadcast": 10}
MOST: Final = 50
WINDOW_MS: Final = 7 * 86_400_000
"""The figures of so long a time back say how a stream fares."""
FOREVER: Final = 2**62
_OPTIONS: Final = ("transports", "retry_schedule", "lifetime_seconds", "tracking")

Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_-]{0,49}$")]
Transport = Annotated[str, StringConstraints(pattern="^(direct|relay|acc_[0-9a-v]{26})$")]
Transports = Annotated[list[Transport], Field(max_length=5)]
Schedule = Annotated[list[Annotated[int, Field(ge=1, le=86_400)]], Field(min_length=1, max_length=50)]
Lifetime = Annotated[int, Field(ge=60, le=604_800)]


class Tracking(BaseModel):
    """What is told of a message's readers; both are off unless asked for."""

    model_config = ConfigDict(extra="forbid")

    opens: bool = False
    clicks: bool = False


class StreamChange(Change):
    """What may be changed. `transports` are tried one after the other; `retry_schedule` are the seconds after each failed attempt.

    `tracking` holds for its messages that say nothing themselves.
    """

    clearable = frozenset({"description", "transports", "retry_schedule", "lifetime_seconds", "tracking"})

    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    transports: Transports | None = None
    retry_schedule: Schedule | None = None
    lifetime_seconds: Lifetime | None = None
    tracking: Tracking | None = None


class NewStream(StreamChange):
    """What makes a stream. Its kind stays: nobody is to make a newsletter urgent afterwards."""

    name: Name
    kind: Kind = "broadcast"


class Reason(BaseModel):
    """Why something is done by hand."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class StreamView(BaseModel):
    """A stream; `sent` and the rates are those of the last seven days, since it was last resumed."""

    id: str
    object: str
    name: str
    kind: Kind
    description: str | None
    transports: list[str]
    retry_schedule: list[int]
    lifetime_seconds: int
    tracking: Tracking
    status: Literal["active", "warned", "paused"]
    status_reason: str | None
    sent: int
    bounce_rate: float
    complaint_rate: float
    waiting: int
    version: int
    created_at: str
    updated_at: str


def options(row: Row) -> dict[str, Any]:
    """Return what was chosen for a stream."""
    found: dict[str, Any] = orjson.loads(row["options"])
    return found


def ensure(tenant_id: str, mode: str, name: str) -> Row:
    """Return a stream by its name, made now if it is one that everybody has. Raises Unprocessable (`unknown_stream`)."""
    found = email_streams.find_by_name(tenant_id, mode, name)
    if found is None and name in DEFAULTS:
        with database.transaction():
            email_streams.insert(tenant_id, mode, _new(name, DEFAULTS[name], None, {}))
        found = email_streams.find_by_name(tenant_id, mode, name)
    if found is None:
        detail = "There is no such stream; POST /email/streams makes one."
        raise Unprocessable(f"There is no stream '{name}'.", code="unknown_stream", faults=[Fault("/stream", "unknown_stream", detail)])
    return found


def _new(name: str, kind: Kind, description: str | None, chosen: dict[str, Any]) -> Row:
    now = clock.now_ms()
    row: Row = {"id": ids.new_id("stm"), "name": name, "kind": kind, "description": description, "options": orjson.dumps(chosen).decode()}
    return row | {"status": "active", "status_reason": None, "warned_at": None, "judged_from": 0, "version": 1, "created_at": now, "updated_at": now}


def figures(row: Row) -> dict[str, int]:
    """Return how a stream's mail fared lately, by outcome."""
    since = max(row["judged_from"], clock.now_ms() - WINDOW_MS)
    return email_figures.of_stream(row["tenant_id"], row["mode"], row["name"], since)


def rates(counted: dict[str, int]) -> tuple[int, float, float]:
    """Return how many messages were handed over or returned, and the shares of them that bounced and were complained about."""
    sent = counted.get("sent", 0) + counted.get("bounced", 0)
    return sent, counted.get("bounced", 0) / max(sent, 1), counted.get("complained", 0) / max(sent, 1)


def shown(row: Row) -> dict[str, Any]:
    """Return a stream in its wire form."""
    chosen = options(row)
    sent, bounced, complained = rates(figures(row))
    waiting = sum(count for stream, _, count, _ in email_queue.depth(row["tenant_id"], row["mode"]) if stream == row["name"])
    return {
        "id": row["id"],
        "object": "email_stream",
        "name": row["name"],
        "kind": row["kind"],
        "description": row["description"],
        "transports": chosen.get("transports") or [],
        "retry_schedule": chosen.get("retry_schedule") or list(pacing.SCHEDULE),
        "lifetime_seconds": chosen.get("lifetime_seconds") or pacing.LIFETIME_MS // 1000,
        "tracking": Tracking(**(chosen.get("tracking") or {})).model_dump(),
        "status": row["status"],
        "status_reason": row["status_reason"],
        "sent": sent,
        "bounce_rate": round(bounced, 4),
        "complaint_rate": round(complained, 5),
        "waiting": waiting,
        "version": row["version"],
        "created_at": clock.rfc3339(row["created_at"]),
        "updated_at": clock.rfc3339(row["updated_at"]),
    }


def create(actor: Actor, body: NewStream) -> dict[str, Any]:
    """Make a stream."""
    permit(actor, "email:write")
    with database.transaction():
        if len(email_streams.page(actor.tenant_id, actor.mode, "", MOST)) >= MOST:
            raise Conflict(f"A tenant may have {MOST} streams.", code="too_many_streams")
        row = _new(body.name, body.kind, body.description, _chosen(actor, {}, body))
        if not email_streams.insert(actor.tenant_id, actor.mode, row):
            raise Conflict(f"There is a stream '{body.name}' already.", code="not_unique")
        events.record_audit(actor, "email_stream.created", row["id"], {"name": [None, body.name]})
    return get(actor, row["id"])


def _chosen(actor: Actor, before: dict[str, Any], body: StreamChange) -> dict[str, Any]:
    given = body.model_dump(include=set(_OPTIONS), exclude_unset=True)
    _check_transports(actor, given.get("transports") or ())
    return {name: value for name, value in {**before, **given}.items() if value}


def _check_transports(actor: Actor, named: Sequence[str]) -> None:
    """Raise Unprocessable (`unknown_account`) pointing at every account that mail cannot be sent through."""
    faults: list[Fault] = []
    for place, name in enumerate(named):
        try:
            if name.startswith("acc_"):
                accounts.usable(actor, name)
        except Unprocessable as error:
            faults.append(Fault(f"/transports/{place}", error.stable_code, error.detail))
    if faults:
        raise Unprocessable("Some transports cannot be used.", code="unknown_account", faults=faults)


def _find(actor: Actor, stream_id: str) -> Row:
    row = email_streams.find(actor.tenant_id, actor.mode, stream_id)
    if row is None:
        raise Missing(f"There is no stream '{stream_id}'.")
    return row


def get(actor: Actor, stream_id: str) -> dict[str, Any]:
    """Return a stream. Raises Missing."""
    permit(actor, "email:read")
    return shown(_find(actor, stream_id))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of streams, those that everybody has among them, and the cursor of the next."""
    permit(actor, "email:read")
    for name in DEFAULTS:
        ensure(actor.tenant_id, actor.mode, name)
    scope = pages.scope_of(actor, "email_streams")
    found, following = pages.page(scope, cursor, limit, lambda before, most: email_streams.page(actor.tenant_id, actor.mode, before, most))
    return [shown(row) for row in found], following


def update(actor: Actor, stream_id: str, body: StreamChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a stream."""
    permit(actor, "email:write")
    with database.transaction():
        before = _find(actor, stream_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        change: dict[str, Any] = {"options": orjson.dumps(_chosen(actor, options(before), body)).decode()}
        if "description" in body.model_fields_set:
            change["description"] = body.description
        write(before, change)
        events.record_audit(actor, "email_stream.updated", stream_id, {name: [before[name], value] for name, value in change.items()})
    return get(actor, stream_id)


def write(before: Row, change: dict[str, Any]) -> None:
    """Write a change over the version that was read. Raises Stale."""
    row = {**before, **change, "version": before["version"] + 1, "updated_at": clock.now_ms()}
    if not email_streams.update(before["tenant_id"], before["mode"], row, before["version"]):
        raise Stale


def remove(actor: Actor, stream_id: str) -> None:
    """Remove a stream that nothing waits in. Raises Conflict (`stream_in_use`) for another, or for one that everybody has."""
    permit(actor, "email:write")
    with database.transaction():
        row = _find(actor, stream_id)
        waiting = any(stream == row["name"] for stream, *_ in email_queue.depth(actor.tenant_id, actor.mode))
        if row["name"] in DEFAULTS or waiting:
            raise Conflict("The stream is one that everybody has, or mail still waits in it.", code="stream_in_use")
        email_streams.remove(actor.tenant_id, actor.mode, stream_id)
        events.record_audit(actor, "email_stream.deleted", stream_id, {"name": [row["name"], None]})


def pause(actor: Actor, stream_id: str, body: Reason) -> dict[str, Any]:
    """Send nothing more of a stream; what waits there, and what comes, waits on."""
    permit(actor, "email:write")
    with database.transaction():
        stop(_find(actor, stream_id), body.reason)
        events.record_audit(actor, "email_stream.paused", stream_id, {"reason": [None, body.reason]})
    return get(actor, stream_id)


def stop(row: Row, reason: str) -> None:
    """Pause a stream in the open transaction."""
    write(row, {"status": "paused", "status_reason": reason})
    email_queue.park_stream(row["tenant_id"], row["mode"], row["name"], FOREVER, reason)


def resume(actor: Actor, stream_id: str, body: Reason) -> dict[str, Any]:
    """Send on; from now the stream is judged by new figures alone."""
    permit(actor, "email:write")
    with database.transaction():
        row = _find(actor, stream_id)
        # Figures are kept by the hour: those of the running one are left out too.
        write(row, {"status": "active", "status_reason": None, "warned_at": None, "judged_from": clock.now_ms() + email_figures.HOUR_MS})
        email_queue.park_stream(actor.tenant_id, actor.mode, row["name"], 0, None)
        events.record_audit(actor, "email_stream.resumed", stream_id, {"reason": [None, body.reason], "status_reason": [row["status_reason"], None]})
    return get(actor, stream_id)
