"""Upkeep empties old messages step by step, and keeps that they were sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services.email import messages, upkeep
from server.store import database, email_queue
from tests.mailing import sending_settings, submit, verified


@pytest.mark.criterion("email-29")
def test_what_messages_said_goes_after_its_time_and_what_happened_stays(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(alice.tenant_id, "example.com")
    monkeypatch.setattr(upkeep, "STEP", 2)
    settings = sending_settings(tmp_path)
    old = [submit(alice, settings)["id"] for _ in range(5)]
    database.run("UPDATE email_contents SET created_at = 1")
    database.run("UPDATE email_recipients SET finished_at = 1, state = 'sent'")
    fresh = submit(alice, settings)["id"]
    assert upkeep.tidy(settings, lambda: False) == 5
    assert database.row("SELECT COUNT(*) FROM email_contents") == (1,)
    assert [messages.get(alice, one)["content_kept"] for one in (old[0], fresh)] == [False, True]
    assert upkeep.tidy(settings, lambda: False) == 0


def test_lanes_that_were_lost_are_opened_again(alice: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    submit(alice, sending_settings(tmp_path), stream="broadcast")
    database.run("DELETE FROM email_lanes")
    upkeep.look_after()
    (lane,) = email_queue.due_lanes(2**60)
    assert (lane.stream, lane.priority) == ("broadcast", 10)
