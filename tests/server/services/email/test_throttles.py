"""Throttles as people set and see them."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services.email import throttles
from server.services.email.throttles import NewThrottle


def test_a_limit_is_set_changed_listed_and_removed(alice: Actor, bob: Actor, charlie: Actor) -> None:
    made = throttles.put(alice, NewThrottle(site="google", messages=30))
    assert (made["title"], made["per_minute_now"], made["connections"], made["paused_until"]) == ("Google", 30.0, 5, None)
    assert throttles.put(alice, NewThrottle(site="google", messages=7, period_seconds=3600, connections=2))["per_minute_now"] == 0.117
    throttles.put(alice, NewThrottle(site="all", messages=1000))
    found, _ = throttles.list_page(bob, None, 10)
    assert [one["site"] for one in found] == ["google"] or {one["site"] for one in found} == {"all", "google"}
    with pytest.raises(Missing):
        throttles.get(charlie, "google")
    with pytest.raises(Denied):
        throttles.put(bob, NewThrottle(site="google"))
    throttles.remove(alice, "google")
    with pytest.raises(Missing):
        throttles.resume(alice, "google")
