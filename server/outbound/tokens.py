"""Tokens for receivers that want OAuth: fetched with client credentials (RFC 6749 section 4.4), kept until shortly before they end.

Fetched by the same guarded way as everything else, once however many requests wait for one.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import orjson

from server.outbound.posting import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.outbound.posting import Poster
    from server.outbound.ways import Way

FAILED: Final = "token_failed"
LONGEST_SECONDS: Final = 3600.0
SHARE: Final = 0.8
"""What part of its life a token is used for: clocks differ, and a request takes its time."""
_MOST: Final = 10_000


@dataclass(slots=True)
class _Kept:
    token: str = ""
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Tokens:
    """The tokens of one delivery loop, by the receiver and version that they are for."""

    def __init__(self, poster: Poster) -> None:
        """Begin with none."""
        self._poster = poster
        self._kept: dict[tuple[str, int], _Kept] = {}

    async def get(self, key: tuple[str, int], given: Mapping[str, Any], way: Way | None, timeout_seconds: float | None) -> str | Reply:
        """Return a token, or how the attempt to get one failed."""
        if len(self._kept) > _MOST:
            self._kept.clear()
        kept = self._kept.setdefault(key, _Kept())
        async with kept.lock:
            if kept.until > monotonic():
                return kept.token
            reply = await self._poster.post(given["token_url"], *_request(given), timeout_seconds, way)
            found = _token_in(reply)
            if found is None:
                said = f"the token endpoint answered {reply.status}" if reply.status is not None else f"{reply.error}: {reply.detail}"
                return Reply(None, FAILED, said[:500], reply.total_ms)
            kept.token, kept.until = found[0], monotonic() + found[1] * SHARE
            return kept.token

    def forget(self, key: tuple[str, int]) -> None:
        """Fetch a new token next time: the receiver has refused this one."""
        self._kept.pop(key, None)


def _request(given: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = {"grant_type": "client_credentials", **{name: given[name] for name in ("scope", "audience") if given.get(name)}}
    if given["client_authentication"] == "header":
        # RFC 6749 section 2.3.1: both are form-encoded before they are put together.
        pair = ":".join(quote(given[name], safe="") for name in ("client_id", "client_secret"))
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        fields |= {name: given[name] for name in ("client_id", "client_secret")}
    return headers, urlencode(fields).encode()


def _token_in(reply: Reply) -> tuple[str, float] | None:
    """Return a token and the seconds it is good for; None when the answer holds none that can stand in a header."""
    if reply.status is None or not 200 <= reply.status <= 299:
        return None
    try:
        found = orjson.loads(reply.body)
        token, seconds = found["access_token"], float(found.get("expires_in") or 300)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable() or " " in token:
        return None
    return token, min(max(seconds, 0.0), LONGEST_SECONDS)
