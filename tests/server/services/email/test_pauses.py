"""A stream that goes wrong warns, then stops by itself, and goes on by one act with its reason in the audit trail."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.services.email import pauses, streams
from server.services.email.streams import Reason
from server.store import database, email_figures
from server.system import clock
from tests.server.services.people import mailed


def count(actor: Actor, **outcomes: int) -> None:
    hour = clock.now_ms() // email_figures.HOUR_MS
    with database.transaction():
        for outcome, number in outcomes.items():
            email_figures.add({(actor.tenant_id, actor.mode, hour, "broadcast", "example.com", "google", outcome, ""): number})


def status(actor: Actor) -> tuple[str, str | None]:
    row = streams.ensure(actor.tenant_id, actor.mode, "broadcast")
    return row["status"], row["status_reason"]


@pytest.mark.criterion("email-8")
@pytest.mark.parametrize(
    ("counted", "becomes"),
    [
        ({"sent": 95, "bounced": 4}, "active"),
        ({"sent": 96, "bounced": 4}, "active"),
        ({"sent": 95, "bounced": 5}, "warned"),
        ({"sent": 90, "bounced": 10}, "paused"),
        ({"sent": 1_000, "complained": 1}, "warned"),
        ({"sent": 1_000, "complained": 3}, "paused"),
        ({"sent": 5, "bounced": 5}, "active"),
    ],
)
def test_rates_decide(alice: Actor, counted: dict[str, int], becomes: str) -> None:
    streams.ensure(alice.tenant_id, alice.mode, "broadcast")
    count(alice, **counted)
    pauses.judge_streams()
    assert status(alice)[0] == becomes


@pytest.mark.criterion("email-8")
def test_one_act_resumes_a_stream_and_says_why_in_the_audit_trail(alice: Actor) -> None:
    row = streams.ensure(alice.tenant_id, alice.mode, "broadcast")
    count(alice, sent=80, bounced=20)
    assert pauses.judge_streams() == 1
    assert status(alice) == ("paused", "20.00% of 100 messages bounced")
    assert {(one["kind"], one["to"]) for one in mailed()} == {("stream_paused", "alice@example.com"), ("stream_paused", "dora@example.com")}
    shown = streams.resume(alice, row["id"], Reason(reason="The list was cleaned."))
    assert (shown["status"], shown["bounce_rate"]) == ("active", 0.0)
    assert pauses.judge_streams() == 0, "old figures do not stop it again"
    (audited,) = database.rows("SELECT changes FROM audit WHERE action = 'email_stream.resumed'")
    assert "The list was cleaned." in audited[0]
