"""What the end of an attempt means: delivered, tried again, dead, or no attempt at all."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from server.domain.retry import Outcome
from server.outbound.posting import Reply
from server.services.concluding import Done, Work, concluded
from server.services.receivers import Receiver
from server.store.deliveries import Taken
from server.system import clock

NOW = 1_795_176_000_000
SENT = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,x", "X-Shop": "7"}


def ended(reply: Reply, *, attempts: int = 0, **options: Any) -> Done:
    receiver = Receiver("whk_1", 1, "http://x.example/", {}, (), {"X-Shop": "[redacted]"}, "http://x.example/", (0, 5, 300), None, **options)
    work = Work(Taken("dlv_1", "ten_1", "live", "whk_1", "evt_1", "contact.created", attempts, 0, 1), receiver, b"{}")
    with clock.frozen(NOW):
        return concluded(work, NOW - 9, SENT, reply)


def test_a_success_delivers() -> None:
    done = ended(Reply(204, None, None, 5.0))
    assert (done.outcome, done.ended) == (Outcome.DELIVERED, ("dlv_1", "delivered", NOW, 1, 204, None, NOW))


def test_a_failure_is_tried_again_by_the_schedule_until_it_is_used_up() -> None:
    again = ended(Reply(500, None, None, 5.0))
    assert (again.ended[1], again.ended[3:]) == ("pending", (1, 500, "status_500", None))
    assert NOW + 5_000 <= again.ended[2] <= NOW + 6_000, "5 s, and a fifth of it as jitter"
    assert ended(Reply(500, None, None, 5.0), attempts=2).ended[1] == "dead"


def test_a_fault_of_our_own_is_no_attempt() -> None:
    done = ended(Reply(None, "out_of_sockets", "none left", 5.0), attempts=2)
    assert (done.ended, done.attempt) == (("dlv_1", "pending", NOW + 10_000, 2, None, "out_of_sockets", None), None)


@pytest.mark.parametrize(("error", "state"), [("timeout", "dead"), ("connection_refused", "pending")])
def test_what_is_sent_at_most_once_is_tried_again_only_where_nothing_was_sent(error: str, state: str) -> None:
    assert ended(Reply(None, error, "why", 5.0), once=True).ended[1] == state


@pytest.mark.parametrize(("parks", "reply", "leaves"), [(True, 200, True), (False, 410, True), (True, 410, False), (False, 500, False)])
def test_a_line_moves_on_when_its_first_has_ended_unless_it_parks(parks: bool, reply: int, leaves: bool) -> None:
    assert ended(Reply(reply, None, None, 5.0), ordered=True, parks=parks).leaves_line is leaves


def test_what_is_kept_of_an_attempt_masks_headers_on_both_sides() -> None:
    row = ended(Reply(200, None, None, 5.0, b"fine\x00", {"Set-Cookie": "session=1"})).attempt
    assert row is not None
    request, response = orjson.loads(row[-2]), orjson.loads(row[-1])
    assert request["headers"]["X-Shop"] == "[redacted]"
    assert (response["headers"], response["body"]) == ({"Set-Cookie": "[redacted]"}, "fine\ufffd")
