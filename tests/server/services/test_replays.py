"""Replays: what was finished sent again, and what was never owed sent at all, by jobs that a kill does not harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.services import jobs, replays, webhook_stats, webhooks
from server.services.dispatch import Room
from server.services.jobs import Progress, Stopping
from server.services.replays import Replay
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import database
from server.system import clock
from tests.pace import quickest
from tests.server.services.test_deliveries import SENT, desk, happen, listed, send, webhook
from tests.server.services.test_dispatch import done

EVERYTHING = Room(1000, 1000, of_fast=1000)
LONG_AGO = "2020-01-01T00:00:00Z"


def begin(actor: Actor, webhook_id: str, **chosen: Any) -> str:
    return str(replays.begin(actor, webhook_id, Replay.model_validate({"since": LONG_AGO, **chosen}))["id"])


def run(actor: Actor, job_id: str) -> dict[str, Any]:
    """Do a replay as a worker does."""
    job = jobs.take(("replay",), "lease", 1_000)
    assert job is not None
    jobs.perform(job, Progress(job.id, "lease", jobs.position_of(job), job.done, job.total), replays.run)
    return jobs.get(actor, job_id)


def replayed(actor: Actor, webhook_id: str, **chosen: Any) -> int:
    found = run(actor, begin(actor, webhook_id, **chosen))
    assert found["state"] == "completed", found
    return int(found["result"]["replayed"])


@pytest.mark.criterion("webhooks-15")
def test_many_are_sent_again_by_state_type_and_time(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    happen(alice, 3)
    send(mine, 500)
    happen(alice, 2)
    happen(alice, 1, "contact.updated")
    send(mine)
    assert replayed(alice, webhook_id, status="dead") == 3
    assert webhook_stats.of_webhook(alice, webhook_id)["pending"] == 3
    assert replayed(alice, webhook_id, event_type="contact.updated") == 1
    assert replayed(alice, webhook_id, event_type="contact.*") == 2
    assert replayed(alice, webhook_id, since=clock.rfc3339(clock.now_ms() + 1_000)) == 0
    assert replayed(alice, webhook_id, until=LONG_AGO) == 0


@pytest.mark.criterion("webhooks-15")
def test_a_new_webhook_gets_what_it_missed_and_nothing_twice(alice: Actor, charlie: Actor) -> None:
    happen(alice, 3)
    happen(alice, 2, "deal.created")
    happen(charlie, 1)
    webhook_id = webhook(alice)
    happen(alice, 1)
    assert replayed(alice, webhook_id, status="missing") == 3
    assert replayed(alice, webhook_id, status="missing") == 0
    found = listed(alice, webhook_id)
    assert {one["event_type"] for one in found} == {"contact.created"}
    assert len({one["event_id"] for one in found}) == len(found) == 4
    with clock.frozen(clock.now_ms() + 60_000):
        assert send(desk()) == 4


def test_what_is_missing_is_what_the_webhook_wants_now(alice: Actor) -> None:
    webhook_id = str(
        webhooks.create(
            alice, NewWebhook.model_validate({"name": "H", "url": "http://127.0.0.1:9/", "events": ["*"], "filter": {"record.n": 7}}), most=9
        )["id"]
    )
    happen(alice, 3)
    assert replayed(alice, webhook_id, status="missing") == 0, "its own creation is not told to it"
    webhooks.update(alice, webhook_id, WebhookChange.model_validate({"filter": {"record.n": {"gte": 1}}, "ordering": True}))
    assert replayed(alice, webhook_id, status="missing", event_type="contact.created") == 2
    assert [row[0] for row in database.rows("SELECT ordering_key FROM deliveries ORDER BY place")] == ["con_1", "con_2"]


def test_a_paused_webhook_holds_what_is_replayed(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    happen(alice, 2)
    send(mine)
    webhooks.update(alice, webhook_id, WebhookChange(active=False))
    assert replayed(alice, webhook_id) == 2
    assert webhook_stats.of_webhook(alice, webhook_id)["held"] == 2


@pytest.mark.criterion("webhooks-15")
@pytest.mark.parametrize("status", ["delivered", "missing"])
def test_a_replay_that_is_cut_off_goes_on_and_takes_each_row_once(alice: Actor, monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    monkeypatch.setattr(replays, "BATCH", 4)
    first = webhook(alice)
    happen(alice, 10)
    send(desk((0,)))
    webhook_id = first if status == "delivered" else webhook(alice)
    job_id = begin(alice, webhook_id, status=status)
    job = jobs.take(("replay",), "first", 1_000)
    assert job is not None
    progress = Progress(job.id, "first", {}, 0, None)
    saved: list[Any] = []
    save = progress.save

    def once(*arguments: Any) -> None:
        if saved:
            raise Stopping(retry_after=0)
        saved.append(arguments)
        save(*arguments)

    monkeypatch.setattr(Progress, "save", lambda _progress, *arguments: once(*arguments))
    jobs.perform(job, progress, replays.run)
    assert (jobs.get(alice, job_id)["state"], jobs.get(alice, job_id)["done"]) == (
        "pending",
        len(listed(alice, webhook_id)) if status == "missing" else 4,
    )
    monkeypatch.undo()
    assert run(alice, job_id)["result"] == {"replayed": 10}
    assert webhook_stats.of_webhook(alice, webhook_id)["pending"] == 10


def test_what_is_replayed_leaves_room_for_what_is_fresh(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    with clock.frozen(clock.now_ms()) as held:
        happen(alice, 300)
        taken = mine.turn([], EVERYTHING)
        mine.turn([done(one) for one in taken], SENT)
        held.advance(1)
        assert replayed(alice, webhook_id) == 300
        happen(alice)
        held.advance(10)
        assert len(mine.turn([], EVERYTHING)) <= 4, "the fresh one is not behind three hundred others"
        held.advance(300 * replays.SPACING_MS + 60_000)
        assert len(mine.turn([], EVERYTHING)) >= 297


@pytest.mark.criterion("webhooks-15")
def test_a_hundred_thousand_are_queued_within_a_minute(alice: Actor, thorough: bool, figure: Callable[[str], None]) -> None:
    count = 100_000 if thorough else 3_000
    for _ in range(count // 1_000):
        happen(alice, 1_000)

    def replay() -> None:
        assert replayed(alice, webhook(alice), status="missing") == count

    most = 60 * count / 100_000
    seconds = quickest(replay, most)
    figure(f"{count:,} rows queued in {seconds:.1f} s")
    assert seconds <= most


def test_another_tenants_webhook_is_not_there(charlie: Actor, alice: Actor) -> None:
    with pytest.raises(Missing):
        begin(charlie, webhook(alice))
