"""Rate limits of an appliance that shares a Redis with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.appliance import running
from tests.api.test_limits import CONTACTS, alice_on


@pytest.mark.criterion("api-16")
def test_with_redis_the_limits_hold_as_well(tmp_path: Path, redis_url: str) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'junction.sqlite3'}", queue__url=redis_url) as found:
        client = alice_on(found, {"requests": 5, "period": "minute"}, {"requests": 900, "period": "day", "per": "key"}).client
        replies = [client.get(CONTACTS) for _ in range(7)]
        assert [reply.status for reply in replies] == [200] * 5 + [429] * 2
        assert [reply.headers["x-ratelimit-remaining"] for reply in replies[:5]] == ["4", "3", "2", "1", "0"]
        assert replies[-1].json["violated-policies"] == ["minute"]
