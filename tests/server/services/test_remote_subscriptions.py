"""When a subscription is renewed, and when it is tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.outbound.vendors.values import Subscription
from server.services import remote_subscriptions
from server.store import remote_subscriptions as stored
from server.system import clock


@pytest.mark.criterion("connectors-11")
@given(st.integers(0, 10**12), st.integers(0, 10**10))
def test_a_renewal_is_due_at_half_of_the_life_that_is_left(now: int, life: int) -> None:
    due = remote_subscriptions.renewal(now, now + life)
    assert due is not None
    assert now <= due <= now + life
    assert abs((due - now) * 2 - life) <= 1
    assert remote_subscriptions.renewal(now, None) is None


def test_each_failure_waits_longer_up_to_a_quarter_of_an_hour(alice: Actor) -> None:
    place = (alice.tenant_id, alice.mode, "ins_1")
    remote_subscriptions.keep(alice, "ins_1", Subscription("7", "orders", clock.now_ms() + 10_000))
    waits = []
    for _ in range(6):
        row = stored.of_installation(*place)[0]
        remote_subscriptions.postpone(row, "x" * 500)
        row = stored.of_installation(*place)[0]
        waits.append(round((row["renew_at"] - clock.now_ms()) / 60_000))
        assert len(row["last_error"]) == 300
    assert waits == [1, 2, 4, 8, 15, 15]
    remote_subscriptions.keep(alice, "ins_1", Subscription("8", "orders", None))
    shown = remote_subscriptions.shown(stored.of_installation(*place)[0])
    assert shown == {"topic": "orders", "state": "active", "last_error": None, "expires_at": None, "renew_at": None}


def test_the_secret_of_a_subscription_comes_back_and_lies_sealed(alice: Actor) -> None:
    place = (alice.tenant_id, alice.mode, "ins_1")
    granted = Subscription("we_1", "orders", 7, {"calendar": "primary"}, "whsec_told_once")
    remote_subscriptions.keep(alice, "ins_1", granted)
    remote_subscriptions.keep(alice, "ins_1", Subscription("we_2", "people"))
    assert remote_subscriptions.of_installation(*place) == (granted, Subscription("we_2", "people"))
    sealed, empty = (row["secret"] for row in stored.of_installation(*place))
    assert b"whsec_told_once" not in sealed
    assert empty is None
