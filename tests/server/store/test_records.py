"""Records in their tables: whole ways in and out, walks that lose nothing, and walls between tenants and modes."""

from __future__ import annotations

import random
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.domain.filters import Sort
from server.store import database, records
from server.store.records import Document
from server.system import clock, ids
from tests.plans import plan
from tests.server.crm import kind

CONTACT: dict[str, Any] = {
    "first_name": "Ann",
    "last_name": None,
    "email": "ann@example.com",
    "phone": None,
    "title": None,
    "company_id": None,
    "address": {"line1": None, "line2": None, "city": "Köln", "region": None, "postal_code": None, "country": None},
    "source": None,
    "lifecycle": None,
    "custom": {"score": 7.5},
    "external_ids": {"shop": "1"},
    "tags": ["a", "b"],
    "owner_id": None,
}


def stored(actor: Actor, **changes: Any) -> Document:
    now = clock.now_ms()
    stamp = clock.rfc3339(now)
    envelope = {"id": ids.new_id("con"), "object": "contact", "created_at": stamp, "updated_at": stamp, "version": 1}
    document = {**CONTACT, **envelope, "external_ids": {}, **changes}
    records.insert(actor.tenant_id, actor.mode, kind("contact"), document, now, now)
    return document


def test_what_is_stored_comes_back_as_it_was(alice: Actor) -> None:
    document = stored(alice, external_ids={"shop": "1"})
    assert records.find(alice.tenant_id, "live", kind("contact"), document["id"]) == document
    assert records.find_many(alice.tenant_id, "live", kind("contact"), [document["id"], "con_nobody"]) == {document["id"]: document}
    assert records.existing(alice.tenant_id, "live", kind("contact"), [document["id"], "con_nobody"]) == {document["id"]}
    assert records.existing(alice.tenant_id, "live", kind("contact"), []) == set()
    assert records.find_by_value(alice.tenant_id, "live", kind("contact"), "email", "ann@example.com") == document["id"]
    assert records.find_by_external_id(alice.tenant_id, "live", kind("contact"), "shop", "1") == document["id"]


def test_nobody_else_sees_it(alice: Actor, charlie: Actor) -> None:
    document = stored(alice, external_ids={"shop": "1"})
    for tenant_id, mode in ((charlie.tenant_id, "live"), (alice.tenant_id, "test")):
        assert records.find(tenant_id, mode, kind("contact"), document["id"]) is None
        assert records.find_many(tenant_id, mode, kind("contact"), [document["id"]]) == {}
        assert records.existing(tenant_id, mode, kind("contact"), [document["id"]]) == set()
        assert records.find_by_value(tenant_id, mode, kind("contact"), "email", "ann@example.com") is None
        assert records.find_by_external_id(tenant_id, mode, kind("contact"), "shop", "1") is None
        assert records.page(tenant_id, mode, kind("contact"), where=None, sort=(Sort(("id",)),), limit=9) == ([], None)
        assert not records.update(tenant_id, mode, kind("contact"), document, {**document, "version": 2}, 5)


def test_of_two_writers_over_one_version_the_second_is_told(alice: Actor) -> None:
    document = stored(alice)
    assert records.update(alice.tenant_id, "live", kind("contact"), document, {**document, "version": 2, "title": "first"}, 5)
    assert not records.update(alice.tenant_id, "live", kind("contact"), document, {**document, "version": 2, "title": "second"}, 6)
    found = records.find(alice.tenant_id, "live", kind("contact"), document["id"])
    assert found is not None
    assert found["title"] == "first"


def test_an_external_id_belongs_to_one_record(alice: Actor, charlie: Actor) -> None:
    first = stored(alice, external_ids={"shop": "1", "crm": "2"})
    with pytest.raises(Conflict), database.transaction():
        stored(alice, external_ids={"shop": "1"})
    stored(charlie, external_ids={"shop": "1"})
    records.update(alice.tenant_id, "live", kind("contact"), first, {**first, "version": 2, "external_ids": {"crm": "3"}}, 5)
    assert records.find_by_external_id(alice.tenant_id, "live", kind("contact"), "shop", "1") is None
    assert records.find_by_external_id(alice.tenant_id, "live", kind("contact"), "crm", "3") == first["id"]
    stored(alice, external_ids={"shop": "1"})


