"""The keyring: published keys of vendors that were fetched, kept in memory for a while; a failure is kept for a moment too."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final, NamedTuple

from server.domain.errors import Later, Skip
from server.outbound.fetching import fetch
from server.system import clock, logs, public_keys

KEPT_MS: Final = {"certificate": 86_400_000, "jwks": 600_000}
FAILED_MS: Final = 10_000
MOST: Final = 256
log = logs.get_logger()


class _Kept(NamedTuple):
    until: int
    content: bytes | None


_kept: dict[str, _Kept] = {}
_few: Final = BoundedSemaphore(2)
"""Strangers can name addresses to fetch from, so they may occupy only as many threads."""


def find(url: str, _kind: str) -> bytes | None:
    """Return a key that is at hand, None when it has to be fetched. Raises Later while fetching it has just failed."""
    kept = _kept.get(url)
    if kept is None or kept.until <= clock.now_ms():
        return None
    if kept.content is None:
        raise _unreachable()
    return kept.content


def bring(url: str, kind: str) -> None:
    """Fetch a key; blocks for some seconds at most. Raises Later."""
    if not _few.acquire(blocking=False):
        raise _unreachable()
    try:
        _keep(url, KEPT_MS[kind], public_keys.check_fetched(kind, fetch(url)))
    except (Later, Skip, ValueError) as error:
        log.warning("inbound_key_unreachable", url=url, error=str(error))
        _keep(url, FAILED_MS, None)
        raise _unreachable() from error
    finally:
        _few.release()


def _keep(url: str, lasts_ms: int, content: bytes | None) -> None:
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[url] = _Kept(clock.now_ms() + lasts_ms, content)


def _unreachable() -> Later:
    return Later("The key that this message is verified with cannot be had right now; send it again.", code="inbound_key_unreachable", retry_after=30)


def forget() -> None:
    """Forget every key."""
    _kept.clear()
