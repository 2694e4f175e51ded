"""Ordered webhooks: per key in the order of the events, through refusals and kills, and no key holds up another."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.appliance.stage import Receiving, Stage, kill, receiving
from tests.pace import until, within


@pytest.mark.chaos
@pytest.mark.timeout(1200)
@pytest.mark.criterion("webhooks-20")
def test_the_order_per_key_survives_refusals_and_kills(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    keys, each, kills = (100, 100, 20) if thorough else (15, 12, 2)
    stage = Stage(tmp_path, "JUNCTION_WEBHOOKS__LEASE_SECONDS=5")
    with receiving() as receiver:
        receiver.ask("_flaky", ["ordered"])
        with stage.serving():
            stage.webhooks(receiver, {"ordered": ["contact.*"]}, ordering=True, retry_schedule=[0, 1, 1, 1, 1, 1])
            contacts = [stage.call("POST", "/api/v1/contacts", {"first_name": str(number)})["id"] for number in range(keys)]
        for _ in range(kills):
            with stage.serving() as served:
                for number in range(each // kills):
                    for contact in contacts:
                        stage.call("PATCH", f"/api/v1/contacts/{contact}", {"title": f"{number} {random.random()}"})
                kill(served)
        with stage.serving():
            began = time.monotonic()
            until(lambda: stage.owed() == 0, 600 if thorough else 120, lambda: f"{stage.owed()} are still owed")
            seconds = time.monotonic() - began
        came = [event_id for event_id, _ in receiver.ask("_seen")["ordered"]]
    order = {
        event_id: (contact, place) for event_id, contact, place in stage.rows("SELECT id, object_id, position FROM events WHERE object = 'contact'")
    }
    assert len(order) == len(set(came)) == keys * (1 + each // kills * kills)
    last: dict[str, int] = {}
    for event_id in came:
        contact, place = order[event_id]
        assert place >= last.get(contact, 0), "never an older one after a newer one"
        last[contact] = place
    figure(f"{len(order)} events of {keys} keys in order through {kills} kills, {len(came) - len(order)} sent twice, drained in {seconds:.0f} s")


@pytest.mark.criterion("webhooks-20")
def test_a_blocked_key_holds_up_no_other(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    with receiving() as receiver, stage.serving():
        stage.webhooks(receiver, {"ordered": ["contact.*"], "plain": ["contact.*"]}, ordering={"key": "record.company_id"}, retry_schedule=[0, 600])
        companies = [stage.call("POST", "/api/v1/companies", {"name": name})["id"] for name in ("blocked", "free")]
        receiver.ask("_flaky", ["ordered"])
        blocked = _until_refused(stage, receiver, companies[0])
        receiver.ask("_flaky", [])  # what was refused waits ten minutes; from now on nothing else is
        free = [stage.call("POST", "/api/v1/contacts", {"first_name": "x", "company_id": companies[1]})["id"] for _ in range(3)]
        behind = stage.call("POST", "/api/v1/contacts", {"first_name": "behind", "company_id": companies[0]})["id"]
        until(lambda: len(receiver.counts()["plain"]) >= blocked + 4)
        until(lambda: set(free) <= {row[0] for row in stage.rows(_DELIVERED)})
        time.sleep(1)
        assert behind not in {row[0] for row in stage.rows(_DELIVERED)}


_DELIVERED = (
    "SELECT e.object_id FROM events e JOIN deliveries d ON d.event_id = e.id JOIN webhooks w ON w.id = d.webhook_id"
    " WHERE w.name = 'ordered' AND d.state = 'delivered' AND e.object = 'contact'"
)
_WAITING = "SELECT COUNT(*) FROM deliveries WHERE state = 'pending' AND attempts > 0"


def _until_refused(stage: Stage, receiver: Receiving, company: str) -> int:
    """Make contacts of a company until one of them was refused; returns how many that took."""

    def made() -> Iterator[int]:
        for number in range(1, 200):
            stage.call("POST", "/api/v1/contacts", {"first_name": str(number), "company_id": company})
            yield number

    for number in made():
        until(lambda number=number: len(receiver.counts().get("plain", ())) >= number)  # type: ignore[misc]
        if within(lambda: stage.rows(_WAITING)[0][0] > 0, 0.3):
            return number
    raise AssertionError("nothing was refused")
