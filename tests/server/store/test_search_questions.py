"""What the index of words is asked: in each database's own language, and never in somebody's words."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database
from server.store.search_questions import entry_test, place, question


def test_a_place_is_its_tenants_modes_and_kinds_alone(alice: Actor, charlie: Actor) -> None:
    places = [
        place(tenant, mode, "deal", deleted=gone)
        for tenant in (alice.tenant_id, charlie.tenant_id)
        for mode in ("live", "test")
        for gone in (False, True)
    ]
    assert len(set(places)) == 8
    assert all(one.startswith("_") for one in places)


def test_words_from_a_length_on_are_beginnings(alice: Actor) -> None:
    asked = question(["_here"], [["a", "bc"], ["7"]], 2)
    expected = 'place : (_here) AND {title words} : (("a" AND "bc"*) OR ("7"))' if database.is_sqlite() else "('_here') & (('a' & 'bc':*) | ('7'))"
    assert asked == expected
    assert "*" not in question(["_here"], [["a", "bc"]], None)


def test_a_text_without_words_holds_of_no_entry(alice: Actor) -> None:
    assert entry_test("contacts", " %_* ") == ("FALSE", [])
    assert len(entry_test("contacts", "ann bob")[1]) == (2 if database.is_sqlite() else 1)
