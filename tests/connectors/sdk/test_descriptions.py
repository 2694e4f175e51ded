"""A description is read for its listings, by the names that people use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.descriptions import Description, DescriptionError

DOCUMENT = json.loads(Path(__file__).with_name("acme.json").read_text(encoding="utf-8"))


def listing(parameters: list[str], answer: dict[str, Any]) -> dict[str, Any]:
    """Return a description of one listing."""
    rows = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
    schema = {"type": "object", "properties": {"data": rows, **answer}}
    asked = [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in parameters]
    operation = {"parameters": asked, "responses": {"200": {"content": {"application/json": {"schema": schema}}}}}
    return {"openapi": "3.1.0", "paths": {"/rows": {"get": operation}}}


def test_listings_are_found_with_their_rows_ids_and_ways_to_write() -> None:
    contacts, orders = Description(DOCUMENT).collections()
    assert (contacts.name, contacts.members["rows"], contacts.members["modified"], contacts.members["row"]) == (
        "contacts",
        "contacts",
        "updated_at",
        "contact",
    )
    assert contacts.writes == ("create", "update", "delete")
    assert contacts.members["write"]["update"] == "PATCH /contacts/{id}"
    assert (orders.name, orders.members["id"], orders.writes) == ("orders", "uuid", ())


@pytest.mark.parametrize(
    ("parameters", "answer", "pager"),
    [
        (["offset", "limit"], {}, {"kind": "offset", "size": 100, "offset_param": "offset", "size_param": "limit"}),
        (["cursor"], {"next_cursor": {}}, {"kind": "token", "token": "next_cursor", "param": "cursor", "size_param": ""}),
        (["starting_after", "limit"], {"has_more": {}},
         {"kind": "keyset", "param": "starting_after", "size": 100, "size_param": "limit", "more": "has_more"}),
        (["page", "per_page"], {"total": {}}, {"kind": "page_number", "total": "total", "size": 100, "page_param": "page", "size_param": "per_page"}),
        (["page", "per_page"], {"pages": {}}, {"kind": "page_number", "pages": "pages", "size": 100, "page_param": "page", "size_param": "per_page"}),
        ([], {"links": {"type": "object", "properties": {"next": {}}}}, {"kind": "next_url", "next": "links.next"}),
        (["page"], {}, {"kind": "whole"}),
    ],
)  # fmt: skip
def test_the_way_of_paging_is_known_by_its_names(parameters: list[str], answer: dict[str, Any], pager: dict[str, Any]) -> None:
    (found,) = Description(listing(parameters, answer)).collections()
    assert found.members["pager"] == pager


def test_a_listing_that_wants_something_first_is_left_out() -> None:
    document = listing(["account"], {})
    document["paths"]["/rows"]["get"]["parameters"][0]["required"] = True
    assert list(Description(document).collections()) == []


def test_who_we_are_is_asked_where_vendors_tell_it() -> None:
    assert Description(DOCUMENT).probe() == ("/me", "user.id")
    assert Description(listing([], {})).probe() == ("", "")


@pytest.mark.parametrize(
    ("servers", "address"),
    [
        (DOCUMENT["servers"], "https://api.acme.example/v2"),
        ([{"url": "https://{shop}.x.example"}], ""),
        ([{"url": "http://x.example"}], ""),
        ([{"url": "/v1"}], ""),
        ([], ""),
    ],
)
def test_an_address_is_taken_only_when_it_is_whole_and_safe(servers: list[dict[str, Any]], address: str) -> None:
    assert Description({**DOCUMENT, "servers": servers}).address == address


@pytest.mark.parametrize("document", [{}, [], None, {"swagger": "2.0", "paths": {}}, {"openapi": "3.0.0"}, {"openapi": "3.0.0", "paths": []}])
def test_what_is_no_description_is_refused(document: Any) -> None:
    with pytest.raises(DescriptionError):
        Description(document)


def test_a_schema_that_contains_itself_ends() -> None:
    document = {"openapi": "3.0.0", "paths": {}, "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}
    assert Description(document).resolved({"$ref": "#/components/schemas/A"}) == {}
