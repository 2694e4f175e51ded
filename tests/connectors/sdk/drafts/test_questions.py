"""A draft names what a person still has to decide, and only that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.listings import Listings
from connectors.sdk.drafts.questions import questions

DOCUMENT = json.loads(Path(__file__).with_name("acme.json").read_text(encoding="utf-8"))


def asked(document: dict[str, Any], *, left: int = 0, probed: bool = True, way: str = "X-Key") -> str:
    found = Description(document)
    return "\n".join(questions(found, Listings(found).best(9), {"key": {"kind": "api_key", "name": way}}, left=left, probed=probed))


def test_what_every_draft_guesses_is_asked_and_nothing_that_is_told() -> None:
    text = asked(DOCUMENT)
    assert [words in text for words in ("guesses", "Deletes", "limits")] == [True, True, True]
    assert [words in text for words in ("left out", "address", "tells who we are", "bare key", "has to enter")] == [False] * 5
    assert "Nothing here is like orders" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"left": 1}, "1 more listing was left out."),
        ({"left": 7}, "7 more listings were left out."),
        ({"probed": False}, "tells who we are"),
        ({"way": "authorization"}, "`auth.key` sends the bare key"),
        ({"document": {**DOCUMENT, "servers": []}}, "address differs"),
    ],
)
def test_what_is_open_is_asked(given: dict[str, Any], words: str) -> None:
    assert words in asked(**{"document": DOCUMENT, **given})


def test_listings_say_what_they_need_and_what_they_offer() -> None:
    rows = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
    parameters = [{"name": "syncToken", "in": "query", "schema": {}}, {"name": "calendarId", "in": "path", "required": True, "schema": {}}]
    listing = {"get": {"parameters": parameters, "responses": {"200": {"content": {"application/json": {"schema": rows}}}}}}
    open_one = {
        "get": {
            "parameters": [{"name": "page", "in": "query", "schema": {}}],
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        }
    }
    text = asked({**DOCUMENT, "paths": {"/{calendarId}/events": listing, "/things": open_one, "/things/{thing}": open_one}})
    assert "`syncToken`" in text
    assert "has to enter calendarId" in text
    assert "What things answer with is not described" in text
    assert "How things are paged is not described, but they take `page`." in text
