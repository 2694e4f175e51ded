"""Upkeep of mail: what messages said goes after its time, lanes without work and stale knowledge of domains go too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.services.email import pauses, streams
from server.services.email.routing import KNOWN_MS
from server.store import database, email_arrivals, email_messages, email_queue, email_sites
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.system.settings import Settings

STEP: Final = 200
_DAY_MS: Final = 86_400_000


def look_after() -> None:
    """Judge streams by their figures, and open lanes again that were removed just as somebody put mail into them."""
    pauses.judge_streams()
    with database.transaction():
        email_queue.reopen_lanes(streams.PRIORITIES)


def tidy(settings: Settings, stopping: Callable[[], bool]) -> int:
    """Remove what has been kept long enough, a step at a time; returns how many messages were emptied."""
    now = clock.now_ms()
    with database.transaction():
        email_sites.prune(now - KNOWN_MS)
        email_queue.drop_empty_lanes(STEP)
    before = now - settings.email.content_days * _DAY_MS
    sent = _empty(lambda: email_messages.purge(before, now, STEP), stopping)
    return sent + _empty(lambda: email_arrivals.purge(before, STEP), stopping)


def _empty(purge: Callable[[], int], stopping: Callable[[], bool]) -> int:
    """Purge step by step until a step finds less than it could take."""
    emptied, gone = 0, STEP
    while gone == STEP and not stopping():
        with database.transaction():
            gone = purge()
        emptied += gone
    return emptied
