"""Which pages of other origins may read answers."""

from __future__ import annotations

import pytest

from server.web.cors import CrossOrigin

ASK = {"Access-Control-Request-Method": "PATCH"}


def test_a_named_origin_is_let_in_and_named_back() -> None:
    found = CrossOrigin(["https://App.example.com/"]).headers({"Origin": "https://app.example.com"})
    assert found["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert found["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in found


@pytest.mark.parametrize("origin", ["https://evil.example.com", "http://app.example.com", "https://app.example.com.evil.com", "null", ""])
def test_another_origin_is_not(origin: str) -> None:
    door = CrossOrigin(["https://app.example.com"])
    assert door.headers({"Origin": origin}) == {"Vary": "Origin"}
    assert door.preflight({"Origin": origin, **ASK}, "GET") == {}


def test_without_an_origin_only_caches_are_told() -> None:
    assert CrossOrigin(["https://app.example.com"]).headers({}) == {"Vary": "Origin"}
    assert CrossOrigin(["*"]).headers({}) == {}


def test_a_star_lets_every_page_in() -> None:
    assert CrossOrigin(["*"]).headers({"Origin": "https://any.example"})["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_hears_what_may_be_sent() -> None:
    found = CrossOrigin(["*"]).preflight({"Origin": "https://any.example", **ASK}, "GET, PATCH")
    assert found["Access-Control-Allow-Methods"] == "GET, PATCH"
    assert {"authorization", "idempotency-key", "if-match"} <= set(found["Access-Control-Allow-Headers"].lower().split(", "))


def test_options_without_a_preflight_gets_nothing() -> None:
    assert CrossOrigin(["*"]).preflight({"Origin": "https://any.example"}, "GET") == {}
