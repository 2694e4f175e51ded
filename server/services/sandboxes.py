"""Sandboxes: a tenant's test mode can be emptied, filled with the demo's records, and have its clock put forward.

Nothing here touches what is live. What takes long is done as a job, which goes on where it was when its worker dies. The
clock moves what an integrator has to wait for otherwise: when webhooks are tried again, are disabled for failing too long, and
when the windows of rate limits end. Records keep the real time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Conflict, Limited
from server.domain.permissions import permit
from server.services import demo, events, jobs, limits, wakes
from server.services.credentials import GENERATION
from server.services.limits import Tier, Window
from server.store import contents, database, generations, sandboxes, tenant_rows
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.domain.actor import Actor
    from server.services.jobs import Progress

    Save = Callable[[int, Mapping[str, Any]], None]

KIND: Final = "sandbox_reset"
MOST_AT_ONCE: Final = 5_000
"""How many rows are removed while whoever asked waits; more become a job."""
FURTHEST_SECONDS: Final = 400 * 86_400
# Each move opens windows of limits anew, so moves are counted by the real clock.
MOVES: Final = Tier("sandbox", (Window("sandbox-clock", 60, 3600),))


class SandboxReset(BaseModel):
    """What the sandbox holds afterwards: nothing, or the records of the demo tenant."""

    model_config = ConfigDict(extra="forbid")

    seed: Literal["empty", "demo"] = "empty"


class SandboxMove(BaseModel):
    """By how much the clock is put forward."""

    model_config = ConfigDict(extra="forbid")

    advance_seconds: Annotated[int, Field(ge=1, le=FURTHEST_SECONDS)]


class SandboxView(BaseModel):
    """A sandbox: how far its clock is ahead of the real one, and what it shows."""

    object: Literal["sandbox"]
    ahead_seconds: int
    now: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


def get(actor: Actor) -> dict[str, Any]:
    """Return the state of the actor's sandbox. Raises Conflict for a live actor."""
    permit(actor, "keys:read")
    _require_sandbox(actor)
    return _shown(sandboxes.ahead(actor.tenant_id, actor.mode))


def _require_sandbox(actor: Actor) -> None:
    if actor.mode != "test":
        raise Conflict("Only a test key has a sandbox; what is live is never reset, and its clock never moved.", code="not_a_sandbox")


def _shown(ahead_ms: int) -> dict[str, Any]:
    return {"object": "sandbox", "ahead_seconds": ahead_ms // 1000, "now": clock.rfc3339(clock.now_ms() + ahead_ms)}


def reset(actor: Actor, body: SandboxReset) -> dict[str, Any]:
    """Empty the sandbox in small batches, fill it with a seed and set its clock right. Raises Conflict for a live actor."""
    permit(actor, "keys:write")
    _require_sandbox(actor)
    _reset(actor, body, {}, _unsaved)
    return _shown(0)


def takes_long(actor: Actor) -> bool:
    """Tell whether a reset takes longer than somebody waits for an answer."""
    return actor.mode == "test" and tenant_rows.count(actor.tenant_id, tenant_rows.of_records(), actor.mode) > MOST_AT_ONCE


def begin(actor: Actor, body: SandboxReset) -> dict[str, Any]:
    """Have the sandbox reset by the worker, and return its job. Raises Conflict for a live actor."""
    permit(actor, "keys:write")
    _require_sandbox(actor)
    return jobs.create(actor, KIND, body.model_dump())


def run_reset(actor: Actor, work: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Reset a sandbox as a job; when it is stopped, what it has removed is gone."""
    total = progress.total
    if total is None:
        total = tenant_rows.count(actor.tenant_id, tenant_rows.of_records(), actor.mode)

    def save(removed: int, position: Mapping[str, Any]) -> None:
        # Others may have written meanwhile.
        progress.save(progress.done + removed, max(total, progress.done + removed), position)

    _reset(actor, SandboxReset.model_validate(work), progress.position, save)
    return {"removed": progress.done}


def _unsaved(removed: int, position: Mapping[str, Any]) -> None:
    """Save nothing: who waits for the answer needs no progress."""


def _reset(actor: Actor, body: SandboxReset, position: Mapping[str, Any], save: Save) -> None:
    """Do what is left of a reset behind a position; every step is saved with what it wrote."""
    step = position.get("step")
    if step is None:
        with database.transaction():
            sandboxes.put(actor.tenant_id, 0)
            generations.bump(GENERATION)
            contents.discard_sandboxed(actor.tenant_id, clock.now_ms())
            events.record_audit(actor, "sandbox.reset", actor.tenant_id, {"seed": [None, body.seed]})
            save(0, {"step": "emptying"})
    if step != "filled":
        _empty(actor, save)
        with database.transaction():
            if body.seed == "demo":
                demo.write(actor)
            save(0, {"step": "filled"})


def _empty(actor: Actor, save: Save) -> None:
    for table in tenant_rows.of_records():
        removed = 1
        while removed:
            with database.transaction():
                removed = tenant_rows.delete_batch(actor.tenant_id, table, actor.mode)
                save(removed, {"step": "emptying"})


def advance(actor: Actor, body: SandboxMove) -> dict[str, Any]:
    """Put the sandbox's clock forward. Raises Conflict for a live actor or beyond the furthest, Limited after many moves."""
    permit(actor, "keys:write")
    _require_sandbox(actor)
    _count(actor.tenant_id)
    with database.transaction():
        before = sandboxes.ahead(actor.tenant_id, actor.mode)
        after = before + body.advance_seconds * 1000
        if after > FURTHEST_SECONDS * 1000:
            raise Conflict(f"The clock goes {FURTHEST_SECONDS} seconds ahead at most; a reset sets it right.", code="clock_too_far")
        sandboxes.put(actor.tenant_id, after)
        sandboxes.hasten(actor.tenant_id, after - before)
        generations.bump(GENERATION)
        events.record_audit(actor, "sandbox.clock_advanced", actor.tenant_id, {"ahead_seconds": [before // 1000, after // 1000]})
    wakes.deliveries()
    return _shown(after)


def _count(tenant_id: str) -> None:
    verdict = limits.limiter().take(limits.allow(MOVES, {"tenant": f"{tenant_id}/sandbox"}), "")
    if not verdict.allowed:
        raise Limited("The clock of a sandbox is moved sixty times an hour at most.", retry_after=verdict.reset)
