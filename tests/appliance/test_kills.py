"""The whole appliance killed in the middle of things: nothing that was acknowledged is lost, and little is sent twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from tests.appliance.stage import Receiving, Stage, Writers, kill, receiving
from tests.pace import best, until

IN_FLIGHT = 10
RECOVERY_SECONDS = 35
DRAINED_PER_SECOND = 1000  # at least, of what piled up while most of the time nobody delivered


@pytest.mark.chaos
@pytest.mark.timeout(3600)
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
        backlog, killed = stage.owed(), time.monotonic()
        with stage.serving():
            until(lambda: stage.owed() == 0, RECOVERY_SECONDS + backlog / DRAINED_PER_SECOND, lambda: f"{stage.owed()} of {backlog} are still owed")
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
    figure(f"{kills} kills, {len(writers.acknowledged)} acknowledged, 0 lost, {twice} sent twice, {backlog} owed then, all sent in {recovery:.1f} s")


@pytest.mark.criterion("webhooks-2")
def test_what_was_in_hand_goes_on_at_once(tmp_path: Path, figure: Callable[[str], None]) -> None:
    stage = Stage(tmp_path, "JUNCTION_WEBHOOKS__LEASE_SECONDS=600")
    with receiving() as receiver:
        with stage.serving() as served:
            stage.webhooks(receiver, {"one": ["contact.*"]})
            receiver.ask("_hang", ["one"])
            for number in range(3):
                stage.call("POST", "/api/v1/contacts", {"first_name": str(number)})
            until(lambda: receiver.held("one") == 3)
            kill(served)
        receiver.ask("_hang", [])
        killed = time.monotonic()
        with stage.serving():
            until(lambda: stage.owed() == 0, why=lambda: "they wait for the end of the lease")
            figure(f"after a kill of everything what was in hand arrived {time.monotonic() - killed:.1f} s later, under a lease of 600 s")
        assert set(receiver.counts()["one"].values()) == {1}


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
            until(lambda: len(receiver.counts()["one"]) > already + 20, why=lambda: "deliveries do not go on")
            resumed = time.monotonic() - removed
            time.sleep(1)
        until(lambda: stage.owed() == 0)
        assert stage.rows("SELECT COUNT(*) FROM deliveries WHERE state = 'delivered'")[0][0] == len(writers.acknowledged)
        age = best(lambda: age_at_arrival(stage, receiver), 400)
    assert age < 400, "waking works again: looking by itself would take half a second"
    figure(f"went on after {resumed:.1f} s, median age at arrival afterwards {age:.0f} ms")


def age_at_arrival(stage: Stage, receiver: Receiving) -> float:
    """Return how many milliseconds after it was made the event of a contact arrives, by the median of ten."""
    receiver.ask("_forget")
    for number in range(10):
        stage.call("POST", "/api/v1/contacts", {"first_name": f"later {number}"})
        time.sleep(0.1)
    until(lambda: stage.owed() == 0)
    ages = [age for _, age in receiver.ask("_seen")["one"]]
    assert len(ages) == 10
    return median(ages)


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
            # What was given back is due at once: no lease, which lasts thirty seconds, has to end.
            until(lambda: stage.owed() == 0, 20)
        counts = receiver.counts()["one"]
    assert set(counts.values()) == {1}, "nothing is sent twice on the clean path"
    assert len(counts) >= len(writers.acknowledged)
