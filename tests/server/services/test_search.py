"""Search over everything a caller may read, behind the events and never behind the truth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid
from server.services import custom_fields, object_types, records, search
from server.services.custom_fields import NewField
from server.services.object_types import NewObjectType
from server.store import database
from tests.pace import until
from tests.server.crm import all_seen, index, kind, limited, made, viewer


def titles(actor: Actor, text: str, *types: str) -> list[str]:
    return [hit["title"] for hit in search.find(actor, text, types, 20)]


@pytest.fixture
def filled(alice: Actor) -> Actor:
    """Return alice, about whose records the index knows."""
    custom_fields.create(alice, "contacts", NewField(name="nick", type="text"))
    acme = made(alice, "company", name="Acme GmbH", domain="acme-werke.example", address={"city": "Köln"})["id"]
    made(alice, "contact", first_name="Anna", last_name="Müller", email="anna.m@acme.example", phone="+49 30 1234567", company_id=acme)
    made(alice, "contact", first_name="Hannah", last_name="Lee", tags=["vip"], custom={"nick": "Annabel"}, external_ids={"shop": "K-9981"})
    made(alice, "deal", name="Second engine for Anna")
    made(alice, "activity", type="note", subject="Call", body="We talked about the engine " * 20)
    index()
    return alice


def test_words_their_beginnings_and_pieces_are_found(filled: Actor) -> None:
    assert titles(filled, "MULLER") == ["Anna Müller"]
    assert titles(filled, "koln") == ["Acme GmbH"]
    assert titles(filled, "acme werke") == ["Acme GmbH"]
    assert titles(filled, "anna.m@acme") == ["Anna Müller"]
    assert titles(filled, "030 123456") == ["Anna Müller"]
    assert titles(filled, "vip") == titles(filled, "k-9981") == ["Hannah Lee"]
    assert titles(filled, "anna berlin") == titles(filled, "z") == titles(filled, "-") == []
    assert titles(filled, 'a" OR place : *') == []


def test_what_fits_better_comes_first(filled: Actor) -> None:
    assert titles(filled, "anna") == ["Second engine for Anna", "Anna Müller", "Hannah Lee"]
    assert titles(filled, "anna müller")[0] == "Anna Müller"
    assert titles(filled, "engine") == ["Second engine for Anna", "Call"]


def test_a_hit_says_what_where_and_why(filled: Actor) -> None:
    hit = search.find(filled, "annabel", [], 20)[0]
    assert (hit["object"], hit["title"], hit["snippet"]) == ("contact", "Hannah Lee", "custom.nick: Annabel")
    assert hit["url"] == f"/api/v1/contacts/{hit['id']}"
    assert 0 < hit["score"] <= 1
    assert search.find(filled, "talked", [], 20)[0]["snippet"].startswith("body: We talked about")


def test_types_narrow_it(filled: Actor) -> None:
    assert titles(filled, "anna", "deal") == titles(filled, "anna", "deals") == ["Second engine for Anna"]
    with pytest.raises(Invalid, match="Did you mean 'deal'"):
        titles(filled, "anna", "dael")


def test_only_what_may_be_read_is_found(filled: Actor, charlie: Actor) -> None:
    assert titles(viewer(filled), "anna") == titles(filled, "anna")
    assert titles(limited(filled, "deals:read"), "anna") == ["Second engine for Anna"]
    with pytest.raises(Denied):
        titles(limited(filled, "deals:read"), "anna", "contact")
    with pytest.raises(Denied):
        titles(limited(filled, "webhooks:read"), "anna")
    assert titles(charlie, "anna") == []
    assert titles(replace(filled, mode="test"), "anna") == []


def test_the_index_follows_changes_and_what_is_deleted_vanishes_at_once(filled: Actor) -> None:
    one = search.find(filled, "muller", [], 1)[0]["id"]
    records.update(filled, kind("contact"), one, {"last_name": "Berg"})
    index()
    assert (titles(filled, "berg"), titles(filled, "muller")) == (["Anna Berg"], [])
    records.remove(filled, kind("contact"), one)
    assert titles(filled, "berg") == []
    index()
    assert titles(filled, "berg") == []
    records.restore(filled, kind("contact"), one)
    index()
    assert titles(filled, "berg") == ["Anna Berg"]


def test_records_of_custom_types_are_found_by_their_fields(alice: Actor) -> None:
    object_types.create(alice, NewObjectType(name="car", fields=[NewField(name="plate", type="text"), NewField(name="name", type="text")]))
    records.create(alice, object_types.resource(alice, "car"), {"plate": "B-AB 12", "name": "Käfer"})
    index()
    hit = search.find(alice, "kafer", ["object"], 20)[0]
    assert (hit["object"], hit["type"], hit["title"], hit["url"]) == ("object", "car", "Käfer", f"/api/v1/objects/car/{hit['id']}")
    assert titles(alice, "ab") == ["Käfer"]


def test_the_index_can_be_made_anew_and_is_where_it_was_lost(filled: Actor, charlie: Actor) -> None:
    made(charlie, "contact", first_name="Carl")
    index()
    database.execute("DELETE FROM search_entries")
    assert titles(filled, "anna") == []
    assert search.index_new() == 6
    assert search.index_new() == 0
    assert len(titles(filled, "anna")) == 3
    records.remove(filled, kind("deal"), search.find(filled, "engine", ["deal"], 1)[0]["id"])
    assert search.rebuild() == 6
    assert titles(filled, "second") == []
    assert titles(charlie, "carl") == ["Carl"]


def test_each_step_reads_a_few_events_and_then_goes_on(alice: Actor) -> None:
    made(alice, "contact", first_name="First")
    index()
    for number in range(5):
        made(alice, "contact", first_name=f"N{number}")
    until(all_seen)
    assert [search.index_new(2) for _ in range(4)] == [2, 2, 1, 0]
    assert titles(alice, "n4") == ["N4"]


def test_an_idle_appliance_writes_nothing(opened: str) -> None:
    search.index_new()
    before = database.db.connection().total_changes if database.is_sqlite() else 0
    assert search.index_new() == 0
    assert before == (database.db.connection().total_changes if database.is_sqlite() else 0)
