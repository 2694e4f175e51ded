"""The watch over sources: whether they fail or have fallen silent, told once as an event of the tenant, and once more when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.actor import system_actor
from server.services import events, wakes
from server.store import database, inbound_messages, inbound_sources
from server.system import clock, logs

if TYPE_CHECKING:
    from server.domain.actor import Mode
    from server.store.inbound_sources import Row
    from server.system.settings import Settings

MISSED_MS: Final = 120_000
"""How long a message may be on its way after the change that it tells of was found."""
TOLD: Final = {"failing": "inbound_source.failed", "silent": "inbound_source.silenced", "ok": "inbound_source.recovered"}
log = logs.get_logger()


def health_of(row: Row, failing_after: int, now_ms: int) -> tuple[str, str]:
    """Return how a source is, and one sentence about it."""
    if row["status"] != "active":
        return "ok", "It is paused."
    if row["failures"] >= failing_after:
        return "failing", f"{row['failures']} messages in a row were refused or quarantined, the last one for {row['last_error']}."
    if (row["missed_at"] or 0) > (row["last_seen_at"] or 0) and now_ms - row["missed_at"] > MISSED_MS:
        return "silent", "Changes at the vendor were found by reading, and no message told of them."
    expected = orjson.loads(row["options"]).get("expected_every_seconds")
    since = max(row["last_seen_at"] or 0, row["created_at"], row["updated_at"])
    if expected and now_ms - since > expected * 1000:
        return "silent", f"Nothing came for {(now_ms - since) // 1000} s; something is expected every {expected} s."
    return "ok", "It receives."


def watch(settings: Settings) -> int:
    """Look at every source that may have changed, and release what is held by mistake; returns how many changed."""
    now, changed = clock.now_ms(), 0
    _release(now)
    for row in inbound_sources.watched():
        health, detail = health_of(row, settings.inbound.failing_after, now)
        if health != row["health"]:
            changed += _change(row, health, detail)
    return changed


def _release(now_ms: int) -> None:
    """Release what is held though nobody holds it, some rows at a time."""
    more = inbound_messages.STEP
    while more >= inbound_messages.STEP:
        with database.transaction():
            more = inbound_messages.release_stranded(now_ms, inbound_messages.STEP)
            if more:
                database.after_commit(wakes.inbound)


def _change(row: Row, health: str, detail: str) -> bool:
    with database.transaction():
        if not inbound_sources.change_health(row["tenant_id"], row["mode"], row["id"], row["health"], health):
            return False
        record: dict[str, Any] = {"id": row["id"], "object": "inbound_source", "name": row["name"], "provider": row["provider"], "detail": detail}
        actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
        events.publish(actor, TOLD[health], row["id"], changes={"health": [row["health"], health]}, record={**record, "health": health})
    log.warning("inbound_source_health", source_id=row["id"], health=health, detail=detail)
    return True
