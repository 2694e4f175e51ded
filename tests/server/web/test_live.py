"""The hub behind live streams: it looks only while somebody listens, and wakes all of them."""

from __future__ import annotations

import asyncio

import pytest

from server.services import feeds
from server.web import live


async def test_listeners_are_woken_when_the_place_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    place = [(0, 1)]
    monkeypatch.setattr(feeds, "newest", lambda: place[0])
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)
    hub = live.Hub()
    await hub.join()
    await asyncio.sleep(0.05)
    seen = hub.generation
    assert await hub.beyond(seen, 0.1) is False
    place[0] = (0, 2)
    assert await hub.beyond(seen, 2) is True
    await hub.leave()


async def test_nobody_looks_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def newest() -> tuple[int, int]:
        looks.append(1)
        return (0, 0)

    monkeypatch.setattr(feeds, "newest", newest)
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)
    hub = live.Hub()
    for _ in range(2):
        await hub.join()
        await asyncio.sleep(0.05)
        await hub.leave()
    before = len(looks)
    await asyncio.sleep(0.05)
    assert len(looks) == before > 0


async def test_closing_wakes_every_listener() -> None:
    hub = live.hub()
    waiting = asyncio.create_task(hub.beyond(hub.generation, 5))
    await asyncio.sleep(0)
    live.close()
    assert await waiting is True
    assert hub.closing
    assert live.hub() is not hub, "whoever comes in this loop later begins anew"
    live.close()
