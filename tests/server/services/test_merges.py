"""Merging duplicates and undoing it: nothing is lost, everything that referred to them follows, and each change is an event."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.services import custom_fields, merges, records
from server.services.custom_fields import NewField
from server.services.merges import Merge, Undo
from server.store import events
from server.store.records import Document
from tests.server.crm import kind, listed, made, viewer

CONTACT, COMPANY = kind("contact"), kind("company")
OWN = ("first_name", "last_name", "email", "phone", "title", "company_id", "address", "custom", "external_ids", "tags")


def types(actor: Actor, record_id: str) -> list[str]:
    bodies = events.about(actor.tenant_id, actor.mode, record_id, 100)
    return [orjson.loads(body)["type"] for body in reversed(bodies)]


def own(document: Document) -> dict[str, Any]:
    return {name: document[name] for name in OWN}


@pytest.fixture
def three(alice: Actor) -> list[Document]:
    """Return three contacts that are one person, with a deal and an activity at the duplicates."""
    for name in ("a", "b"):
        custom_fields.create(alice, "contacts", NewField(name=name, type="text"))
    first = made(alice, "contact", first_name="Ann", custom={"a": "1"}, external_ids={"shop": "1"}, tags=["x"])
    second = made(alice, "contact", first_name="Anna", email="ann@acme.example", custom={"a": "2", "b": "2"}, external_ids={"shop": "2", "crm": "2"})
    third = made(alice, "contact", first_name="A.", email="other@acme.example", phone="+49 30 1234567", tags=["y", "x"])
    made(alice, "deal", name="deal", contact_id=second["id"])
    made(alice, "activity", type="note", subject="note", contact_id=third["id"])
    return [first, second, third]


def merge(actor: Actor, three: list[Document], **rest: Any) -> tuple[Document, dict[str, Any]]:
    first, *others = (document["id"] for document in three)
    return merges.merge(actor, CONTACT, first, Merge(duplicates=others, **rest))


def test_the_survivor_keeps_what_it_has_and_gets_what_it_lacks(alice: Actor, three: list[Document]) -> None:
    found, merge_made = merge(alice, three)
    assert (found["first_name"], found["email"], found["phone"], found["version"]) == ("Ann", "ann@acme.example", "+49 30 1234567", 2)
    assert found["custom"] == {"a": "1", "b": "2"}
    assert found["external_ids"] == {"shop": "1", "crm": "2"}
    assert found["tags"] == ["x", "y"]
    assert records.get(alice, CONTACT, found["id"]) == found
    assert records.upsert(alice, CONTACT, "crm", "2", {})[0]["id"] == found["id"]
    assert merge_made["duplicates"] == [three[1]["id"], three[2]["id"]]


def test_a_field_can_be_taken_from_another_one(alice: Actor, three: list[Document]) -> None:
    found, _ = merge(alice, three, fields={"first_name": three[1]["id"], "email": three[2]["id"], "title": three[1]["id"]})
    assert (found["first_name"], found["email"], found["title"]) == ("Anna", "other@acme.example", None)


def test_everything_follows_and_the_duplicates_are_gone(alice: Actor, three: list[Document]) -> None:
    found, merge_made = merge(alice, three)
    deal, note = listed(alice, "deal")[0], listed(alice, "activity")[0]
    assert (deal["contact_id"], note["contact_id"]) == (found["id"], found["id"])
    assert set(merge_made["moved"]) == {deal["id"], note["id"]}
    assert [one["id"] for one in listed(alice, "contact")] == [found["id"]]
    assert types(alice, found["id"]) == ["contact.created", "contact.merged"]
    assert types(alice, three[1]["id"]) == ["contact.created", "contact.deleted"]
    assert types(alice, deal["id"]) == ["deal.created", "deal.updated"]


def test_a_merge_can_be_undone_to_the_last_field(alice: Actor, three: list[Document]) -> None:
    found, merge_made = merge(alice, three)
    before, undone = merges.undo(alice, CONTACT, found["id"], Undo(merge_id=merge_made["id"]), version=2)
    assert [own(records.get(alice, CONTACT, one["id"])) for one in three] == [own(one) for one in three]
    assert own(before) == own(three[0])
    assert (listed(alice, "deal")[0]["contact_id"], listed(alice, "activity")[0]["contact_id"]) == (three[1]["id"], three[2]["id"])
    assert undone["undone_at"] is not None
    assert records.upsert(alice, CONTACT, "crm", "2", {})[0]["id"] == three[1]["id"]
    assert types(alice, three[1]["id"])[-1] == "contact.restored"
    with pytest.raises(Conflict) as refused:
        merges.undo(alice, CONTACT, found["id"], Undo(merge_id=merge_made["id"]))
    assert refused.value.stable_code == "already_undone"
    assert merge(alice, three)[0]["email"] == "ann@acme.example"


def test_it_cannot_be_undone_once_one_of_them_was_touched(alice: Actor, three: list[Document]) -> None:
    found, _ = merge(alice, three)
    deal = listed(alice, "deal")[0]
    records.update(alice, kind("deal"), deal["id"], {"name": "new"})
    records.restore(alice, CONTACT, three[2]["id"])
    with pytest.raises(Conflict) as refused:
        merges.undo(alice, CONTACT, found["id"], Undo())
    assert refused.value.stable_code == "changed_since_merge"
    assert refused.value.members["changed"] == sorted([deal["id"], three[2]["id"]])
    assert records.get(alice, CONTACT, found["id"])["version"] == 2


def test_merges_stack_and_are_listed(alice: Actor, three: list[Document]) -> None:
    first, second, third = (one["id"] for one in three)
    merges.merge(alice, CONTACT, first, Merge(duplicates=[second]))
    merges.merge(alice, CONTACT, first, Merge(duplicates=[third]))
    found, cursor = merges.list_page(alice, CONTACT, first, None, 1)
    assert found[0]["duplicates"] in ([second], [third])
    assert cursor is not None
    assert len(merges.list_page(alice, CONTACT, first, cursor, 9)[0]) == 1
    oldest = next(one for one in merges.list_page(alice, CONTACT, first, None, 9)[0] if one["duplicates"] == [second])
    with pytest.raises(Conflict):
        merges.undo(alice, CONTACT, first, Undo(merge_id=oldest["id"]))


def test_companies_are_merged_with_their_contacts(alice: Actor) -> None:
    one, other = made(alice, "company", name="Acme"), made(alice, "company", name="ACME GmbH", domain="acme.example")
    ann = made(alice, "contact", company_id=other["id"])["id"]
    found, _ = merges.merge(alice, COMPANY, one["id"], Merge(duplicates=[other["id"]]))
    assert found["domain"] == "acme.example"
    assert records.get(alice, CONTACT, ann)["company_id"] == one["id"]


def test_what_cannot_be_merged_is_named_and_nothing_is_written(alice: Actor, charlie: Actor, three: list[Document]) -> None:
    first, second, _ = (one["id"] for one in three)
    theirs = made(charlie, "contact")["id"]
    with pytest.raises(Unprocessable) as refused:
        merges.merge(alice, CONTACT, first, Merge(duplicates=[second, first, second, theirs, "con_nobody"]))
    assert [fault.pointer for fault in refused.value.faults] == [f"/duplicates/{index}" for index in (1, 2, 3, 4)]
    for choice in ({"nobody": second}, {"email": "con_nobody"}, {"tags": second}):
        with pytest.raises(Unprocessable):
            merges.merge(alice, CONTACT, first, Merge(duplicates=[second], fields=choice))
    with pytest.raises(Stale):
        merges.merge(alice, CONTACT, first, Merge(duplicates=[second]), version=9)
    assert len(listed(alice, "contact")) == 3


def test_bob_may_not_and_for_charlie_there_is_nothing(alice: Actor, charlie: Actor, three: list[Document]) -> None:
    with pytest.raises(Denied):
        merge(viewer(alice), three)
    with pytest.raises(Missing):
        merge(charlie, three)
    found, _ = merge(alice, three)
    with pytest.raises(Denied):
        merges.undo(viewer(alice), CONTACT, found["id"], Undo())
    for act in (lambda: merges.undo(charlie, CONTACT, found["id"], Undo()), lambda: merges.list_page(charlie, CONTACT, found["id"], None, 9)):
        with pytest.raises(Missing):
            act()
    assert len(merges.list_page(viewer(alice), CONTACT, found["id"], None, 9)[0]) == 1
    with pytest.raises(Conflict) as refused:
        merges.undo(alice, CONTACT, found["id"], Undo(merge_id="mrg_nobody"))
    assert refused.value.stable_code == "no_merge"
