"""Types that a tenant defines: from then on a resource like any other, for that tenant and mode alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Stale, Unprocessable
from server.services import custom_fields, object_types, records
from server.services.custom_fields import NewField
from server.services.object_types import NewObjectType, ObjectTypeChange
from server.store import events
from server.store.declaration import Resource
from tests.server.crm import listed, viewer, walked

FIELDS: list[dict[str, Any]] = [
    {"name": "plate", "type": "text", "required": True},
    {"name": "doors", "type": "number"},
    {"name": "electric", "type": "boolean"},
    {"name": "built", "type": "date"},
    {"name": "colour", "type": "choice", "options": ["red", "blue"]},
    {"name": "class", "type": "text"},
]


@pytest.fixture
def vehicle(alice: Actor) -> Resource:
    """Return a type that alice has defined."""
    object_types.create(alice, NewObjectType.model_validate({"name": "vehicle", "label": "Vehicle", "fields": FIELDS}))
    return object_types.resource(alice, "vehicle")


def made(actor: Actor, resource: Resource, plate: str, **fields: Any) -> dict[str, Any]:
    return records.create(actor, resource, {"plate": plate, **fields})


def test_a_type_is_shown_with_its_fields(alice: Actor, vehicle: Resource) -> None:
    found = object_types.get(alice, "vehicle")
    assert (found["object"], found["label"], found["version"]) == ("object_type", "Vehicle", 1)
    assert {field["name"]: field["type"] for field in found["fields"]} == {field["name"]: field["type"] for field in FIELDS}
    assert object_types.list_page(alice, None, 10) == ([found], None)


def test_a_record_shows_its_fields_beside_what_every_record_has(alice: Actor, vehicle: Resource) -> None:
    found = made(alice, vehicle, "B-1", doors=5, electric=True, built="2026-01-02", colour="red", tags=["x"], **{"class": "c"})
    assert found["id"].startswith("obj_")
    assert {name: found[name] for name in ("object", "type", "plate", "doors", "electric", "built", "colour", "class", "custom", "tags")} == {
        "object": "object", "type": "vehicle", "plate": "B-1", "doors": 5, "electric": True, "built": "2026-01-02", "colour": "red", "class": "c",
        "custom": {}, "tags": ["x"],
    }  # fmt: skip
    assert records.get(alice, vehicle, found["id"]) == found
    changed = records.update(alice, vehicle, found["id"], {"doors": None, "colour": "blue"}, version=1)
    assert (changed["doors"], changed["colour"], changed["plate"], changed["version"]) == (None, "blue", "B-1", 2)
    with pytest.raises(Stale):
        records.replace(alice, vehicle, found["id"], {"plate": "C-1"}, version=1)
    assert records.replace(alice, vehicle, found["id"], {**changed, "plate": "C-1"})["plate"] == "C-1"
    records.remove(alice, vehicle, found["id"])
    assert records.restore(alice, vehicle, found["id"])["plate"] == "C-1"


def test_values_are_held_to_the_type(alice: Actor, vehicle: Resource) -> None:
    with pytest.raises(Unprocessable) as refused:
        records.create(alice, vehicle, {"doors": "5", "electric": 1, "built": "soon", "colour": "pink", "wheels": 4, "type": "boat"})
    assert sorted(fault.pointer for fault in refused.value.faults) == ["/built", "/colour", "/doors", "/electric", "/plate", "/type", "/wheels"]
    with pytest.raises(Unprocessable) as refused:
        made(alice, vehicle, "B-1", custom={"plate": "B-2"})
    assert [fault.pointer for fault in refused.value.faults] == ["/custom/plate"]


def test_bare_names_filter_and_sort(alice: Actor, vehicle: Resource) -> None:
    for plate, doors, electric in (("A", 3, True), ("B", 5, False), ("C", None, None)):
        made(alice, vehicle, plate, doors=doors, electric=electric)
    by_id = {one["id"]: one["plate"] for one in listed(alice, vehicle)}

    def plates(text: str) -> str:
        return "".join(by_id[one] for one in walked(alice, vehicle, f"limit=1&{text}"))

    assert plates("sort=plate") == "ABC"
    assert plates("sort=-doors") == "BAC"
    assert plates("filter[doors][gte]=3&sort=plate") == "AB"
    assert plates("filter[electric]=true") == "A"
    assert plates("filter[plate][ilike]=b%25") == "B"
    assert set(listed(alice, vehicle, "fields=plate")[0]) == {"id", "object", "plate"}
    for text in ("filter[wheels]=4", "sort=wheels", "fields=wheels", "filter[doors]=many"):
        with pytest.raises(Invalid):
            listed(alice, vehicle, text)


def test_types_do_not_see_each_others_records(alice: Actor, vehicle: Resource) -> None:
    object_types.create(alice, NewObjectType(name="boat", fields=[NewField(name="plate", type="text")]))
    boat = object_types.resource(alice, "boat")
    car, ship = made(alice, vehicle, "B-1", external_ids={"dmv": "1"}), made(alice, boat, "S-1", external_ids={"dmv": "1"})
    assert [one["id"] for one in listed(alice, vehicle)] == [car["id"]]
    assert [one["id"] for one in listed(alice, boat)] == [ship["id"]]
    for act in (records.get, records.remove):
        with pytest.raises(Missing):
            act(alice, boat, car["id"])
    assert records.upsert(alice, vehicle, "dmv", "1", {"plate": "B-2"})[0]["id"] == car["id"]


def test_events_name_the_type(alice: Actor, vehicle: Resource) -> None:
    one = made(alice, vehicle, "B-1")
    body = orjson.loads(events.about(alice.tenant_id, "live", one["id"], 1)[0])
    assert (body["type"], body["data"]["type"], body["data"]["record"]["plate"]) == ("object.created", "vehicle", "B-1")


def test_a_field_that_is_declared_later_is_there_at_once(alice: Actor, vehicle: Resource) -> None:
    one = made(alice, vehicle, "B-1")
    custom_fields.create(alice, "objects/vehicle", NewField(name="seats", type="number"))
    later = object_types.resource(alice, "vehicle")
    assert records.get(alice, later, one["id"])["seats"] is None
    assert records.update(alice, later, one["id"], {"seats": 4})["seats"] == 4


def test_a_type_in_use_goes_by_force_alone(alice: Actor, vehicle: Resource) -> None:
    one = made(alice, vehicle, "B-1")
    with pytest.raises(Conflict) as refused:
        object_types.remove(alice, "vehicle")
    assert refused.value.stable_code == "object_type_in_use"
    object_types.remove(alice, "vehicle", force=True)
    with pytest.raises(Missing):
        object_types.resource(alice, "vehicle")
    assert orjson.loads(events.about(alice.tenant_id, "live", one["id"], 1)[0])["type"] == "object.deleted"


def test_names_are_unique_and_snake_case(alice: Actor, vehicle: Resource) -> None:
    with pytest.raises(Conflict):
        object_types.create(alice, NewObjectType(name="vehicle"))
    with pytest.raises(Unprocessable) as refused:
        object_types.create(alice, NewObjectType(name="boat", fields=[NewField(name="a", type="text"), NewField(name="a", type="date")]))
    assert [fault.pointer for fault in refused.value.faults] == ["/fields/1/name"]
    with pytest.raises(Unprocessable):
        object_types.create(alice, NewObjectType(name="boat", fields=[NewField(name="owner", type="text")]))
    with pytest.raises(Missing):
        object_types.get(alice, "boat")
    with pytest.raises(ValueError, match="pattern"):
        NewObjectType(name="Boat")


def test_label_and_description_can_be_changed(alice: Actor, vehicle: Resource) -> None:
    found = object_types.update(alice, "vehicle", ObjectTypeChange(description="On wheels"), version=1)
    assert (found["label"], found["description"], found["version"]) == ("Vehicle", "On wheels", 2)
    with pytest.raises(Stale):
        object_types.update(alice, "vehicle", ObjectTypeChange(label="x"), version=1)


def test_bob_may_look_and_charlie_and_the_sandbox_know_no_such_type(alice: Actor, charlie: Actor, vehicle: Resource) -> None:
    one = made(alice, vehicle, "B-1")["id"]
    bob = viewer(alice)
    assert records.get(bob, object_types.resource(bob, "vehicle"), one)["plate"] == "B-1"
    member = replace(alice, role="member")
    assert made(member, vehicle, "B-2")["plate"] == "B-2"
    for actor in (bob, member):
        with pytest.raises(Denied):
            object_types.create(actor, NewObjectType(name="boat"))
        with pytest.raises(Denied):
            object_types.remove(actor, "vehicle")
        with pytest.raises(Denied):
            object_types.update(actor, "vehicle", ObjectTypeChange(label="x"))
    for actor in (charlie, replace(alice, mode="test")):
        for act in (object_types.resource, object_types.get, object_types.remove):
            with pytest.raises(Missing):
                act(actor, "vehicle")
        with pytest.raises(Missing):
            records.get(actor, vehicle, one)
        assert object_types.list_page(actor, None, 10) == ([], None)
