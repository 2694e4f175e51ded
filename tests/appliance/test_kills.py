"""The whole appliance killed in the middle of things: nothing that was acknowledged is lost, and little is sent twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, Writers, kill, receiving
from tests.server.main.program import until

IN_FLIGHT = 10
RECOVERY_SECONDS = 35


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.criterion("webhooks-1", "webhooks-2")
def test_killing_everything_at_random_moments_loses_nothing(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    kills, stage = 200 if thorough else 5, Stage(tmp_path)
    with receiving() as receiver:
        with stage.serving():
            hooks = stage.webhooks(receiver, {"one": ["contact.*"], "two": ["*"], "other": ["deal.*"]})
        with Writers(stage, 4) as writers:
            for _ in range(kills):
                with stage.serving() as served:
                    time.sleep(random.uniform(0.2, 2.5))
                    kill(served)
        killed = time.monotonic()
        with stage.serving():
            assert until(lambda: stage.owed() == 0, killed + RECOVERY_SECONDS - time.monotonic()), f"{stage.owed()} deliveries are still owed"
            recovery = time.monotonic() - killed
        counts = receiver.counts()
    events = dict(stage.rows("SELECT object_id, COUNT(*) FROM events WHERE type = 'contact.created' GROUP BY object_id"))
    assert len(writers.acknowledged) > kills
    assert [contact for contact in writers.acknowledged if events.get(contact) != 1] == [], "each has exactly one event"
    contacts = {row[0] for row in stage.rows("SELECT id FROM contacts")}
    assert set(events) == contacts, "no event without its contact, and no contact without its event"
    owed = stage.rows(
        "SELECT e.id, COUNT(d.id), COUNT(DISTINCT d.webhook_id) FROM events e LEFT JOIN deliveries d ON d.event_id = e.id"
        " WHERE e.type = 'contact.created' GROUP BY e.id"
    )
    assert [row for row in owed if row[1:] != (2, 2)] == [], "each has exactly one delivery row per matching webhook"
    assert {row[0] for row in stage.rows("SELECT state FROM deliveries")} == {"delivered"}
    assert "_forged" not in counts
    sent = {row[0] for row in owed}
    assert sent == set(counts["one"])
    assert sent <= set(counts["two"])
    twice = sum(number - 1 for name in ("one", "two") for number in counts[name].values())
    assert twice <= kills * IN_FLIGHT * 2
    assert hooks.keys() == {"one", "two", "other"}
    figure(f"{kills} kills, {len(writers.acknowledged)} acknowledged, 0 lost, {twice} sent twice, recovered in {recovery:.1f} s")


@pytest.mark.criterion("webhooks-3")
def test_deleting_the_queues_file_in_mid_run_loses_nothing(tmp_path: Path, figure: Callable[[str], None]) -> None:
    stage = Stage(tmp_path)
    with receiving() as receiver, stage.serving():
        stage.webhooks(receiver, {"one": ["contact.*"]})
        with Writers(stage, 2, pause=0.02) as writers:
            time.sleep(1)
            for path in stage.data.glob("queue.sqlite3*"):
                path.unlink()
            removed = time.monotonic()
            already = len(receiver.counts().get("one", ()))
            assert until(lambda: len(receiver.counts()["one"]) > already + 20, 10), "deliveries go on"
            resumed = time.monotonic() - removed
            time.sleep(1)
        assert until(lambda: stage.owed() == 0, 10)
        receiver.ask("_forget")
        for number in range(10):
            stage.call("POST", "/api/v1/contacts", {"first_name": f"later {number}"})
            time.sleep(0.1)
        assert until(lambda: stage.owed() == 0, 10)
        ages = sorted(age for _, age in receiver.ask("_seen")["one"])
        delivered = stage.rows("SELECT COUNT(*) FROM deliveries WHERE state = 'delivered'")[0][0]
    assert delivered == len(writers.acknowledged) + 10
    assert ages[len(ages) // 2] < 400, "waking works again: looking by itself would take half a second"
    figure(f"went on after {resumed:.1f} s, median age at arrival afterwards {ages[len(ages) // 2]:.0f} ms")


def test_sigterm_under_load_ends_in_time_and_answers_what_it_took(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    with receiving() as receiver:
        with stage.serving() as served:
            stage.webhooks(receiver, {"one": ["contact.*"]})
            with Writers(stage, 4) as writers:
                time.sleep(1.5)
                started = time.monotonic()
                assert served.end() == 0
                assert time.monotonic() - started < 20
        with stage.serving():
            assert until(lambda: stage.owed() == 0, 10), "what was given back is due at once, no lease has to end"
        counts = receiver.counts()["one"]
    assert set(counts.values()) == {1}, "nothing is sent twice on the clean path"
    assert len(counts) >= len(writers.acknowledged)
