"""What handlers read from a call, and the answers they give."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from aiohttp.test_utils import make_mocked_request

from server.domain.actor import system_actor
from server.domain.errors import Invalid, Unprocessable
from server.web.calls import Call, answer, empty_answer, list_answer, record_answer
from server.web.routes import Group


def call(*pairs: tuple[str, str], headers: dict[str, str] | None = None, document: Any = None, target: str = "/x") -> Call:
    """Return a call with a query, headers and a body."""
    route = Group("/x", "X").get("", answer, "Read", name="read")
    request = make_mocked_request("GET", target)
    return Call(route, system_actor("ten_1"), {}, pairs, headers or {}, "req_1", request, cast("Any", None), document=document)


def test_the_last_of_a_repeated_parameter_counts() -> None:
    assert call(("a", "1"), ("a", "2")).query("a") == "2"
    assert call().query("a") is None
    assert call().query("a", "default") == "default"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_parameter_that_no_database_could_compare_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        call(("a", text)).query("a")
    assert [fault.pointer for fault in refused.value.faults] == ["a"]


@pytest.mark.parametrize("text", ["0", "201", "-1", "1.5", "", "x", "٣", "9" * 400, "0" * 9 + "1009", " 1"])
def test_a_number_keeps_its_bounds(text: str) -> None:
    with pytest.raises(Invalid):
        call(("limit", text)).number("limit", 50, 1, 200)


def test_a_number_is_read_or_its_default() -> None:
    assert call(("limit", "200")).number("limit", 50, 1, 200) == 200
    assert call().number("limit", 50, 1, 200) == 50


def test_the_version_is_that_of_if_match() -> None:
    assert call(headers={"If-Match": '"7"'}).version() == 7
    assert call().version() is None


@pytest.mark.parametrize("document", [None, [], "text", 1])
def test_members_are_those_of_an_object(document: Any) -> None:
    with pytest.raises(Unprocessable):
        call(document=document).members()


def test_a_page_links_to_the_next_and_keeps_the_question() -> None:
    found = list_answer([{"id": "1"}], "AbC", call(target="/x?limit=1&filter%5Bname%5D=a%20b"))
    assert json.loads(found.body) == {"object": "list", "data": [{"id": "1"}], "has_more": True, "next_cursor": "AbC"}
    assert found.headers["Link"].startswith("</x?")
    assert "cursor=AbC" in found.headers["Link"]
    assert "limit=1" in found.headers["Link"]


def test_the_last_page_says_so() -> None:
    found = list_answer([], None, call())
    assert json.loads(found.body) == {"object": "list", "data": [], "has_more": False, "next_cursor": None}
    assert "Link" not in found.headers


def test_answers_carry_what_they_are_given() -> None:
    assert record_answer({"id": "1", "version": 3}, 201, "/x/1").headers == {"ETag": '"3"', "Location": "/x/1"}
    assert answer({}, 202, Retry_After="1").headers == {"Retry-After": "1"}
    assert (empty_answer().status, empty_answer().body) == (204, b"")
