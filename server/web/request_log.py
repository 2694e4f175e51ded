"""The request log: lines gather in memory and are written in one batch several times a second, so no request waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import api_keys, request_log
from server.system import clock

if TYPE_CHECKING:
    from server.services.credentials import Credentials
    from server.web.passages import Passage

_MOST: Final = 100_000


class RequestLog:
    """Lines that are not yet written; when more wait than memory should hold, the oldest are dropped and counted."""

    def __init__(self) -> None:
        """Start empty."""
        self._lines: list[tuple[Any, ...]] = []
        self.dropped = 0

    def add(self, passage: Passage, route: str, status: int, duration_us: int, sent: int) -> None:
        """Remember one request."""
        if len(self._lines) >= _MOST:
            self.dropped += 1
            return
        actor = passage.actor
        self._lines.append(
            (
                passage.own_id,
                actor.tenant_id or None,
                actor.mode if actor.tenant_id else None,
                clock.now_ms(),
                passage.request.method,
                route,
                passage.path[:500],
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
        """Write what waits, and when keys were last used; call inside a write."""
        lines, self._lines = self._lines, []
        used, credentials.used = credentials.used, {}
        request_log.insert_many(lines)
        api_keys.touch((at, key_id) for key_id, at in used.items() if key_id.startswith("key_"))

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._lines)
