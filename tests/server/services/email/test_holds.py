"""A message that is due and not sent says what is in its way."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services.email import messages, searching, streams, throttles
from server.services.email.streams import Reason
from server.services.email.throttles import NewThrottle
from server.store import database, email_throttles
from server.system import clock
from tests.mailing import sending_settings, submit, verified

HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def _domain(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")


def held(actor: Actor, message_id: str) -> list[str | None]:
    return [one["held_by"] for one in messages.get(actor, message_id)["recipients"]]


def test_a_paused_provider_holds_its_own_mail_alone_with_its_words(alice: Actor, tmp_path: Path) -> None:
    made = submit(alice, sending_settings(tmp_path), to=["bob@gmail.com", "carl@customer.test"])["id"]
    assert held(alice, made) == [None, None]
    until = clock.now_ms() + HOUR_MS
    values = {"paused_until": until, "reason": "google_rate", "reply": "421 4.7.28 unusual rate"}
    with database.transaction():
        email_throttles.change(alice.tenant_id, alice.mode, "google", values, 1)
    assert held(alice, made) == [f"Google is paused until {clock.rfc3339(until)}: 421 4.7.28 unusual rate", None]
    (listed,), _ = searching.list_page(alice, {}, None, 10)
    assert [one["held_by"] for one in listed["recipients"]] == held(alice, made)


def test_a_paused_stream_and_a_limit_of_everything_hold_everybody(alice: Actor, tmp_path: Path) -> None:
    made = submit(alice, sending_settings(tmp_path))["id"]
    throttles.put(alice, NewThrottle(site="all", messages=2))
    assert held(alice, made) == [None], "nothing was sent yet that would have used it up"
    with database.transaction():
        email_throttles.change(alice.tenant_id, alice.mode, "", {"next_at": clock.now_ms() + HOUR_MS}, 1)
    assert held(alice, made) == ["Every provider gets 2 messages a minute; others are before this one."]
    streams.pause(alice, streams.ensure(alice.tenant_id, alice.mode, "transactional")["id"], Reason(reason="Wrong prices."))
    assert held(alice, made) == ["The stream 'transactional' is paused: Wrong prices."]


def test_what_is_not_due_is_held_by_its_time_alone(alice: Actor, tmp_path: Path) -> None:
    throttles.put(alice, NewThrottle(site="all", messages=1))
    with database.transaction():
        email_throttles.change(alice.tenant_id, alice.mode, "", {"paused_until": clock.now_ms() + HOUR_MS}, 1)
    made = submit(alice, sending_settings(tmp_path), send_at=clock.rfc3339(clock.now_ms() + HOUR_MS))["id"]
    assert held(alice, made) == [None]
