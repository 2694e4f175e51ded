"""Listings are found with their rows, ids and ways to write; the plainest come first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.listings import Collection, Listings

DOCUMENT = json.loads(Path(__file__).with_name("acme.json").read_text(encoding="utf-8"))
ROW = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def answering(schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"parameters": list(parameters), "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}


def best(paths: dict[str, Any], most: int = 9) -> list[Collection]:
    return Listings(Description({"openapi": "3.0.0", "paths": paths})).best(most)


def test_listings_are_found_with_their_rows_ids_and_ways_to_write() -> None:
    contacts, orders = Listings(Description(DOCUMENT)).best(9)
    named = ("rows", "modified", "row")
    assert (contacts.name, *(contacts.members[name] for name in named)) == ("contacts", "contacts", "updated_at", "contact")
    assert contacts.writes == ("create", "update", "delete")
    assert contacts.members["write"]["update"] == "PATCH /contacts/{id}"
    assert (orders.name, orders.members["id"], orders.writes) == ("orders", "uuid", ())


def test_what_every_path_needs_is_a_field_and_what_few_need_comes_last() -> None:
    rows = {"type": "array", "items": ROW}
    account = {"name": "AccountSid", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {f"/{{AccountSid}}/{name}": {"get": answering(rows, account)} for name in ("Calls", "Numbers", "Queues", "Rooms")}
    paths["/{AccountSid}/Queues/{Queue}/Members"] = {"get": answering(rows, account)}
    found = best(paths)
    assert [one.name for one in found] == ["calls", "numbers", "queues", "rooms", "members"]
    assert found[0].members["list"] == "/{accountSid}/Calls"
    assert list(found[0].asked) == ["accountSid"]


def test_headers_and_queries_that_have_to_be_there_are_fields_and_the_size_of_a_page_is_not() -> None:
    needed = [{"name": name, "in": place, "required": True, "schema": {"type": "string"}} for name, place in (("X-Org", "header"), ("from", "query"))]
    size = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}
    (found,) = best({"/rows": {"get": answering({"type": "array", "items": ROW}, *needed, size)}})
    assert found.members["list"] == "/rows?from={from}"
    assert found.members["headers"] == {"X-Org": "{xOrg}"}


def test_a_listing_whose_rows_are_not_described_is_known_by_the_path_of_each() -> None:
    open_answer = answering({"type": "object", "additionalProperties": True})
    (found,) = best({"/things": {"get": open_answer}, "/things/{id}": {"get": open_answer}})
    assert (found.name, found.members["id"], "rows" in found.open) == ("things", "id", True)
    assert best({"/things": {"get": open_answer}}) == []


def test_a_row_is_no_listing_of_what_lies_below_it() -> None:
    open_answer = answering({"type": "object", "additionalProperties": True})
    paths = {path: {"get": open_answer} for path in ("/record/{kind}", "/record/{kind}/{id}", "/record/{kind}/{id}/{part}")}
    (found,) = best(paths)
    assert (found.path, found.members["get"]) == ("/record/{kind}", "/record/{kind}/{id}")


def test_a_row_is_found_in_an_answer_that_tells_more_than_it() -> None:
    one: dict[str, Any] = {"type": "object", "properties": {"contact": ROW, "fieldValues": {"type": "array", "items": {}}}}
    paths: dict[str, Any] = {"/contacts": {"get": answering({"type": "array", "items": ROW})}, "/contacts/{id}": {"get": answering(one)}}
    assert best(paths)[0].members["row"] == "contact"
    paths["/contacts/{id}"] = {"get": answering({"type": "object", "properties": {"id": {"type": "string"}, "contact": ROW}})}
    assert "row" not in best(paths)[0].members


def test_two_of_one_name_are_told_apart_by_what_stands_before() -> None:
    rows = answering({"type": "array", "items": ROW})
    assert [one.name for one in best({"/users": {"get": rows}, "/issuing/users": {"get": rows}})] == ["users", "issuing_users"]


def test_a_body_that_is_no_row_or_no_json_is_not_written() -> None:
    def body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"requestBody": {"content": {kind: {"schema": schema}}}, "responses": {"201": {"description": ""}}}

    rows = answering({"type": "array", "items": ROW})
    ways = {
        "json": body("application/json", ROW),
        "form": body("application/x-www-form-urlencoded", ROW),
        "many": body("application/json", {"type": "array", "items": ROW}),
        "file": body("multipart/form-data", ROW),
        "asked": {"parameters": [{"name": "once", "in": "query", "required": True, "schema": {}}], **body("application/json", ROW)},
    }
    found = {one.name: one for one in best({f"/{name}": {"get": rows, "post": way} for name, way in ways.items()})}
    assert {name: one.writes for name, one in found.items()} == {"json": ("create",), "form": ("create",), "many": (), "file": (), "asked": ()}
    assert found["form"].members["write"]["form"] is True
