"""A merge that is prepared: who stays, who is left out, and whose value a field gets."""

from __future__ import annotations

from app.pages.merging import Merging

ADA = {"id": "con_1", "object": "contact", "first_name": "Ada", "phone": None, "email": "ada@example.com", "address": {"city": "Graz"}}
EVE = {"id": "con_2", "object": "contact", "first_name": "Eve", "phone": "1", "email": "ada@example.com", "address": {"city": "Graz"}}
IDA = {"id": "con_3", "object": "contact", "first_name": "Ida", "phone": "2", "email": None, "address": None}


def merging() -> Merging:
    return Merging("contacts", (ADA, EVE, IDA))


def test_the_oldest_stays_and_what_it_lacks_comes_from_the_others_in_their_order() -> None:
    found = merging()
    assert [found.source(name) for name in ("first_name", "phone", "email")] == ["con_1", "con_2", "con_1"]
    assert [name for name in found.told if found.differs(name)] == ["first_name", "phone"]
    body = found.call().body
    assert body == {"duplicates": ["con_2", "con_3"], "fields": {}}


def test_a_person_says_who_stays_who_is_none_of_them_and_whose_value_holds() -> None:
    found = merging()
    found.keep("con_2")
    found.include("con_3", included=False)
    found.chosen = {"first_name": "con_1", "phone": "con_3"}
    call = found.call()
    assert call.path == "/contacts/con_2/merge"
    assert call.body == {"duplicates": ["con_1"], "fields": {"first_name": "con_1", "phone": "con_2"}}


def test_who_stays_is_never_left_out() -> None:
    found = merging()
    found.include("con_1", included=False)
    found.include("con_2", included=False)
    found.keep("con_2")
    assert [row["id"] for row in found.taken] == ["con_2", "con_1", "con_3"]


def test_the_same_merge_asked_again_has_the_same_key_and_another_one_another() -> None:
    found = merging()
    first = found.call().headers["Idempotency-Key"]
    assert found.call().headers["Idempotency-Key"] == first
    found.keep("con_3")
    assert found.call().headers["Idempotency-Key"] != first


def test_the_way_back_names_the_merge() -> None:
    call = merging().back({"merge": {"id": "mrg_1"}})
    assert (call.path, call.body) == ("/contacts/con_1/unmerge", {"merge_id": "mrg_1"})
