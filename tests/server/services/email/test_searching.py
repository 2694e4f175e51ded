"""Messages are found by whatever somebody has at hand, however it is spelled, and a page goes on where the last one ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Invalid
from server.services.email import messages, searching
from server.store import database
from server.system import clock
from tests.mailing import sending_settings, submit, verified


@pytest.fixture
def two(alice: Actor, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a message to Bob, and a later one to Carl by another stream."""
    verified(alice.tenant_id, "example.com")
    settings = sending_settings(tmp_path)
    return submit(alice, settings, to=["Bob@customer.test"]), submit(alice, settings, to=["carl@other.test"], stream="broadcast")


def found(actor: Actor, **filters: Any) -> list[str]:
    return [one["id"] for one in searching.list_page(actor, filters, None, 10)[0]]


@pytest.mark.criterion("email-29")
def test_messages_are_found_by_each_filter(alice: Actor, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    one, other = two
    with database.transaction():
        taken = "UPDATE email_recipients SET state = 'bounced', site = 'google', provider_id = 'sg-1' WHERE message_id = ?"
        database.run(taken, (other["id"],))
    for filters, wanted in (
        ({"address": "bob@CUSTOMER.test"}, one),
        ({"domain": "Customer.Test"}, one),
        ({"message_id": one["message_id"]}, one),
        ({"message_id": one["message_id"].strip("<>")}, one),
        ({"stream": "broadcast"}, other),
        ({"state": "queued"}, one),
        ({"state": "bounced", "stream": "broadcast"}, other),
        ({"provider": "google"}, other),
        ({"provider_message_id": "sg-1"}, other),
    ):
        assert found(alice, **filters) == [wanted["id"]], filters
    assert found(alice, state="bounced", stream="transactional") == []
    assert found(alice, sender_domain="example.com") == [other["id"], one["id"]]


@pytest.mark.criterion("email-29")
def test_one_search_takes_an_address_a_message_id_a_domain_and_a_providers_id(alice: Actor, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    one, other = two
    with database.transaction():
        database.run("UPDATE email_recipients SET provider_id = '<mg-1@mail.test>' WHERE message_id = ?", (other["id"],))
    for text in ("bob@customer.test", "BOB@Customer.Test", "customer.test", "@customer.test", one["message_id"], one["message_id"][1:-1]):
        assert found(alice, search=text) == [one["id"]], text
    assert found(alice, search="<mg-1@mail.test>") == [other["id"]]
    assert found(alice, search="example.com") == [other["id"], one["id"]]
    assert found(alice, search="customer.test", domain="other.test") == []
    assert found(alice, search="nobody@nowhere.test") == found(alice, search="' OR 1=1 --") == []


def test_a_span_of_time_is_cut_out(alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(alice.tenant_id, "example.com")
    now, sent = clock.now_ns(), []
    for hours in (3, 2, 1):
        monkeypatch.setattr(clock, "now_ns", lambda ago=hours: now - ago * 3_600_000_000_000)
        sent.append(submit(alice, sending_settings(tmp_path))["id"])
    monkeypatch.undo()
    at = now // 1_000_000 - 2 * 3_600_000
    assert found(alice, since=at - 60_000, until=at + 60_000) == [sent[1]]
    assert (found(alice, since=at + 60_000), found(alice, until=at - 60_000)) == ([sent[2]], [sent[0]])


def test_what_is_scheduled_is_told_from_what_waits(alice: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    settings = sending_settings(tmp_path)
    now, later = submit(alice, settings)["id"], submit(alice, settings, send_at=clock.rfc3339(clock.now_ms() + 3_600_000))["id"]
    assert (found(alice, state="scheduled"), found(alice, state="queued")) == ([later], [later, now])


def test_pages_follow_one_another_whatever_is_searched_for(alice: Actor, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    first, cursor = searching.list_page(alice, {"search": "example.com"}, None, 1)
    second, end = searching.list_page(alice, {"search": "example.com"}, cursor, 1)
    assert [first[0]["id"], second[0]["id"], end] == [two[1]["id"], two[0]["id"], None]
    with pytest.raises(Invalid):
        searching.list_page(alice, {"search": "other.test"}, cursor, 1)


def test_a_state_that_there_is_not_is_refused_with_those_there_are(alice: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        searching.list_page(alice, {"state": "lost"}, None, 10)
    assert "deferred" in caught.value.faults[0].detail


def test_others_find_nothing(charlie: Actor, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert found(charlie, search=two[0]["message_id"]) == found(charlie, address="bob@customer.test") == found(charlie) == []
    assert messages.shown(charlie, []) == []
