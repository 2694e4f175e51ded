"""What holds a message back that is due: its stream was paused, or its provider is paused or throttled; in words for whoever waits for it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from server.domain.mail import sites
from server.services.email.desk import EVERYWHERE, pace
from server.store import email_sites, email_streams, email_throttles
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = dict[str, Any]

_OPEN = frozenset({"queued", "deferred"})


class Holds:
    """Answers for one tenant; every stream and provider is looked up once."""

    def __init__(self, tenant_id: str, mode: str) -> None:
        """Take whose mail it is; nothing is looked up yet."""
        self._now = clock.now_ms()
        self._stream: Callable[[str], str | None] = cache(lambda name: _paused(email_streams.find_by_name(tenant_id, mode, name)))
        self._site: Callable[[str], str | None] = cache(lambda site: _held(email_throttles.find(tenant_id, mode, site), site, self._now))

    def of(self, recipient: Row) -> str | None:
        """Return why a recipient who is due has to wait; None where nothing but the queue is in the way."""
        if recipient["state"] not in _OPEN or recipient["due_at"] > self._now:
            return None
        return self._stream(recipient["stream"]) or self._site(_site_of(recipient)) or self._site(EVERYWHERE)


def _site_of(recipient: Row) -> str:
    known = None if recipient["site"] else email_sites.find(recipient["domain"])
    return str(recipient["site"] or (known.site if known else sites.of_domain(recipient["domain"])))


def _paused(stream: Row | None) -> str | None:
    if stream is None or stream["status"] != "paused":
        return None
    return f"The stream '{stream['name']}' is paused: {stream['status_reason'] or 'by hand'}"


def _held(throttle: Row | None, site: str, now: int) -> str | None:
    if throttle is None:
        return None
    title = sites.title_of(site)
    if throttle["paused_until"] > now:
        return f"{title} is paused until {clock.rfc3339(throttle['paused_until'])}: {throttle['reply'] or throttle['reason'] or 'by hand'}"
    rate = pace(throttle, now)
    if rate is None or throttle["next_at"] <= now:
        return None
    return f"{title} gets {round(60_000 / rate.interval, 3):g} messages a minute; others are before this one."
