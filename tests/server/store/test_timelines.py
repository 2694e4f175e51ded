"""What refers to a record and what happened to it, newest first, of each tenant alone."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from server.domain.actor import Actor
from server.store import database, timelines
from server.system import clock
from tests.plans import plan
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


def test_mail_to_an_address_is_found_by_its_index_however_it_is_spelled(alice: Actor, database_kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Mock(wraps=database.rows)
    monkeypatch.setattr(database, "rows", asked)
    assert timelines.messages(alice.tenant_id, "live", "Bob@Customer.test", timelines.LAST, 5) == []
    assert asked.call_args.args[1][2] == "bob@customer.test"
    if database_kind == "sqlite":
        way = plan(*asked.call_args.args)
        assert "email_recipients_address" in way
        assert "TEMP B-TREE" not in way
