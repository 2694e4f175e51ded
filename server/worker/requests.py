"""Making one request: what is signed and sent for a delivery, and what came of it.

A plain webhook's request is the event as it is kept, signed. One with a format of its own is rendered first, one with OAuth
gets a token; where that fails there was an attempt that failed, and nothing was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.outbound.posting import Reply
from server.outbound.tokens import Tokens
from server.services.concluding import Done, Work, concluded
from server.services.rendering import TemplateFailed
from server.system import clock

if TYPE_CHECKING:
    from server.outbound.posting import Poster

_UNAUTHORISED: Final = 401


class Requests:
    """Makes requests of works."""

    def __init__(self, poster: Poster) -> None:
        """Take what posts."""
        self._poster = poster
        self._tokens = Tokens(poster)

    async def perform(self, work: Work) -> Done:
        """Send one delivery once, and return how that ended."""
        started, receiver = clock.now_ms(), work.receiver
        if receiver.special:
            return await self._perform_special(work, started)
        headers = receiver.sign(work.delivery.event_id, started // 1000, work.body)
        reply = await self._poster.post(receiver.url, headers, work.body, receiver.timeout_seconds, receiver.way)
        return concluded(work, started, headers, reply)

    async def _perform_special(self, work: Work, started: int) -> Done:
        receiver, event_id = work.receiver, work.delivery.event_id
        try:
            body = work.body if receiver.render is None else receiver.render(work.body)
        except TemplateFailed as error:
            return concluded(work, started, receiver.sign(event_id, started // 1000, b""), Reply(None, "template_failed", str(error), 0.0))
        headers = receiver.sign(event_id, started // 1000, body)
        reply = await self._send(work, headers, body)
        return concluded(work, started, headers, reply, None if receiver.render is None else body)

    async def _send(self, work: Work, headers: dict[str, str], body: bytes) -> Reply:
        """Post, with a token where the receiver wants one; what is sent besides `headers` is not told to anybody."""
        receiver = work.receiver
        if receiver.token is None:
            return await self._poster.post(receiver.url, headers, body, receiver.timeout_seconds, receiver.way)
        key = (receiver.id, receiver.version)
        token = await self._tokens.get(key, receiver.token, receiver.way, receiver.timeout_seconds)
        if isinstance(token, Reply):
            return token
        sent = {**headers, "Authorization": f"Bearer {token}"}
        reply = await self._poster.post(receiver.url, sent, body, receiver.timeout_seconds, receiver.way)
        if reply.status == _UNAUTHORISED:
            self._tokens.forget(key)
        return reply
