"""Requests are completed without being changed, and answers are read without trust."""

from __future__ import annotations

import pytest

from connectors.sdk.errors import VendorBug
from connectors.sdk.request import Request, Response, absolute


def test_a_request_is_never_changed_but_copied() -> None:
    request = Request("GET", "/x", {"a": 1})
    assert request.q(b=2).with_params({"c[d]": 3}).params == {"a": 1, "b": 2, "c[d]": 3}
    assert request.with_json({"x": 1}).json == {"x": 1}
    assert request == Request("GET", "/x", {"a": 1})


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("/contacts", "https://api.x.example/v3/contacts"),
        ("contacts", "https://api.x.example/v3/contacts"),
        ("https://y.example/z", "https://y.example/z"),
    ],
)
def test_paths_are_below_the_address(url: str, whole: str) -> None:
    assert absolute(Request("GET", url), "https://api.x.example/v3/").url == whole


def test_the_key_goes_into_the_header_that_the_vendor_takes_it_in() -> None:
    sent = absolute(Request("POST", "/x", key="chg_1", key_header="Idempotency-Key"), "https://api.x.example")
    assert sent.headers == {"Idempotency-Key": "chg_1"}
    assert absolute(Request("POST", "/x", key="chg_1"), "https://api.x.example").headers == {}


@pytest.mark.parametrize(
    ("request_", "may"),
    [
        (Request("GET", "/x"), True),
        (Request("PUT", "/x"), True),
        (Request("DELETE", "/x"), True),
        (Request("POST", "/x"), False),
        (Request("PATCH", "/x"), False),
        (Request("POST", "/x", key="k"), False),
        (Request("POST", "/x", key="k", key_header="Idempotency-Key"), True),
        (Request("POST", "/search", repeatable=True), True),
        (Request("GET", "/x", repeatable=False), False),
    ],
)
def test_what_may_be_sent_twice(request_: Request, *, may: bool) -> None:
    assert request_.may_repeat is may


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"{", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_the_vendors_fault(body: bytes) -> None:
    with pytest.raises(VendorBug, match="no JSON"):
        Response(200, {}, body).at("x")
    assert Response(200, {}, body).found is None


@pytest.mark.parametrize(("body", "rows"), [(b'{"a": [1]}', [1]), (b'{"a": null}', []), (b"{}", [])])
def test_an_absent_list_is_empty(body: bytes, rows: list[int]) -> None:
    assert Response(200, {}, body).rows("a") == rows


def test_something_else_in_the_place_of_a_list_is_the_vendors_fault() -> None:
    with pytest.raises(VendorBug, match="no list at a"):
        Response(200, {}, b'{"a": {"b": 1}}').rows("a")
    assert Response(200, {}, b"[1, 2]").rows("") == [1, 2]
