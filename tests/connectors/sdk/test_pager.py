"""Pagers lose no row that was there all the time, end where the vendor loops, and never leave its hosts."""

from __future__ import annotations

import json
from random import Random

import pytest

from connectors.sdk.errors import VendorBug
from connectors.sdk.pager import MOST_STEPS_BACK, NextUrl, Offset, PageNumber, Place, Token, Whole, followed, watched
from connectors.sdk.request import Request, Response
from tests.connectors.sdk.listing import HOST, WAYS, Listing, arguments, reader

INTERLEAVINGS = 1000


@pytest.mark.criterion("connectors-16")
@pytest.mark.parametrize("way", WAYS)
def test_a_row_that_was_there_throughout_is_never_lost(way: str) -> None:
    pager, vendor, by_change = WAYS[way]
    for seed in range(INTERLEAVINGS):
        listing = Listing(by_change, Random(seed))
        listing.fill(listing.random.randrange(30))
        there, read = {row["id"] for row in listing.rows}, set()
        steps = reader(pager).read(None)
        item, calls = next(steps), 0
        while True:
            try:
                if isinstance(item, Request):
                    calls += 1
                    answer = vendor(listing, arguments(item), item)
                    listing.disturb()
                    there &= {row["id"] for row in listing.rows}
                    item = steps.send(answer)
                else:
                    read |= {int(record.id) for record in item.rows}
                    item = next(steps)
            except StopIteration:
                break
        assert there <= read, f"seed {seed} lost {there - read}"
        assert calls < 100


@pytest.mark.parametrize("circle", [1, 2, 3, 7, 20])
def test_tokens_that_run_in_a_circle_are_refused_whatever_its_length(circle: int) -> None:
    def walk() -> None:
        place: Place | None = None
        for step in range(4 * circle + 20):
            place = watched(place, f"t{step % circle}" if step > 5 else f"start{step}")

    with pytest.raises(VendorBug, match="circle"):
        walk()


def test_tokens_that_differ_are_never_refused() -> None:
    place: Place | None = None
    for step in range(5000):
        place = watched(place, str(step))
    assert len(json.dumps(place)) < 100


@pytest.mark.parametrize(
    "found",
    [
        "https://evil.example/rows?after=4",
        "http://api.vendor.example/rows",
        "//evil.example/rows",
        "https://api.vendor.example@evil.example/rows",
        "https://user@api.vendor.example/rows",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(found: str) -> None:
    answer = Response(200, {}, json.dumps({"next": found}).encode(), f"{HOST}/rows")
    with pytest.raises(VendorBug) as raised:
        NextUrl("next").advance(None, answer, ["1@"], lambda host: host == "api.vendor.example")
    assert raised.value.stable_code == "foreign_page"


@pytest.mark.parametrize(
    ("found", "whole"), [("/rows?p=2", f"{HOST}/rows?p=2"), ("?p=2", f"{HOST}/rows?p=2"), (f"{HOST}/rows?p=2", f"{HOST}/rows?p=2")]
)
def test_an_address_may_be_relative_to_the_one_that_was_called(found: str, whole: str) -> None:
    assert followed(f"{HOST}/rows", found, lambda host: host == "api.vendor.example") == whole


def test_a_vendor_that_ignores_the_offset_is_found_out() -> None:
    pager, marks = Offset(3), ["1@", "2@", "3@"]
    place = pager.advance(None, Response(200), marks, bool)
    with pytest.raises(VendorBug, match="ignores the offset"):
        pager.advance(place, Response(200), marks, bool)


def test_rows_in_an_order_that_changes_all_the_time_are_found_out() -> None:
    def walk() -> None:
        pager, place = Offset(3), None
        for step in range(100 * MOST_STEPS_BACK):
            start = (place or {"offset": 0})["offset"]
            place = pager.advance(place, Response(200), [f"{step}-{number}@" for number in range(3)] if start else ["1@", "2@", "3@"], bool)

    with pytest.raises(VendorBug, match="order"):
        walk()


def test_an_offset_of_one_row_a_page_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="two rows"):
        Offset(1)


def test_a_page_number_wants_a_number_of_pages() -> None:
    with pytest.raises(VendorBug, match="how many pages"):
        PageNumber(total="meta.total").advance(None, Response(200, {}, b"{}"), [], bool)


def test_the_number_of_pages_may_come_from_the_number_of_rows() -> None:
    answer = Response(200, {}, b'{"meta": {"total": 201}}')
    assert PageNumber(total="meta.total", size=100).advance(None, answer, [], bool) == {"page": 3}


def test_a_token_may_go_into_the_body() -> None:
    pager = Token("next", "page.after", 50, "page.size", place="body")
    assert pager.turn(Request("POST", "/search", json={"q": "x"}), {"token": "abc"}).json == {"q": "x", "page": {"size": 50, "after": "abc"}}


def test_a_token_counts_only_while_there_is_more() -> None:
    answer = Response(200, {}, b'{"next": "abc", "has_more": false}')
    assert Token("next", "after", more="has_more").advance(None, answer, ["1@"], bool) is None


def test_a_whole_listing_has_one_page() -> None:
    assert Whole().advance(None, Response(200), ["1@"], bool) is None
    assert Whole().turn(Request("GET", "/x"), None) == Request("GET", "/x")