def test_a_deleted_record_is_found_only_when_asked_for(alice: Actor) -> None:
    document = stored(alice)
    records.update(alice.tenant_id, "live", kind("contact"), document, {**document, "version": 2}, 5, deleted_at=5)
    assert records.find(alice.tenant_id, "live", kind("contact"), document["id"]) is None
    found = records.find(alice.tenant_id, "live", kind("contact"), document["id"], deleted=True)
    assert found is not None
    assert found["deleted_at"] == clock.rfc3339(5)
    assert [record["id"] for _, _, record in records.everywhere(kind("contact"), "", 9)] == [document["id"]]


@pytest.mark.parametrize("sort", [(Sort(("last_name",)), Sort(("title",), descending=True)), (Sort(("created_at",), descending=True),)])
def test_a_walk_loses_and_repeats_nothing_that_was_there_throughout(alice: Actor, sort: tuple[Sort, ...]) -> None:
    luck = random.Random(7)
    names = [None, "a", "b", "Z", "é"]
    with database.transaction():
        there = [stored(alice, last_name=luck.choice(names), title=luck.choice(names)) for _ in range(60)]
    gone = {document["id"] for document in there[::6]}
    seen: list[str] = []
    after = None
    while True:
        page, after = records.page(alice.tenant_id, "live", kind("contact"), where=None, sort=sort, limit=7, after=after)
        seen += [document["id"] for document in page]
        stored(alice, last_name=luck.choice(names), title=luck.choice(names))
        document = there[6 * (len(seen) % 10)]
        records.update(alice.tenant_id, "live", kind("contact"), document, {**document, "version": 2}, 5, deleted_at=5)
        if after is None:
            break
    assert len(seen) == len(set(seen))
    assert {document["id"] for document in there} - gone <= set(seen)


def test_who_refers_to_what_is_read_off_the_declarations() -> None:
    assert ("deal", "contact_id") in {(resource.noun, name) for resource, name in records.referring(kind("contact"))}
    assert ("contact", "company_id") in {(resource.noun, name) for resource, name in records.referring(kind("company"))}


def test_records_of_all_tenants_are_walked_for_an_index(alice: Actor, charlie: Actor) -> None:
    ours, theirs = stored(alice), stored(charlie)
    found = records.everywhere(kind("contact"), "", 9)
    assert {(tenant_id, document["id"]) for tenant_id, _, document in found} == {(alice.tenant_id, ours["id"]), (charlie.tenant_id, theirs["id"])}
    assert len(records.everywhere(kind("contact"), found[0][2]["id"], 9)) == 1


@pytest.mark.criterion("api-17")
@pytest.mark.parametrize("backward", [False, True])
def test_a_deep_page_is_found_by_an_index_and_never_by_sorting(alice: Actor, monkeypatch: pytest.MonkeyPatch, *, backward: bool) -> None:
    asked: list[tuple[str, Any]] = []
    place = [stored(alice) for _ in range(3)][1]
    at = [clock.parse_rfc3339(place["created_at"]), place["id"]]
    rows = database.rows

    def noted(sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        asked.append((sql, values))
        return rows(sql, values)

    monkeypatch.setattr(database, "rows", noted)
    stretch = records.Stretch(before=at, backward=True) if backward else records.Stretch(at)
    records.page_with_places(
        alice.tenant_id, alice.mode, kind("contact"), where=None, sort=[Sort(("created_at",), descending=True)], limit=2, stretch=stretch
    )
    monkeypatch.undo()
    with database.transaction():
        if not database.is_sqlite():
            # Of three rows every way is as good; with sorting for a last resort, it is sorted only where no index gives the order.
            for way in ("seqscan", "bitmapscan", "sort"):
                database.run(f"SET LOCAL enable_{way} = off")
        way = plan(*asked[0])
    assert "contacts_created_at" in way
    assert "TEMP B-TREE" not in way
    assert "Sort" not in way
