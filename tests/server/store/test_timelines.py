"""What refers to a record and what happened to it, newest first, of each tenant alone."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import timelines
from server.system import clock
from tests.server.crm import kind, made


def test_records_and_events_come_newest_first_from_a_place_on(alice: Actor, charlie: Actor) -> None:
    with clock.frozen(1_795_176_000_000) as held:
        ann = made(alice, "contact")["id"]
        deals = []
        for name in "abc":
            held.advance(10)
            deals.append(made(alice, "deal", name=name, contact_id=ann)["id"])
    ours = (alice.tenant_id, "live")
    newest = timelines.referring(*ours, kind("deal"), "contact_id", ann, timelines.LAST, 2)
    assert [one["id"] for one in newest] == [deals[2], deals[1]]
    rest = timelines.referring(*ours, kind("deal"), "contact_id", ann, deals[1].rpartition("_")[2], 9)
    assert [one["id"] for one in rest] == [deals[0]]
    ((event_id, body),) = timelines.events(*ours, ann, timelines.LAST, 9)
    assert b'"contact.created"' in body
    assert timelines.events(*ours, ann, event_id.rpartition("_")[2], 9) == []
    assert timelines.referring(charlie.tenant_id, "live", kind("deal"), "contact_id", ann, timelines.LAST, 9) == []
    assert timelines.events(charlie.tenant_id, "live", ann, timelines.LAST, 9) == []
