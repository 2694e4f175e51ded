"""A resource makes records of rows and requests of changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.sdk.deletes import Never
from connectors.sdk.pager import Whole
from connectors.sdk.request import Request
from connectors.sdk.resource import Resource, Write, bracketed, filled
from connectors.sdk.values import Change, Record

WRITE = Write("POST /lists/{list}/rows", "PATCH /rows/{id}", "DELETE /rows/{id}", wrap="row.fields", key_header="Idempotency-Key")
ROWS = Resource(
    name="rows",
    list="/lists/{list}/rows",
    get="/rows/{id}",
    deletes=Never("they stay for ever"),
    pager=Whole(),
    modified="at",
    version="etag",
    write=WRITE,
)


@pytest.mark.parametrize(
    ("row", "record"),
    [
        ({"id": 7, "at": "t", "etag": "v"}, Record("7", {"id": 7, "at": "t", "etag": "v"}, "v", "t")),
        ({"id": 0}, Record("0", {"id": 0})),
    ],
)
def test_a_row_is_a_record(row: dict[str, object], record: Record) -> None:
    assert ROWS.record(row) == record


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": ""}, {"id": {}}, [], "x", None])
def test_a_row_without_an_id_carries_its_problem(row: object) -> None:
    assert ROWS.record(row).problem


@pytest.mark.parametrize(
    ("change", "method", "url", "body"),
    [
        (Change("k", "create", {"a": 1}), "POST", "/lists/main/rows", {"row": {"fields": {"a": 1}}}),
        (Change("k", "update", {"a": 2}, "a/b"), "PATCH", "/rows/a%2Fb", {"row": {"fields": {"a": 2}}}),
        (Change("k", "delete", {}, "7"), "DELETE", "/rows/7", None),
    ],
)
def test_a_change_is_a_request_with_its_key(change: Change, method: str, url: str, body: object) -> None:
    made = ROWS.placed({"list": "main", "id": "never"}).to_write(change)
    assert made is not None
    assert (made.method, made.url, made.json, made.key, made.key_header) == (method, url, body, "k", "Idempotency-Key")


def test_a_way_that_is_not_there_makes_no_request() -> None:
    assert Write(create="POST /x").request(Change("k", "delete", {}, "7")) is None


def test_a_form_is_written_as_texts() -> None:
    made = Write(create="POST /x", form=True).request(Change("k", "create", {"a": 1}))
    assert made is not None
    assert (made.form, made.json) == ({"a": "1"}, None)


def test_objects_and_lists_in_a_form_are_written_with_brackets() -> None:
    values = {"address": {"city": "Bath"}, "items": [{"price": "p"}, {"price": "q"}], "on": True, "off": False, "none": None, "n": 1}
    assert bracketed(values) == {"address[city]": "Bath", "items[0][price]": "p", "items[1][price]": "q", "on": "true", "off": "false", "n": "1"}


def test_headers_of_a_resource_go_along_with_every_request() -> None:
    pinned = replace(ROWS, headers={"Vendor-Version": "2"})
    made = pinned.to_write(Change("k", "delete", {}, "7"))
    assert made is not None
    assert [one.headers for one in (pinned.request, made)] == [{"Vendor-Version": "2"}] * 2


def test_a_listing_may_be_a_whole_request() -> None:
    search = Request("POST", "/lists/{list}/search", json={"q": 1})
    placed = Resource(name="rows", list=search, deletes=Never("they stay for ever"), pager=Whole()).placed({"list": "a b"})
    assert placed.request == Request("POST", "/lists/a%20b/search", json={"q": 1})


def test_placeholders_that_are_not_known_stay() -> None:
    assert filled("/x/{id}/{other}", {"other": "1"}) == "/x/{id}/1"


def test_an_id_that_is_a_path_keeps_its_slashes_where_it_is_asked_to() -> None:
    assert filled("/v1/{+id}:updateContact", {"id": "people/c1 2"}) == "/v1/people/c1%202:updateContact"
