"""Rows are ours where their listing is called so and holds what one of ours needs."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.nouns import maps_of, noun_of

FOUND = Description({"openapi": "3.0.0", "paths": {}})


def row(**properties: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": kind} for name, kind in properties.items()}}


def test_names_become_nouns() -> None:
    names = ("contacts", "companies", "marketing_leads", "widgets", "people", "invoiceitems")
    assert [noun_of(name) for name in names] == ["contact", "company", "contact", "", "contact", ""]


@pytest.mark.parametrize(
    ("name", "schema", "head", "fields"),
    [
        ("contacts", row(email="string", firstName="string"), {"local": "contact", "defaults": {}}, {"email": "email", "first_name": "firstName"}),
        ("tasks", row(title="string"), {"local": "activity", "defaults": {"type": "task"}}, {"subject": "title"}),
        ("orders", row(id="integer"), {"local": "order", "defaults": {}}, {"number": {"remote": "id", "convert": "text", "way": "in"}}),
        ("payments", row(amount="number", currency="string"), {"local": "payment", "defaults": {}},
         {"amount.amount": {"remote": "amount", "convert": "amount", "way": "in"}, "amount.currency": {"remote": "currency", "way": "in"}}),
        ("payments", row(amount="number"), {}, {}),
        ("companies", row(website="string"), {}, {}),
        ("contacts", row(photo="object"), {}, {}),
    ],
)  # fmt: skip
def test_maps_are_made_of_fields_that_are_plain(name: str, schema: dict[str, Any], head: dict[str, Any], fields: dict[str, Any]) -> None:
    assert maps_of(name, FOUND, schema) == (head, fields)
