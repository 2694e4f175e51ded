"""How resources look in the document, and what their lists can be asked."""

from __future__ import annotations

import pytest

from server.services.records import write_model
from server.store.declaration import Resource
from server.store.records import by_noun, resources
from server.web.documents import example_of, list_parameters, record_model, record_parameters

ALL = [resource for resource in resources() if resource.noun != "object"]


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.noun)
def test_an_example_is_valid_and_comes_back_in_its_own_words(resource: Resource) -> None:
    example = example_of(resource)
    written = write_model(resource).model_validate(example).model_dump()
    moments = {name for name, kind in resource.fields.items() if kind.name == "moment"}
    assert {name: written[name] for name in set(example) - moments} == {name: example[name] for name in set(example) - moments}


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.noun)
def test_a_record_that_is_read_has_every_field_and_the_envelope(resource: Resource) -> None:
    assert set(record_model(resource).model_fields) >= {*resource.fields, "id", "object", "custom", "external_ids", "tags", "version"}


def test_a_list_can_be_asked_for_what_its_fields_hold() -> None:
    found = {parameter.name: parameter.schema for parameter in list_parameters(by_noun()["deal"])}
    conditions = found["filter"]["properties"]
    assert conditions["probability"]["type"] == "number"
    assert conditions["close_date"]["format"] == "date"
    assert conditions["deleted"]["type"] == "boolean"
    assert "items" not in conditions
    assert {"name", "-value", "-created_at"} <= set(found["sort"]["items"]["enum"])
    assert "tags" not in found["sort"]["items"]["enum"]


def test_a_record_expands_its_references_to_two_levels() -> None:
    _, expand = record_parameters(by_noun()["deal"])
    assert set(expand.schema["items"]["enum"]) == {"contact", "company", "owner", "contact.company", "contact.owner", "company.owner"}
