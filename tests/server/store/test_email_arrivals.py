"""Mails that arrived, as rows."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.store import database, email_arrivals
from tests import receiving
from tests.receiving import arrived, mail


def test_what_is_due_is_taken_by_one_worker_and_by_another_when_the_lease_is_over(alice: Actor) -> None:
    arrival_id = arrived(alice, mail())
    far = 2**50
    with database.transaction():
        assert [row["id"] for row in email_arrivals.take_due(far, far + 10, 5)] == [arrival_id]
        assert email_arrivals.take_due(far, far + 10, 5) == []
        assert [row["attempts"] for row in email_arrivals.take_due(far + 10, far + 20, 5)] == [1]


def test_a_place_is_known_once_it_was_seen_and_to_its_tenant_alone(alice: Actor, charlie: Actor) -> None:
    arrival_id = arrived(alice, mail(), "acc_1", "INBOX/1")
    assert email_arrivals.seen(alice.tenant_id, alice.mode, "acc_1", ["INBOX/1", "INBOX/2"]) == {"INBOX/1"}
    assert email_arrivals.seen(charlie.tenant_id, charlie.mode, "acc_1", ["INBOX/1"]) == set()
    assert [place for _, place, _ in email_arrivals.sightings(alice.tenant_id, alice.mode, arrival_id)] == ["INBOX/1"]
    assert email_arrivals.sightings(charlie.tenant_id, charlie.mode, arrival_id) == []
    assert email_arrivals.content(charlie.tenant_id, charlie.mode, arrival_id) is None


@pytest.mark.criterion("email-29")
def test_what_a_mail_said_goes_after_its_time_unless_it_is_still_worked_on(alice: Actor) -> None:
    done = receiving.sorted_out(alice, mail())["id"]
    waiting = arrived(alice, mail(message_id="<2@x.test>", body="Two"))
    with database.transaction():
        assert [email_arrivals.purge(2**50, 5), email_arrivals.purge(2**50, 5)] == [1, 0]
    kept = [email_arrivals.content(alice.tenant_id, alice.mode, one) is not None for one in (done, waiting)]
    assert kept == [False, True]
    assert email_arrivals.find(alice.tenant_id, alice.mode, done) is not None
