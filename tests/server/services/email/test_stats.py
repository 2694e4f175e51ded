"""The dashboard adds up what was counted, for one tenant, by what is asked."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.services.email import stats
from server.store import database, email_figures
from server.system import clock


@pytest.fixture(autouse=True)
def _counted(alice: Actor, charlie: Actor) -> None:
    hour = clock.now_ms() // email_figures.HOUR_MS

    def key(stream: str, site: str, outcome: str, reason: str = "", hours: int = 0, actor: Actor = alice) -> email_figures.Figure:
        return (actor.tenant_id, actor.mode, hour - hours, stream, "example.com", site, outcome, reason)

    with database.transaction():
        email_figures.add({
            key("news", "google", "sent"): 5,
            key("news", "google", "opened"): 2,
            key("news", "yahoo", "bounced", "userunknown"): 3,
            key("tx", "yahoo", "deferred", "speeding", 24): 4,
            key("tx", "yahoo", "sent", "", 24 * 30): 100,
            key("tx", "yahoo", "sent", "", 0, charlie): 1000,
        })  # fmt: skip


def test_figures_are_grouped_by_what_is_asked_with_the_reasons(alice: Actor) -> None:
    found = stats.read(alice, "provider", 7, {})
    groups = {one["key"]: one for one in found["groups"]}
    assert (found["total"]["sent"], groups["google"]["sent"], groups["google"]["opened"]) == (5, 5, 2)
    assert (groups["yahoo"]["bounced"], groups["yahoo"]["reasons"]) == (3, {"bounced": {"userunknown": 3}, "deferred": {"speeding": 4}})
    assert {one["key"] for one in stats.read(alice, "stream", 7, {})["groups"]} == {"news", "tx"}


def test_days_follow_each_other_and_old_ones_are_left_out(alice: Actor) -> None:
    days = [one["key"] for one in stats.read(alice, "day", 7, {})["groups"]]
    assert days == sorted(days)
    assert days[-1] == clock.rfc3339(clock.now_ms())[:10]
    assert stats.read(alice, "day", 60, {})["total"]["sent"] == 105


def test_filters_narrow_the_figures(alice: Actor) -> None:
    assert stats.read(alice, "day", 7, {"stream": "tx", "provider": "yahoo"})["total"]["deferred"] == 4
    assert stats.read(alice, "day", 7, {"domain": "other.example"})["groups"] == []
