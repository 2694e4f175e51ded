"""Custom fields in a list of records: columns that sort, questions of their kind, filters, and a title where there is no other."""

from __future__ import annotations

from typing import Any

from app.pages.declared import MASKED, SHOWN, key_of, widened
from app.pages.records import CONTACTS, OBJECTS


def declared(name: str, kind: str = "text", resource: str = "contacts", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": None, "required": False, "options": None, "resource": resource, **more}


def test_a_custom_field_is_a_column_a_fact_and_a_question_of_both_forms() -> None:
    spec = widened(CONTACTS, [declared("size", "choice", label="Shirt size", options=["S", "M"])])
    (column,) = [one for one in spec.columns if one.key == "custom.size"]
    assert (column.label, column.sort) == ("Shirt size", "custom.size")
    assert "custom.size" in {one.key for one in spec.facts}
    assert spec.create is not None
    edit = next(action for action in spec.actions if action.key == "edit")
    for action in (spec.create, edit):
        assert [(one.kind, tuple(one.choices)) for one in action.fields if one.key == "custom.size"] == [("choice", ("S", "M"))]


def test_many_custom_fields_leave_room_and_are_read_beside_the_row() -> None:
    spec = widened(CONTACTS, [declared(f"field_{number}") for number in range(50)])
    assert len(spec.columns) == len(CONTACTS.columns) + SHOWN
    assert len(spec.facts) == len(CONTACTS.facts) + 50


def test_a_kind_of_the_tenants_own_holds_its_fields_itself_and_is_called_by_the_first_text() -> None:
    fields = [declared("seats", "number", "objects/vehicle"), declared("plate", "text", "objects/vehicle")]
    spec = widened(OBJECTS, fields)
    assert [column.key for column in spec.columns][:2] == ["seats", "plate"]
    assert spec.name == "plate"
    assert key_of(fields[0]) == "seats"


def test_what_is_encrypted_is_asked_for_behind_its_mask_and_never_sorted() -> None:
    fields = [declared("passport", "encrypted"), declared("size")]
    spec = widened(CONTACTS, fields)
    assert next(column.sort for column in spec.columns if column.key == "custom.passport") is None
    assert spec.create is not None
    assert next(field.help for field in spec.create.fields if field.key == "custom.passport") == MASKED.help
