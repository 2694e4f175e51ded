"""Replays: many deliveries of a webhook sent again, or events it was never owed sent at all, as a job that survives a kill.

What is replayed becomes due one after the other, so that a fresh event goes between any two, and the job rests as long as it
works. There is no limit to how many that are: all of the span, or the job says why not.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from server.domain.events import matches, normalise_type
from server.domain.permissions import permit
from server.services import jobs, wakes
from server.services.deliveries import state_again, webhook_of
from server.services.subscriptions import ordering_key_of, wants
from server.store import database, deliveries, events
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.services.jobs import Progress
    from server.store.webhooks import Row

FINISHED: Final = ("delivered", "dead", "cancelled")
MISSING: Final = "missing"
BATCH: Final = 500
SPACING_MS: Final = 5
_LONGEST_REST_SECONDS: Final = 1.0


def _moment(text: Any) -> Any:
    if not isinstance(text, str):
        message = "is not a moment such as 2026-11-20T12:00:00Z"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    return clock.parse_rfc3339(text)


Moment = Annotated[int, BeforeValidator(_moment), Field(json_schema_extra={"type": "string", "format": "date-time"})]


Pattern = Annotated[str, StringConstraints(max_length=100), AfterValidator(normalise_type), Field(examples=["contact.created"])]


class Replay(BaseModel):
    """Which of a webhook's deliveries to send again: those made from `since` on, before `until`.

    `missing` sends the events of that time that the webhook wants and was never owed, since it is newer than they are, or its events
    or its filter were others then.
    """

    model_config = ConfigDict(extra="forbid")

    since: Moment
    until: Moment | None = None
    status: Literal["delivered", "dead", "cancelled", "missing"] | None = None
    event_type: Annotated[str, StringConstraints(max_length=100), AfterValidator(normalise_type), Field(examples=["contact.created"])] | None = None


def begin(actor: Actor, webhook_id: str, body: Replay) -> dict[str, Any]:
    """Begin a job that sends a webhook's finished deliveries again, or what it lacks."""
    permit(actor, "webhooks:write")
    webhook_of(actor, webhook_id)
    until = clock.now_ms() if body.until is None else body.until
    states = [body.status] if body.status else list(FINISHED)
    work = {"webhook_id": webhook_id, "since": body.since, "until": until, "states": states, "event_type": body.event_type}
    return jobs.create(actor, "replay", work)


def run(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do a replay: one state after the other, some hundred rows at a time."""
    while (at := progress.position.get("state", 0)) < len(work["states"]):
        began = time.monotonic()
        with database.transaction():
            webhook = webhook_of(actor, work["webhook_id"])
            step = _missing if work["states"][at] == MISSING else _finished
            count, place = step(actor, webhook, work, progress)
            progress.save(progress.done + count, None, {"state": at, "after": place} if place else {"state": at + 1})
            database.after_commit(wakes.deliveries)
        time.sleep(min(time.monotonic() - began, _LONGEST_REST_SECONDS))
    return {"replayed": progress.done}


def _moments(progress: Progress, count: int) -> list[int]:
    """Return when so many become due, behind what the job has queued before."""
    first = clock.now_ms() + progress.done * SPACING_MS
    return [first + number * SPACING_MS for number in range(count)]


def _finished(actor: Actor, webhook: Row, work: dict[str, Any], progress: Progress) -> tuple[int, str | None]:
    """Owe a batch of deliveries again; returns how many those were, and where to go on."""
    state, after = work["states"][progress.position.get("state", 0)], progress.position.get("after", "")
    span, types = (work["since"], work["until"]), _types(work)
    found = deliveries.finished_between(actor.tenant_id, actor.mode, webhook["id"], state, span, after, BATCH, types[0] if types else "")
    deliveries.replay_many(actor.tenant_id, actor.mode, list(zip(found, _moments(progress, len(found)), strict=True)), state_again(webhook))
    return len(found), found[-1] if len(found) == BATCH else None


def _missing(actor: Actor, webhook: Row, work: dict[str, Any], progress: Progress) -> tuple[int, list[int] | None]:
    """Owe a batch of events that were never owed; returns how many those were, and where to go on."""
    place = tuple(progress.position.get("after") or events.FIRST)
    found = events.after(actor.tenant_id, actor.mode, (place[0], place[1]), BATCH, _types(work), work["since"])
    wanted = [event for _, _, body in found if _wants(webhook, event := orjson.loads(body), work["until"])]
    owed = [
        (ids.new_id("dlv"), event["id"], event["type"], due_at, ordering_key_of(webhook["options"], event["data"]))
        for event, due_at in zip(wanted, _moments(progress, len(wanted)), strict=True)
    ]
    count = deliveries.insert_missing(actor.tenant_id, actor.mode, webhook["id"], owed, state_again(webhook), clock.now_ms()) if owed else 0
    return count, list(found[-1][0]) if len(found) == BATCH else None


def _types(work: dict[str, Any]) -> Sequence[str]:
    """Return the types asked for, as the store reads them: a name, a beginning that ends in a dot, or none for all."""
    pattern = work.get("event_type") or "*"
    return () if pattern == "*" else (pattern.removesuffix("*"),)


def _wants(webhook: Row, event: dict[str, Any], until: int) -> bool:
    detail = event["data"]
    about_itself = detail["object"] == "webhook" and detail["id"] == webhook["id"]
    taken = matches(orjson.loads(webhook["events"]), event["type"], detail) and wants(webhook["options"], detail)
    return taken and not about_itself and clock.parse_rfc3339(event["timestamp"]) < until
