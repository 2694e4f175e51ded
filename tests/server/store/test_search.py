"""The index of words: the same on both databases, and of each tenant alone."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, marks, search
from server.store.search import Entry
from tests.server.crm import made

ANN = Entry("contact", "con_1", "ann lee", "ann lee acme example 49301234567")
BOB = Entry("deal", "deal_1", "engine", "engine anna")


def found(actor: Actor, *words: str, begins: bool = False, nouns: tuple[str, ...] = ("contact", "deal")) -> list[str]:
    return sorted(entry.object_id for entry in search.find(actor.tenant_id, actor.mode, nouns, words, begins=begins, limit=9))


def test_whole_words_and_beginnings_are_found_all_of_them(alice: Actor) -> None:
    search.put(alice.tenant_id, "live", [ANN, BOB])
    assert (found(alice, "ann"), found(alice, "ann", begins=True)) == (["con_1"], ["con_1", "deal_1"])
    assert (found(alice, "lee", "acme"), found(alice, "lee", "engine"), found(alice, "a", begins=True)) == (["con_1"], [], [])
    assert found(alice, "ann", begins=True, nouns=("deal",)) == ["deal_1"]
    assert search.find(alice.tenant_id, "live", ["contact"], ["ann"], begins=False, limit=9) == [ANN]


def test_words_that_mean_something_to_a_database_are_words(alice: Actor) -> None:
    search.put(alice.tenant_id, "live", [Entry("contact", "con_2", "and or not near", "and or not near")])
    for word in ("and", "or", "not", "near"):
        assert found(alice, word) == found(alice, word, begins=True) == ["con_2"]


def test_what_is_written_again_is_replaced_and_what_is_removed_is_gone(alice: Actor) -> None:
    search.put(alice.tenant_id, "live", [ANN])
    search.put(alice.tenant_id, "live", [ANN._replace(title="eve", words="eve")])
    assert (found(alice, "ann"), found(alice, "eve")) == ([], ["con_1"])
    search.remove(alice.tenant_id, "live", ["con_1", "con_nobody"])
    assert found(alice, "eve") == []


def test_nobody_else_finds_or_removes_it(alice: Actor, charlie: Actor) -> None:
    search.put(alice.tenant_id, "live", [ANN])
    search.remove(charlie.tenant_id, "live", ["con_1"])
    assert found(charlie, "ann") == []
    assert search.find(alice.tenant_id, "test", ["contact"], ["ann"], begins=False, limit=9) == []
    assert found(alice, "ann") == ["con_1"]


def test_deleting_rows_by_whatever_way_takes_their_words_out_of_the_index(alice: Actor) -> None:
    search.put(alice.tenant_id, "live", [ANN, BOB])
    database.execute("DELETE FROM search_entries WHERE tenant_id = ?", (alice.tenant_id,))
    if database.is_sqlite():
        assert database.rows("SELECT rowid FROM search_words WHERE search_words MATCH 'ann'") == []
    assert found(alice, "ann") == []


def test_the_place_moves_on_once(alice: Actor) -> None:
    assert search.position() is None
    search.begin((0, 5))
    assert search.position() == (0, 5)
    assert search.advance((0, 5), (3, 9))
    assert not search.advance((0, 5), (3, 10))
    assert search.position() == (3, 9)
    search.begin(None)
    assert marks.find("search") is None


def test_an_index_without_entries_beside_records_is_a_lost_one(alice: Actor) -> None:
    search.begin((0, 5))
    made(alice, "contact")
    assert search.position() is None
    search.put(alice.tenant_id, "live", [ANN])
    assert search.position() == (0, 5)


def test_entries_of_all_tenants_are_walked(alice: Actor, charlie: Actor) -> None:
    search.put(alice.tenant_id, "live", [ANN])
    search.put(charlie.tenant_id, "live", [ANN])
    first, second = search.everywhere(0, 9)
    assert {first[1], second[1]} == {alice.tenant_id, charlie.tenant_id}
    assert search.everywhere(first[0], 9) == [second]
