"""The lines of a stream as events, and what a local address answers."""

from __future__ import annotations

from server.outbound.tunnel import Outcome, _parsed, forward
from tests.peers.listener import Listener

STREAM = b""": listening

id: p1
event: contact.created
data: {"id":"evt_1"}

: waiting

id: p2
event: deal.created
data: {"id":"evt_2"}

id: p3
"""


def test_comments_and_what_is_cut_off_are_no_events() -> None:
    found = list(_parsed(iter(STREAM.split(b"\n"))))
    assert [(one.place, one.type, one.id, one.body) for one in found] == [
        ("p1", "contact.created", "evt_1", b'{"id":"evt_1"}'),
        ("p2", "deal.created", "evt_2", b'{"id":"evt_2"}'),
    ]


def test_a_post_is_told_by_its_status_or_by_why_there_is_none(listener: Listener) -> None:
    assert forward(listener.url, {"webhook-id": "evt_1"}, b"{}").delivered
    assert listener.posts[0][0]["webhook-id"] == "evt_1"
    listener.status = 500
    assert (forward(listener.url, {}, b"{}").status, forward(listener.url, {}, b"{}").delivered) == (500, False)
    nobody = forward("http://127.0.0.1:9/", {}, b"{}")
    assert (nobody.status, nobody.error, nobody.delivered) == (None, "ConnectionError", False)


def test_only_two_hundreds_are_a_success() -> None:
    assert [status for status in (199, 200, 204, 299, 300, None) if Outcome(status, None, 1.0).delivered] == [200, 204, 299]
