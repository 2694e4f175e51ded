"""Figures of webhooks: everything accepted is somewhere, and receivers' times come from what they really took."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.services import webhook_stats, webhooks
from server.services.webhook_bodies import WebhookChange
from server.services.webhook_stats import percentile
from server.system import clock
from tests.server.services.test_deliveries import SENT, desk, happen, send, webhook
from tests.server.services.test_dispatch import PLENTY, done

STATES = ("delivered", "pending", "held", "dead", "cancelled")


@pytest.mark.criterion("webhooks-14")
def test_accepted_is_the_sum_of_all_states_whatever_happens(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    happen(alice, 2)
    send(mine, 500)
    happen(alice, 3)
    send(mine)
    happen(alice, 4)
    webhooks.update(alice, webhook_id, WebhookChange(active=False))
    found = webhook_stats.of_webhook(alice, webhook_id)
    assert (found["accepted"], found["dead"], found["delivered"], found["held"]) == (9, 2, 3, 4)
    assert found["accepted"] == sum(found[state] for state in ("delivered", "pending", "held", "dead", "cancelled"))


@pytest.mark.criterion("webhooks-14")
def test_the_figures_of_all_hold_those_of_removed_ones_too(alice: Actor, charlie: Actor) -> None:
    first, second, mine = webhook(alice), webhook(alice), desk((0,))
    happen(alice, 2)
    send(mine)
    happen(alice)
    webhooks.remove(alice, first)
    webhook(charlie)
    happen(charlie)
    found = webhook_stats.of_all(alice)
    assert (found["accepted"], found["delivered"], found["pending"], found["cancelled"]) == (6, 4, 1, 1)
    assert found["accepted"] == sum(found[state] for state in STATES)
    assert webhook_stats.of_webhook(alice, second)["accepted"] == 3


@pytest.mark.criterion("webhooks-25")
def test_success_times_and_the_oldest_due_are_told(alice: Actor) -> None:
    webhook_id, mine = webhook(alice), desk((0,))
    assert webhook_stats.of_webhook(alice, webhook_id)["success_rate"] is None
    happen(alice, 4)
    taken = mine.turn([], PLENTY)
    answers = ((200, 10.0), (200, 20.0), (200, 30.0), (500, 999.0))
    mine.turn([done(one, status, total_ms=ms) for one, (status, ms) in zip(taken, answers, strict=True)], SENT)
    found = webhook_stats.of_webhook(alice, webhook_id)
    assert (found["success_rate"], found["p50_ms"], found["p95_ms"], found["p99_ms"]) == (0.75, 20.0, 30.0, 30.0)
    assert found["oldest_due_seconds"] == 0
    happen(alice)
    with clock.frozen(clock.now_ms() + 90_000):
        assert 89 <= webhook_stats.of_webhook(alice, webhook_id)["oldest_due_seconds"] <= 91
        assert 89 <= webhook_stats.of_all(alice)["oldest_due_seconds"] <= 91
        webhooks.update(alice, webhook_id, WebhookChange(active=False))
        assert webhook_stats.of_all(alice)["oldest_due_seconds"] == 0, "what is held is not late"


def test_nobody_else_sees_figures(alice: Actor, charlie: Actor) -> None:
    webhook_id = webhook(alice)
    happen(alice)
    for stranger in (charlie, replace(alice, mode="test")):
        with pytest.raises(Missing):
            webhook_stats.of_webhook(stranger, webhook_id)
        assert webhook_stats.of_all(stranger)["accepted"] == 0


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile([1.0, 2.0, 3.0, 4.0], share) for share in (0.5, 0.95, 0.0)] == [2.0, 4.0, 1.0]
    assert percentile([], 0.5) is None
