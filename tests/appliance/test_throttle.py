"""A throttled webhook under ten times its rate: never more than its limit and five percent, and nothing lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, receiving
from tests.pace import until

RATE = 20


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.criterion("webhooks-21")
def test_ten_times_too_much_arrives_at_its_rate_and_whole(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    seconds, stage = 60 if thorough else 6, Stage(tmp_path)
    with receiving() as receiver, stage.serving():
        (webhook_id,) = stage.webhooks(receiver, {"slow": ["contact.created"]}, rate_limit=RATE).values()
        began, made = time.monotonic(), 0
        while made < RATE * seconds * 10 and time.monotonic() - began < seconds:
            stage.call("POST", "/api/v1/contacts", {"first_name": str(made)})
            made += 1
        time.sleep(max(began + seconds - time.monotonic(), 0))
        arrived = len(receiver.counts()["slow"])
        counts = stage.call("GET", f"/api/v1/webhooks/{webhook_id}/stats")
        # What was saved up before, two seconds' worth, is five percent of a minute and more of less.
        most = RATE * seconds * 1.05 if thorough else RATE * (seconds + 2)
        assert arrived <= most
        assert arrived >= min(made, RATE * seconds) * 0.8, "it gets what it wants"
        assert (counts["accepted"], counts["dead"], counts["cancelled"]) == (made, 0, 0)
        stage.call("PATCH", f"/api/v1/webhooks/{webhook_id}", {"rate_limit": None})
        until(lambda: len(receiver.counts()["slow"]) == made, why=lambda: f"{made - len(receiver.counts()['slow'])} are lost")
    figure(f"{arrived} of {made} in {seconds} s at {RATE} a second, 0 lost")
