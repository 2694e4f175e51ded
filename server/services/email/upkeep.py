"""Upkeep of mail: what messages said goes after its time, lanes without work and stale knowledge of domains go too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.services.email import pauses, streams
from server.services.email.routing import KNOWN_MS
from server.store import database, email_messages, email_queue, email_sites
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
    emptied = 0
    while not stopping():
        with database.transaction():
            gone = email_messages.purge(now - settings.email.content_days * _DAY_MS, now, STEP)
        emptied += gone
        if gone < STEP:
            break
    return emptied
