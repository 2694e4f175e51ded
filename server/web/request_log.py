"""The request log: lines gather in memory and are written in one batch several times a second, so no request waits for them."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.redaction import redact
from server.services import request_log as told
from server.services.subscriptions import Asked
from server.store import api_keys, database, request_log
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.services.credentials import Credentials
    from server.web.passages import Passage

_MOST: Final = 100_000
_LARGEST_BODY: Final = 16_384
_UNLIMITED: Final = (None, None, None)


class RequestLog:
    """Lines that are not yet written; when more wait than memory should hold, the oldest are dropped and counted."""

    def __init__(self, keeps_bodies: str = "off") -> None:
        """Start empty; bodies are kept of `all` requests, of those that were `refused`, or not."""
        self._keeps_bodies = keeps_bodies
        self._lines: deque[tuple[Any, ...]] = deque(maxlen=_MOST)
        self.dropped = 0
        self._asked = Asked(told.RECEIVED)

    def add(self, passage: Passage, route: str, status: int, duration_us: int, sent: int, body: bytes = b"") -> None:
        """Remember one request; `body` is what was answered."""
        if len(self._lines) == _MOST:
            self.dropped += 1
        actor, verdict = passage.actor, passage.verdict
        self._lines.append(
            (
                passage.own_id,
                actor.tenant_id or None,
                actor.mode if actor.tenant_id else None,
                clock.now_ms(),
                passage.request.method,
                route,
                _storable(passage.path[:500]),
                status,
                duration_us,
                actor.kind if actor.id else None,
                actor.id or None,
                passage.address,
                passage.request_id,
                passage.received,
                sent,
                passage.code,
                *((verdict.name, verdict.remaining, verdict.reset) if verdict is not None else _UNLIMITED),
                None if self._keeps_bodies == "off" or (self._keeps_bodies == "refused" and status < 400) else _bodies(passage, body),
            )
        )

    def flush(self, credentials: Credentials) -> None:
        """Write what waits, and when keys were last used; call inside a write. Lines go only once they are committed."""
        lines = list(self._lines)
        used, credentials.used = credentials.used, {}
        request_log.insert_many(told.discreet(lines))
        told.tell(lines, self._asked)
        credentials.trail.write()
        api_keys.touch((at, key_id) for key_id, at in used.items() if key_id.startswith("key_"))
        database.after_commit(lambda: self._forget(lines))

    def _forget(self, written: Sequence[tuple[Any, ...]]) -> None:
        """Let go of what is written; some of it may have gone already, dropped for want of room or written by another flush."""
        for line in written:
            if self._lines and self._lines[0] is line:
                self._lines.popleft()

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._lines)


def _bodies(passage: Passage, body: bytes) -> str | None:
    """Return what came and what was answered as JSON, with every credential masked; None where neither is JSON.

    Of other protocols, whose secrets go by other names, nothing is kept.
    """
    if passage.route is None or passage.route.protocol != "native":
        return None
    came = passage.call.document if passage.call is not None and passage.received <= _LARGEST_BODY else None
    went = None
    if body[:1] in {b"{", b"["} and not passage.route.shows_secrets and len(body) <= _LARGEST_BODY:
        with suppress(orjson.JSONDecodeError):
            went = orjson.loads(body)
    if not came and went is None:
        return None
    kept = {"request": redact(came) if came else None, "response": redact(went)}
    return orjson.dumps(kept, default=str).decode()


def _storable(path: str) -> str:
    """Return a path in ASCII: bytes that a client did not escape arrive as characters that no database takes."""
    return path if path.isascii() else path.encode("ascii", "backslashreplace").decode()
