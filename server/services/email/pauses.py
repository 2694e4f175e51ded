"""Pausing by itself: a stream whose mail bounces or is complained about too much is warned about, then stopped, with the figures as its reason.

That it was stopped is mailed at once; a warning, and what is done by hand, is in the daily report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from server.domain.actor import system_actor
from server.domain.errors import Stale
from server.services import events, mails
from server.services.email import streams
from server.store import database, email_streams, users
from server.system import clock, logs

if TYPE_CHECKING:
    from server.domain.actor import Mode
    from server.store.tables import Row

LEAST: Final = 100
"""So few messages say nothing."""
# What is counted, the share from which a stream is warned about, and that from which it is stopped.
LIMITS: Final = (("bounced", 0.05, 0.10), ("complained about", 0.001, 0.003))
_LOOKS_AFTER: Final = ("owner", "admin")
_READERS: Final = 20
_USEFUL_MS: Final = 86_400_000
log = logs.get_logger()


def judge_streams() -> int:
    """Judge every stream by its figures; returns how many were stopped."""
    stopped = 0
    for row in email_streams.everywhere():
        sent, *shares = streams.rates(streams.figures(row))
        if sent < LEAST:
            continue
        for (what, warn, stop), share in zip(LIMITS, shares, strict=True):
            reason = f"{share:.2%} of {sent} messages were {what}" if what != "bounced" else f"{share:.2%} of {sent} messages bounced"
            if share >= stop:
                stopped += _stop(row, reason)
                break
            if share >= warn and row["status"] == "active":
                _warn(row, reason)
                break
    return stopped


def _stop(row: Row, reason: str) -> bool:
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    try:
        with database.transaction():
            streams.stop(row, reason)
            events.record_audit(actor, "email_stream.paused", row["id"], {"reason": [None, reason]})
            for reader in users.with_roles(actor.tenant_id, _LOOKS_AFTER, _READERS):
                mails.queue("stream_paused", reader, {"name": row["name"], "reason": reason}, useful_ms=_USEFUL_MS)
    except Stale:  # somebody has just changed it: it is judged again in a minute
        return False
    log.warning("email_stream_paused", stream=row["name"], tenant_id=row["tenant_id"], reason=reason)
    return True


def _warn(row: Row, reason: str) -> None:
    actor = system_actor(row["tenant_id"], cast("Mode", row["mode"]))
    try:
        with database.transaction():
            streams.write(row, {"status": "warned", "status_reason": reason, "warned_at": clock.now_ms()})
            events.record_audit(actor, "email_stream.warned", row["id"], {"reason": [None, reason]})
    except Stale:
        return
