"""What belongs to a contact, company or deal, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid, Missing
from server.services import records, timelines
from server.store import database
from server.system import clock
from tests.mailing import sending_settings, submit, verified
from tests.server.crm import kind, limited, made, viewer

CONTACT = kind("contact")


@pytest.fixture
def ann(alice: Actor) -> str:
    """Return the id of a contact with one of everything, each made a second after the one before."""
    with clock.frozen(1_795_176_000_000) as held:
        one = str(made(alice, "contact", first_name="Ann")["id"])
        held.advance(1000)
        made(alice, "deal", name="deal", contact_id=one)
        held.advance(1000)
        made(alice, "activity", type="note", subject="note", contact_id=one)
        held.advance(1000)
        made(alice, "order", number="O-1", contact_id=one)
        made(alice, "order", number="O-2")
        held.advance(1000)
        records.update(alice, CONTACT, one, {"title": "Dr"})
        held.advance(1000)
        made(alice, "document", name="paper", contact_id=one)
    return one


def page(actor: Actor, record_id: str, *types: str, cursor: str | None = None, limit: int = 50) -> tuple[list[dict[str, Any]], str | None]:
    return timelines.list_page(actor, CONTACT, record_id, types, cursor, limit)


def titles(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["title"] for entry in entries]


ALL = ["paper", "contact.updated", "O-1", "note", "deal", "contact.created"]


def test_everything_that_belongs_to_it_is_there_newest_first(alice: Actor, ann: str) -> None:
    found, cursor = page(alice, ann)
    assert (titles(found), cursor) == (ALL, None)
    assert [entry["type"] for entry in found] == ["document", "event", "order", "activity", "deal", "event"]
    assert found[0]["at"] == "2026-11-20T12:00:05.000Z"
    assert found[1]["record"]["data"]["changes"] == {"title": [None, "Dr"]}
    assert found[2]["record"]["number"] == "O-1"


def test_pages_lose_and_repeat_nothing(alice: Actor, ann: str) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        found, cursor = page(alice, ann, cursor=cursor, limit=2)
        seen += titles(found)
        if cursor is None:
            break
    assert seen == ALL


def test_types_narrow_it(alice: Actor, ann: str) -> None:
    assert titles(page(alice, ann, "deal", "activities")[0]) == ["note", "deal"]
    assert titles(page(alice, ann, "event")[0]) == ["contact.updated", "contact.created"]
    with pytest.raises(Invalid, match="Did you mean 'deal'"):
        page(alice, ann, "dael")


def test_a_page_takes_the_same_number_of_queries_whatever_is_on_it(alice: Actor, ann: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    rows = database.rows

    def counted(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return rows(sql, values)

    monkeypatch.setattr(database, "rows", counted)
    page(alice, ann, limit=1)
    few = len(asked)
    for number in range(30):
        made(alice, "deal", name=str(number), contact_id=ann)
    asked.clear()
    assert len(page(alice, ann)[0]) == 36
    assert len(asked) == few


def test_a_company_and_a_deal_have_one_too(alice: Actor) -> None:
    acme = made(alice, "company", name="Acme")["id"]
    made(alice, "contact", first_name="Ann", company_id=acme)
    deal = made(alice, "deal", name="deal", company_id=acme)["id"]
    made(alice, "activity", type="call", subject="call", deal_id=deal)
    assert {entry["type"] for entry in timelines.list_page(alice, kind("company"), acme, [], None, 50)[0]} == {"contact", "deal", "event"}
    assert titles(timelines.list_page(alice, kind("deal"), deal, ["activity"], None, 50)[0]) == ["call"]


def test_only_what_may_be_read_is_on_it(alice: Actor, charlie: Actor, ann: str) -> None:
    assert titles(page(viewer(alice), ann)[0]) == ALL
    assert titles(page(limited(alice, "contacts:read", "deals:read"), ann)[0]) == ["deal"]
    with pytest.raises(Denied):
        page(limited(alice, "contacts:read"), ann, "deal")
    with pytest.raises(Denied):
        page(limited(alice, "deals:read"), ann)
    for actor, record_id in ((charlie, ann), (alice, "con_nobody")):
        with pytest.raises(Missing):
            page(actor, record_id)


def test_a_cursor_is_good_for_its_own_record_alone(alice: Actor, ann: str) -> None:
    cursor = page(alice, ann, limit=1)[1]
    with pytest.raises(Invalid):
        page(alice, made(alice, "contact")["id"], cursor=cursor)


def test_mail_that_was_sent_to_a_contact_is_there_once_with_how_it_fared(alice: Actor, charlie: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    one = str(made(alice, "contact", first_name="Bob", email="Bob@customer.test")["id"])
    other = str(made(alice, "contact", first_name="Carl", email="carl@customer.test")["id"])
    sent = submit(alice, sending_settings(tmp_path), to=["bob@customer.test"], cc=["dora@customer.test"])
    (entry,), _ = page(alice, one, "email_messages")
    assert (entry["title"], entry["record"]["id"], entry["record"]["state"]) == ("Hello", sent["id"], "queued")
    assert entry["record"]["recipient"] == "bob@customer.test"
    assert [found["type"] for found in page(alice, one)[0]] == ["email_message", "event"]
    assert page(alice, other, "email_message")[0] == []
    with pytest.raises(Denied):
        page(limited(alice, "contacts:read"), one, "email_message")
    assert page(limited(alice, "contacts:read", "events:read"), one)[0][0]["type"] == "event"
