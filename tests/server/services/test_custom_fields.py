"""Fields that a tenant declares: written, filtered and sorted by type, changed and taken back without leaving anything behind."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.services import custom_fields, records
from server.services.custom_fields import MOST, FieldChange, NewField
from server.services.object_types import NewObjectType
from server.services.object_types import create as create_type
from server.services.object_types import resource as type_resource
from tests.server.crm import kind, limited, made, viewer

CONTACT = kind("contact")


def declared(actor: Actor, name: str, sort: str = "text", **rest: Any) -> dict[str, Any]:
    return custom_fields.create(actor, "contacts", NewField.model_validate({"name": name, "type": sort, **rest}))


def faults(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(Unprocessable) as refused:
        act()
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_a_declared_field_is_shown_and_listed(alice: Actor) -> None:
    found = declared(alice, "size", "choice", label="Size", options=["s", "m", "s"])
    assert (found["object"], found["resource"], found["options"], found["required"]) == ("field", "contacts", ["s", "m"], False)
    declared(alice, "age", "number")
    assert {one["name"] for one in custom_fields.list_all(alice, "contacts")} == {"size", "age"}
    assert custom_fields.get(alice, "contacts", "size") == found
    assert custom_fields.list_all(alice, "deals") == []


def test_values_are_held_to_their_type(alice: Actor) -> None:
    for name, sort in (("t", "text"), ("n", "number"), ("b", "boolean"), ("d", "date")):
        declared(alice, name, sort)
    declared(alice, "c", "choice", options=["s", "m"])
    good = {"t": "x", "n": 1.5, "b": False, "d": "2026-11-20", "c": "m"}
    assert made(alice, "contact", custom={**good, "d": "20261120"})["custom"] == good
    wrong = {"t": 1, "n": True, "b": 1, "d": "soon", "c": "xl", "other": 1}
    assert faults(lambda: made(alice, "contact", custom=wrong)) == [
        (f"/custom/{name}", "undeclared_custom_field" if name == "other" else "invalid_custom_field") for name in sorted(wrong)
    ]


def test_null_takes_a_value_away(alice: Actor) -> None:
    declared(alice, "a")
    declared(alice, "b")
    one = made(alice, "contact", custom={"a": "1", "b": None})
    assert one["custom"] == {"a": "1"}
    assert records.update(alice, CONTACT, one["id"], {"custom": {"b": "2"}})["custom"] == {"a": "1", "b": "2"}
    assert records.update(alice, CONTACT, one["id"], {"custom": {"a": None}})["custom"] == {"b": "2"}


def test_a_name_is_unique_and_their_number_limited(alice: Actor, charlie: Actor) -> None:
    declared(alice, "a")
    with pytest.raises(Conflict) as refused:
        declared(alice, "a", "number")
    assert refused.value.stable_code == "name_taken"
    declared(charlie, "a", "number")
    for number in range(MOST - 1):
        declared(alice, f"f{number}")
    with pytest.raises(Conflict) as refused:
        declared(alice, "z")
    assert refused.value.stable_code == "too_many_fields"


@pytest.mark.parametrize("name", ["Size", "1st", "a-b", "", "a" * 64, "ä"])
def test_a_name_is_snake_case(name: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        NewField(name=name, type="text")


def test_only_a_choice_has_options(alice: Actor) -> None:
    assert faults(lambda: declared(alice, "a", "choice")) == [("/options", "invalid_options")]
    assert faults(lambda: declared(alice, "a", "text", options=["x"])) == [("/options", "invalid_options")]


def test_label_necessity_and_options_can_be_changed(alice: Actor) -> None:
    declared(alice, "size", "choice", options=["s", "m"])
    made(alice, "contact", custom={"size": "m"})
    found = custom_fields.update(alice, "contacts", "size", FieldChange(label="Size", required=True, options=["m", "l"]))
    assert (found["label"], found["required"], found["options"], found["version"]) == ("Size", True, ["m", "l"], 2)
    with pytest.raises(Conflict) as refused:
        custom_fields.update(alice, "contacts", "size", FieldChange(options=["l"]))
    assert refused.value.stable_code == "option_in_use"
    with pytest.raises(Stale):
        custom_fields.update(alice, "contacts", "size", FieldChange(label="x"), version=1)


def test_a_field_in_use_goes_by_force_alone_and_takes_its_values_along(alice: Actor) -> None:
    declared(alice, "a")
    declared(alice, "b")
    one = made(alice, "contact", custom={"a": "1", "b": "2"})
    gone = made(alice, "contact", custom={"a": "3"})
    records.remove(alice, CONTACT, gone["id"])
    with pytest.raises(Conflict) as refused:
        custom_fields.remove(alice, "contacts", "a")
    assert refused.value.stable_code == "field_in_use"
    assert refused.value.members == {"records": 1}
    custom_fields.remove(alice, "contacts", "a", force=True)
    found = records.get(alice, CONTACT, one["id"])
    assert (found["custom"], found["version"]) == ({"b": "2"}, 2)
    assert records.restore(alice, CONTACT, gone["id"])["custom"] == {}
    declared(alice, "a", "number")
    assert records.update(alice, CONTACT, one["id"], {"custom": {"a": 4}})["custom"] == {"a": 4, "b": "2"}


def test_fields_of_an_object_type_are_declared_and_taken_back_like_any(alice: Actor) -> None:
    create_type(alice, NewObjectType(name="car"))
    for name in ("id", "type", "tags", "model_config", "copy", "not"):
        assert faults(lambda name=name: custom_fields.create(alice, "objects/car", NewField(name=name, type="text"))) == [("/name", "reserved_name")]
    custom_fields.create(alice, "objects/car", NewField(name="model", type="text"))
    records.create(alice, type_resource(alice, "car"), {"model": "T"})
    with pytest.raises(Conflict):
        custom_fields.remove(alice, "objects/car", "model")
    custom_fields.remove(alice, "objects/car", "model", force=True)
    assert custom_fields.list_all(alice, "objects/car") == []


def test_admins_declare_and_others_only_look(alice: Actor, charlie: Actor) -> None:
    declared(alice, "a")
    bob = viewer(alice)
    assert [one["name"] for one in custom_fields.list_all(bob, "contacts")] == ["a"]
    member = limited(bob, "*")
    for actor in (bob, member, limited(alice, "contacts:read"), limited(alice, "deals:write")):
        with pytest.raises(Denied):
            declared(actor, "b")
        with pytest.raises(Denied):
            custom_fields.update(actor, "contacts", "a", FieldChange(label="x"))
        with pytest.raises(Denied):
            custom_fields.remove(actor, "contacts", "a")
    with pytest.raises(Missing):
        custom_fields.get(charlie, "contacts", "a")
    with pytest.raises(Missing):
        custom_fields.remove(charlie, "contacts", "a")


@pytest.mark.parametrize("resource", ["objects", "nothing", "objects/nothing", "webhooks"])
def test_what_is_no_resource_has_no_fields(alice: Actor, resource: str) -> None:
    with pytest.raises(Missing):
        custom_fields.list_all(alice, resource)
