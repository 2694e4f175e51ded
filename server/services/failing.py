"""Webhooks that only fail: warned of at half and at nine tenths of five days, then disabled, each told once to whoever looks after them.

What counts is kept in the webhook's row, so a restart neither forgets nor repeats a step. One bad event never disables a
webhook: it takes failures of several deliveries, twelve hours apart at least, and no success between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from server.domain.actor import system_actor
from server.services import events, mails
from server.store import database, deliveries, users, webhook_health
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor, Mode
    from server.store.webhook_health import Failing

STEP: Final = 500
"""How many rows of one webhook are held, released or cancelled in one transaction."""
PATIENCE_MS: Final = 5 * 86_400_000
LEAST_SPAN_MS: Final = 12 * 3_600_000
WARNINGS: Final = (50, 90)
DISABLED: Final = 100
USEFUL_MS: Final = 3 * 86_400_000
_LOOKS_AFTER: Final = ("owner", "admin")
_MOST_READERS: Final = 20


def check_failing() -> int:
    """Warn of and disable what has failed for too long; returns how many steps were taken."""
    now, count = clock.now_ms(), 0
    for one in webhook_health.failing(now - PATIENCE_MS * WARNINGS[0] // 100):
        step = _step(one, now)
        if step > one.warned:
            with database.transaction():
                if webhook_health.warn(one.id, one.warned, step):
                    _take(one, step)
                    count += 1
    return count


def _step(one: Failing, now: int) -> int:
    """Return how far a webhook is on its way to being disabled, as the step that should have been told."""
    share = (now - one.first_failure_at) * 100 // PATIENCE_MS
    spans = one.last_triggered - one.first_failure_at >= LEAST_SPAN_MS
    if share >= DISABLED and spans and webhook_health.fails_with_several(one.id, one.first_failure_at):
        return DISABLED
    return max(percent for percent in (0, *WARNINGS) if percent <= share)


def _take(one: Failing, step: int) -> None:
    actor = system_actor(one.tenant_id, cast("Mode", one.mode))
    since = clock.rfc3339(one.first_failure_at)
    if step == DISABLED:
        disable(actor, one.id, f"Nothing but failures since {since}.", told={"name": one.name, "url": one.url})
        return
    record = {"id": one.id, "object": "webhook", "name": one.name, "url": one.url, "failing_since": since, "failures": one.failure_count}
    ends = clock.rfc3339(one.first_failure_at + PATIENCE_MS)
    events.emit(actor, "webhook.failing", one.id, record={**record, "percent": step, "disabled_at": ends})
    _mail(actor, {"name": one.name, "url": one.url, "reason": f"It has failed since {since}.", "disabled": False, "ends": ends})


def disable(actor: Actor, webhook_id: str, reason: str, *, told: dict[str, Any] | None = None) -> None:
    """Switch a webhook off for what its receiver did, hold what it is owed, and tell; nothing when it is off already. Call in a transaction."""
    now = clock.now_ms()
    if not webhook_health.disable(webhook_id, reason, now):
        return
    deliveries.hold(webhook_id, now, STEP)
    about = told or webhook_health.named(webhook_id)
    record = {"id": webhook_id, "object": "webhook", **about, "status": "disabled", "status_reason": reason}
    events.emit(actor, "webhook.disabled", webhook_id, changes={"status": ["active", "disabled"]}, record=record)
    _mail(actor, {**about, "reason": reason, "disabled": True, "ends": None})


def _mail(actor: Actor, values: dict[str, Any]) -> None:
    """Write to those who look after the tenant."""
    for reader in users.with_roles(actor.tenant_id, _LOOKS_AFTER, _MOST_READERS):
        mails.queue("webhook_failing", reader, values, useful_ms=USEFUL_MS)
