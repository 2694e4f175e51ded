"""The request log: lines gather in memory and are written in one batch several times a second, so no request waits for them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from server.store import api_keys, database, request_log
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.services.credentials import Credentials
    from server.web.passages import Passage

_MOST: Final = 100_000


class RequestLog:
    """Lines that are not yet written; when more wait than memory should hold, the oldest are dropped and counted."""

    def __init__(self) -> None:
        """Start empty."""
        self._lines: deque[tuple[Any, ...]] = deque(maxlen=_MOST)
        self.dropped = 0

    def add(self, passage: Passage, route: str, status: int, duration_us: int, sent: int) -> None:
        """Remember one request."""
        if len(self._lines) == _MOST:
            self.dropped += 1
        actor = passage.actor
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
            )
        )

    def flush(self, credentials: Credentials) -> None:
        """Write what waits, and when keys were last used; call inside a write. Lines go only once they are committed."""
        lines = list(self._lines)
        used, credentials.used = credentials.used, {}
        request_log.insert_many(lines)
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


def _storable(path: str) -> str:
    """Return a path in ASCII: bytes that a client did not escape arrive as characters that no database takes."""
    return path if path.isascii() else path.encode("ascii", "backslashreplace").decode()
