"""Warm-ups: the day's share holds per provider, the rest moves on or waits, and a bad day costs a step."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing, Unprocessable
from server.domain.mail.warmup import DAY_MS
from server.services.email import warmups
from server.services.email.warmups import NewWarmup
from server.store import database, email_figures
from server.system import clock


@pytest.mark.criterion("email-7")
def test_the_days_share_holds_at_each_provider_and_the_rest_moves_on(alice: Actor) -> None:
    warmups.create(alice, NewWarmup(source="direct"))
    key = (alice.tenant_id, alice.mode)
    sent = [warmups.admitted(*key, ("direct", "relay"), "google") for _ in range(60)]
    assert [len(one) for one in sent] == [2] * 50 + [1] * 10, "fifty go directly, the others by the relay"
    assert warmups.admitted(*key, ("direct",), "yahoo") == ("direct",), "another provider has a share of its own"
    assert warmups.admitted(*key, ("direct",), "google") == ()
    shown = {one["site"]: (one["sent_today"], one["cap"]) for one in warmups.list_all(alice)}
    assert shown == {"*": (0, 50), "google": (50, 50), "yahoo": (1, 50)}


@pytest.mark.criterion("email-7")
def test_the_next_day_allows_more_and_a_bad_day_less(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    warmups.create(alice, NewWarmup(source="direct", site="google"))
    key, now = (alice.tenant_id, alice.mode, ("direct",), "google"), clock.now_ms()
    caps = []
    for day, bounced in enumerate((0, 0, 50, 0)):
        moment = now + day * DAY_MS
        monkeypatch.setattr(clock, "now_ms", lambda moment=moment: moment)
        sent = 0
        while warmups.admitted(*key):
            sent += 1
        caps.append(sent)
        with database.transaction():
            hour = moment // email_figures.HOUR_MS
            email_figures.add({(alice.tenant_id, alice.mode, hour, "s", "example.com", "google", "bounced", ""): bounced})
    assert caps == [50, 100, 250, 100]
    assert warmups.next_day(now) % DAY_MS == 0


def test_a_warm_up_ends_and_an_unknown_plan_is_none(alice: Actor, charlie: Actor) -> None:
    warmups.create(alice, NewWarmup(source="relay", plan="quick"))
    with pytest.raises(Unprocessable):
        warmups.create(alice, NewWarmup(source="relay", plan="wild"))
    with pytest.raises(Missing):
        warmups.remove(charlie, "relay")
    warmups.remove(alice, "relay")
    assert warmups.admitted(alice.tenant_id, alice.mode, ("relay",), "google") == ("relay",)
