"""A walk over everything that a question finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid
from server.domain.filters import parse_query
from server.services import custom_fields, object_types, records
from server.services.custom_fields import NewField
from server.services.exporting import walk
from server.services.object_types import NewObjectType
from server.store.records import by_noun

CONTACT = by_noun()["contact"]


def walked(actor: Actor, *pairs: tuple[str, str]) -> list[str]:
    begun = walk.begin(actor, CONTACT, parse_query(pairs))
    found = [document["last_name"] for batch in begun.batches() for document in batch]
    assert len(found) == begun.total
    return found


def columns(actor: Actor, *pairs: tuple[str, str]) -> list[str]:
    begun = walk.begin(actor, CONTACT, parse_query(pairs))
    begun.ids.close()
    return [column.name for column in begun.table.columns]


def test_every_record_is_walked_once_in_order_whatever_it_is(alice: Actor, charlie: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "BATCH", 3)
    for number in range(10):
        records.create(alice, CONTACT, {"last_name": f"n{number}", "title": "odd" if number % 2 else None})
    records.create(charlie, CONTACT, {"last_name": "theirs"})
    names = [f"n{number}" for number in range(10)]
    assert walked(alice, ("sort", "last_name")) == names
    assert walked(alice) == names[::-1]
    assert walked(alice, ("filter[title]", "odd"), ("sort", "-last_name")) == names[1::2][::-1]
    assert walked(charlie) == ["theirs"]


def test_what_is_deleted_is_walked_only_when_asked_for(alice: Actor) -> None:
    gone = records.create(alice, CONTACT, {"last_name": "gone"})
    records.create(alice, CONTACT, {"last_name": "here"})
    records.remove(alice, CONTACT, gone["id"])
    assert walked(alice) == ["here"]
    assert walked(alice, ("filter[deleted]", "true")) == ["gone"]
    assert "deleted_at" in columns(alice, ("filter[deleted]", "true"))


def test_membership_is_that_of_the_beginning_less_what_is_deleted_meanwhile(alice: Actor) -> None:
    first, second = (records.create(alice, CONTACT, {"last_name": name}) for name in ("a", "b"))
    begun = walk.begin(alice, CONTACT, parse_query([]))
    records.create(alice, CONTACT, {"last_name": "late"})
    records.remove(alice, CONTACT, first["id"])
    records.update(alice, CONTACT, second["id"], {"last_name": "changed"})
    assert [document["last_name"] for batch in begun.batches() for document in batch] == ["changed"]


def test_custom_fields_and_own_types_have_their_columns(alice: Actor) -> None:
    custom_fields.create(alice, "contacts", NewField(name="size", type="number"))
    object_types.create(alice, NewObjectType(name="vehicle", fields=[NewField(name="plate", type="text")]))
    assert "custom.size" in columns(alice)
    vehicle = object_types.resource(alice, "vehicle")
    records.create(alice, vehicle, {"plate": "B-AB 1"})
    begun = walk.begin(alice, vehicle, parse_query([("filter[plate][eq]", "B-AB 1")]))
    assert "plate" in [column.name for column in begun.table.columns]
    assert [document["plate"] for batch in begun.batches() for document in batch] == ["B-AB 1"]


def test_a_question_that_may_not_be_asked_or_means_nothing_is_refused_at_once(alice: Actor) -> None:
    for pairs in ([("filter[nothing]", "1")], [("sort", "nothing")], [("fields", "nothing")]):
        for ask in (walk.begin, walk.check):
            with pytest.raises(Invalid):
                ask(alice, CONTACT, parse_query(pairs))
    with pytest.raises(Denied):
        walk.begin(replace(alice, scopes=frozenset({"deals:read"})), CONTACT, parse_query([]))
    with pytest.raises(Denied):
        walk.begin(replace(alice, scopes=frozenset({"contacts:read"})), CONTACT, parse_query([("filter[company.name]", "A")]))
