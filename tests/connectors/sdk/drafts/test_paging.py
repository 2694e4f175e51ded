"""The way of paging is known by its names."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.paging import Paging, cursor_of


def listing(parameters: list[Any], answer: dict[str, Any], **operation: Any) -> Paging:
    """Return the paging of a listing with these parameters and members beside its rows."""
    asked = [one if isinstance(one, dict) else {"name": one, "in": "query", "schema": {"type": "integer"}} for one in parameters]
    schema = {"type": "object", "properties": {"data": {"type": "array", "items": {}}, **answer}}
    told = {"content": {"application/json": {"schema": schema}}, **operation.pop("success", {})}
    found = Description({"openapi": "3.1.0", "paths": {"/rows": {"get": {"parameters": asked, "responses": {"200": told}, **operation}}}})
    return Paging(found, "/rows", schema)


@pytest.mark.parametrize(
    ("parameters", "answer", "pager"),
    [
        (["offset", "limit"], {}, {"kind": "offset", "offset_param": "offset", "size": 100, "size_param": "limit"}),
        (["$skip", "$top"], {}, {"kind": "offset", "offset_param": "$skip", "size": 100, "size_param": "$top"}),
        (["cursor"], {"next_cursor": {}}, {"kind": "token", "token": "next_cursor", "param": "cursor"}),
        (["pageToken", "maxResults"], {"nextPageToken": {}},
         {"kind": "token", "token": "nextPageToken", "param": "pageToken", "size": 100, "size_param": "maxResults"}),
        (["starting_after", "limit"], {"has_more": {}},
         {"kind": "keyset", "param": "starting_after", "size": 100, "size_param": "limit", "more": "has_more"}),
        (["page", "per_page"], {"total": {}}, {"kind": "page_number", "total": "total", "size": 100, "page_param": "page", "size_param": "per_page"}),
        (["page", "per_page"], {"pages": {}}, {"kind": "page_number", "pages": "pages", "size": 100, "page_param": "page", "size_param": "per_page"}),
        ([], {"links": {"type": "object", "properties": {"next": {}}}}, {"kind": "next_url", "next": "links.next"}),
        (["page"], {}, {"kind": "whole"}),
    ],
)  # fmt: skip
def test_the_way_of_paging_is_known_by_its_names(parameters: list[str], answer: dict[str, Any], pager: dict[str, Any]) -> None:
    assert listing(parameters, answer).pager() == pager


def test_links_are_known_where_only_extensions_and_headers_tell_them() -> None:
    named = listing([], {}, **{"x-ms-pageable": {"nextLinkName": "@odata.nextLink"}})
    assert named.pager() == {"kind": "next_url", "next": r"@odata\.nextLink"}
    assert listing([], {}, success={"headers": {"Link": {}}}).pager() == {"kind": "link_header"}


def test_what_seems_to_page_is_told_where_it_is_not_understood() -> None:
    assert [listing(parameters, {}).hint() for parameters in (["page"], [], ["offset", "limit"])] == ["page", "", ""]


def test_a_page_is_as_large_as_it_may_be() -> None:
    sized = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 250}}
    assert listing(["offset", sized], {}).pager()["size"] == 250


@pytest.mark.parametrize(
    ("parameter", "cursor"),
    [
        (
            {"name": "updated_since", "in": "query", "schema": {"type": "string"}},
            {"kind": "modified_since", "param": "updated_since", "format": "iso"},
        ),
        ({"name": "since", "in": "query", "schema": {"type": "integer"}}, {"kind": "modified_since", "param": "since", "format": "seconds"}),
        (
            {"name": "since", "in": "query", "schema": {"type": "string", "format": "date"}},
            {"kind": "modified_since", "param": "since", "format": "date"},
        ),
        ({"name": "If-Modified-Since", "in": "header", "schema": {}}, {"kind": "modified_since", "param": "If-Modified-Since", "place": "header"}),
        ({"name": "q", "in": "query", "schema": {}}, {}),
    ],
)
def test_what_is_new_is_asked_for_by_its_name(parameter: dict[str, Any], cursor: dict[str, Any]) -> None:
    paging = listing([parameter], {})
    assert cursor_of(paging.description, paging.path) == cursor
