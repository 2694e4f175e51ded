"""Schemas say what is really accepted and given: money, times, partial records, patches and expansions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.web import table
from server.web.openapi import document

DOCUMENT: dict[str, Any] = json.loads(document.render(table.build().routes))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def test_money_is_an_exact_text_with_a_currency() -> None:
    assert SCHEMAS["Money"]["required"] == ["amount", "currency"]
    assert SCHEMAS["Money"]["properties"]["amount"]["type"] == "string"
    assert "EUR" in SCHEMAS["Money"]["properties"]["currency"]["enum"]


def test_dates_and_moments_have_their_formats() -> None:
    assert {"type": "string", "format": "date"}.items() <= SCHEMAS["DealWrite"]["properties"]["close_date"]["anyOf"][0].items()
    assert {"type": "string", "format": "date-time"}.items() <= SCHEMAS["ActivityWrite"]["properties"]["due_at"]["anyOf"][0].items()
    assert SCHEMAS["Deal"]["properties"]["created_at"]["format"] == "date-time"


def test_a_record_that_is_read_needs_only_its_id_since_fields_leaves_the_rest_out() -> None:
    assert SCHEMAS["Contact"]["required"] == ["id", "object"]
    assert SCHEMAS["Contact"]["properties"]["object"]["const"] == "contact"


def test_what_expand_puts_in_is_described() -> None:
    assert SCHEMAS["Contact"]["properties"]["company"]["anyOf"][0] == {"$ref": "#/components/schemas/Company"}
    assert SCHEMAS["Contact"]["properties"]["owner"]["anyOf"][0] == {"$ref": "#/components/schemas/UserBrief"}


def test_a_patch_needs_nothing_and_takes_null_for_every_member() -> None:
    patch = SCHEMAS["CompanyPatch"]
    assert "required" not in patch
    assert "name" in SCHEMAS["CompanyWrite"]["required"]
    assert patch["additionalProperties"] is False
    assert {"type": "null"} in patch["properties"]["tags"]["anyOf"]


@pytest.mark.parametrize(("path", "schema"), [("/contacts", "ContactPatch"), ("/objects/{type}", "ObjectBodyPatch")])
def test_an_upsert_takes_a_part_as_it_merges_into_what_is_there(path: str, schema: str) -> None:
    operation = DOCUMENT["paths"][f"/api/v1{path}/by-external-id/{{system}}/{{external_id}}"]["put"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/{schema}"}


def test_a_write_refuses_what_it_does_not_know() -> None:
    assert [name for name, schema in SCHEMAS.items() if name.endswith("Write") and schema.get("additionalProperties") is not False] == []


def test_a_list_is_in_the_envelope() -> None:
    content = DOCUMENT["paths"]["/api/v1/contacts"]["get"]["responses"]["200"]["content"]["application/json"]
    assert content["schema"]["required"] == ["object", "data", "has_more", "next_cursor"]
    assert content["schema"]["properties"]["data"]["items"] == {"$ref": "#/components/schemas/Contact"}


def test_names_of_custom_fields_have_their_pattern() -> None:
    assert SCHEMAS["ContactWrite"]["properties"]["external_ids"]["propertyNames"]["pattern"]


def test_a_member_may_be_called_as_a_word_of_the_schema_is() -> None:
    assert SCHEMAS["EndpointParameter"]["properties"]["default"]["anyOf"][-1] == {"type": "null"}
