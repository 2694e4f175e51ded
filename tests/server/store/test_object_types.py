"""Types as rows, and as the resources that are made of them."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import database, object_types
from server.store.object_types import resource_of

FIELDS = (("plate", "text", True, None), ("doors", "number", False, None), ("colour", "choice", False, '["red"]'))


def row(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": f"typ_{name}", "name": name, "label": None, "description": None, "version": 1, "created_at": 1, "updated_at": 1, **changes}


def test_a_type_is_a_resource_whose_fields_lie_in_one_column() -> None:
    vehicle = resource_of("vehicle", FIELDS)
    assert (vehicle.plural, vehicle.table, vehicle.scope, vehicle.title) == ("objects/vehicle", "objects", "objects", ("plate",))
    assert [column.name for column in vehicle.own_columns] == ["type"]
    assert {name: kind.name for name, kind in vehicle.in_custom.items()} == {"plate": "text", "doors": "decimal", "colour": "choice"}
    assert vehicle.custom_of({"plate": "B", "doors": None, "colour": "red", "custom": {}}) == {"plate": "B", "colour": "red"}


def test_equal_declarations_make_one_resource_and_others_another() -> None:
    assert resource_of("vehicle", FIELDS) is resource_of("vehicle", FIELDS)
    assert resource_of("vehicle", FIELDS) is not resource_of("vehicle", FIELDS[:1])


@pytest.mark.parametrize("name", ["id", "deleted", "or", "model_dump", "copy"])
def test_a_name_that_means_something_else_is_reserved(name: str) -> None:
    assert object_types.is_reserved(name)


@pytest.mark.parametrize("name", ["plate", "model", "class", "from", "model_year"])
def test_an_ordinary_word_is_not(name: str) -> None:
    assert not object_types.is_reserved(name)
    assert resource_of("vehicle", ((name, "text", True, None),)).model.model_validate({name: "x"}).model_dump() == {"type": "vehicle", name: "x"}


def test_types_belong_to_one_tenant_and_mode(alice: Actor, charlie: Actor) -> None:
    ours = (alice.tenant_id, "live")
    for name in ("boat", "vehicle"):
        object_types.insert(*ours, row(name))
    assert [one["name"] for one in object_types.page(*ours, "", 9)] == ["boat", "vehicle"]
    assert [one["name"] for one in object_types.page(*ours, "boat", 9)] == ["vehicle"]
    assert object_types.count(*ours) == 2
    for theirs in ((charlie.tenant_id, "live"), (alice.tenant_id, "test")):
        assert object_types.page(*theirs, "", 9) == []
        assert (object_types.find(*theirs, "boat"), object_types.count(*theirs)) == (None, 0)
        assert not object_types.update(*theirs, row("boat"), 1)
        object_types.remove(*theirs, "typ_boat")
    assert object_types.update(*ours, row("boat", label="Boat", version=2), 1)
    assert not object_types.update(*ours, row("boat", version=2), 1)
    with pytest.raises(Conflict), database.transaction():
        object_types.insert(*ours, row("boat", id="typ_other"))
    object_types.remove(*ours, "typ_boat")
    assert object_types.find(*ours, "boat") is None
