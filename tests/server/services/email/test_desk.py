"""The desk serves urgent lanes first, keeps to what providers bear, and lets throttles hold in every minute."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services.email import throttles
from server.services.email.desk import LOT, Lot, MailDesk, Room
from server.services.email.throttles import NewThrottle
from server.store import database, email_queue, email_throttles
from server.store.email_queue import Ended
from server.system import clock
from tests.mailing import sending_settings, submit, verified


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def fill(actor: Actor, folder: Path, count: int, domain: str, stream: str = "transactional") -> None:
    settings = sending_settings(folder)
    with database.transaction():
        for number in range(0, count, 50):
            to = [f"p{one}@{domain}" for one in range(number, min(number + 50, count))]
            submit(actor, settings, to=to, stream=stream)


def finish(desk: MailDesk, lots: list[Lot]) -> None:
    ended = [Ended(one.id, "sent", 0, 1, lot.site, "relay", 250, None, None, None, clock.now_ms()) for lot in lots for one in lot.works]
    if ended:
        with database.transaction():
            email_queue.settle(ended, desk.lease)


def test_urgent_lanes_come_first_and_a_third_of_the_connections_is_theirs(alice: Actor, tmp_path: Path) -> None:
    for number in range(6):
        fill(alice, tmp_path, 2, f"b{number}.test", "broadcast")
    fill(alice, tmp_path, 1, "urgent.test")
    desk = MailDesk(lease_ms=60_000)
    room = Room(6, 6)
    lots = desk.take(room)
    assert lots[0].lane.domain == "urgent.test"
    assert [lot.lane.stream for lot in lots[1:]] == ["broadcast"] * 3, "two connections stay free for what is urgent"
    fill(alice, tmp_path, 1, "later.test")
    assert [lot.lane.domain for lot in desk.take(room)] == ["later.test"]


def test_a_site_gets_no_more_connections_than_it_bears_and_lots_are_small(alice: Actor, tmp_path: Path) -> None:
    fill(alice, tmp_path, 200, "gmail.com", "broadcast")
    desk, room = MailDesk(lease_ms=60_000), Room(20, 20)
    desk.timed("google", 500.0)
    lots = desk.take(room)
    assert [lot.site for lot in lots] == ["google"] * 4, "of five connections one is kept for what is urgent"
    assert max(len(lot.works) for lot in lots) <= LOT


@pytest.mark.criterion("email-4")
def test_a_throttle_of_thirty_a_minute_holds_in_every_minute_and_nobody_else_waits(
    alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttles.put(alice, NewThrottle(site="google", messages=30))
    fill(alice, tmp_path, 300, "gmail.com")
    desk, begun, now = MailDesk(lease_ms=60_000), clock.now_ms(), clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now)
    sent: list[int] = []
    fill(alice, tmp_path, 20, "other.test")
    others = 0
    while now < begun + 180_000:
        lots = desk.take(Room(6, 6))
        sent += [now for lot in lots if lot.site == "google" for _ in lot.works]
        others += sum(len(lot.works) for lot in lots if lot.site == "other.test")
        if now == begun:
            assert others == 20, "another provider's mail goes at once"
        finish(desk, lots)
        now = max(now + 1, min(desk.look_at or now + 1_000, now + 1_000))
    for moment in range(begun, begun + 120_000, 997):
        assert 28 <= sum(moment <= one < moment + 60_000 for one in sent) <= 31


def test_a_paused_site_waits_and_tells_when_it_goes_on(alice: Actor, tmp_path: Path) -> None:
    fill(alice, tmp_path, 5, "gmail.com")
    until = clock.now_ms() + 3_600_000
    email_throttles.change(alice.tenant_id, alice.mode, "google", {"paused_until": until, "reason": "google_rate", "reply": "421 slow"}, 1)
    desk = MailDesk(lease_ms=60_000)
    assert desk.take(Room(6, 6)) == []
    assert desk.look_at == until
    shown = throttles.get(alice, "google")
    assert (shown["paused_until"], shown["reason"], shown["reply"]) == (clock.rfc3339(until), "google_rate", "421 slow")
    throttles.resume(alice, "google")
    assert Counter(lot.site for lot in desk.take(Room(6, 6))) == {"google": 1}


def test_a_limit_of_everything_counts_every_site(alice: Actor, tmp_path: Path) -> None:
    throttles.put(alice, NewThrottle(site="all", messages=60))
    fill(alice, tmp_path, 3, "a.test")
    fill(alice, tmp_path, 3, "b.test")
    assert sum(len(lot.works) for lot in MailDesk(lease_ms=60_000).take(Room(6, 6))) == 1
