"""A resource is read as declared: deletes apart, logs, expired tokens, and resuming from any page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.sdk.cursor import HOUR_MS, DeltaToken, EventLog, ModifiedSince
from connectors.sdk.deletes import ArchivedList, DeletedEndpoint, InBand, Never
from connectors.sdk.errors import CursorExpired
from connectors.sdk.pager import Token, Whole
from connectors.sdk.reading import Reader, allowed_hosts
from connectors.sdk.request import Request, Response
from connectors.sdk.values import Cursor, Page
from tests.connectors.sdk.listing import HOST, arguments, reader

Vendor = Callable[[str, dict[str, str]], Any]
DATE = {"date": "Fri, 20 Nov 2026 12:00:00 GMT"}


def pages(read: Reader, vendor: Vendor, cursor: Cursor | None = None, *, deletes_only: bool = False) -> list[Page]:
    """Read everything; what the vendor returns as an exception is thrown in."""
    steps = read.read_deletes(cursor) if deletes_only else read.read(cursor)
    found, item = [], next(steps)
    while True:
        try:
            if isinstance(item, Request):
                said = vendor(item.url.removeprefix(HOST), arguments(item))
                failed = isinstance(said, Exception)
                item = steps.throw(said) if failed else steps.send(Response(200, DATE, json.dumps(said).encode(), item.url))
            else:
                found.append(item)
                item = next(steps)
        except StopIteration:
            return found


def ids(found: list[Page]) -> list[str]:
    return [record.id for page in found for record in page.rows]


def gone(found: list[Page]) -> list[str]:
    return [identity for page in found for identity in page.deletes]


@pytest.mark.criterion("connectors-14")
def test_an_expired_token_lists_everything_anew_and_says_so() -> None:
    def vendor(_: str, asked: dict[str, str]) -> Any:
        if asked.get("sync") == "old":
            return CursorExpired("gone", code="sync_token_expired")
        return {"rows": [{"id": 1}, {"id": 2, "deleted": True}], "token": "new"}

    read = reader(Whole(), cursor=DeltaToken("token", "sync"), deletes=InBand("deleted"))
    (page,) = pages(read, vendor, {"token": "old"})
    assert (page.begins, page.ends, page.restart, page.cursor) == (True, True, "sync_token_expired", {"token": "new"})
    assert (ids([page]), gone([page])) == (["1"], ["2"])


def test_a_token_that_expires_at_once_again_is_not_tried_for_ever() -> None:
    calls: list[str] = []

    def vendor(url: str, _: dict[str, str]) -> Any:
        calls.append(url)
        return CursorExpired()

    with pytest.raises(CursorExpired):
        pages(reader(Whole(), cursor=DeltaToken("token", "sync")), vendor, {"token": "old"})
    assert len(calls) == 2


def test_archived_rows_are_read_after_the_live_ones_and_then_not_for_a_while() -> None:
    def vendor(_: str, asked: dict[str, str]) -> Any:
        return {"rows": [{"id": 9}]} if asked.get("archived") else {"rows": [{"id": 1}]}

    read = reader(Whole(), cursor=ModifiedSince("since"), deletes=ArchivedList({"archived": "true"}, every_hours=1))
    first = pages(read, vendor)
    assert (ids(first), gone(first)) == (["1"], ["9"])
    assert first[0].cursor is not None
    assert first[0].cursor["run"]["stage"] == "deletes", "a run that is dropped in between goes on with the deletes"
    assert gone(pages(read, vendor, first[0].cursor)) == ["9"]
    assert gone(pages(read, vendor, first[-1].cursor)) == []
    later = Reader(read.resource, read.request, read.now_ms + HOUR_MS, read.allowed)
    assert gone(pages(later, vendor, first[-1].cursor)) == ["9"]


def test_deletes_alone_can_be_read_and_leave_the_cursor_where_it_was() -> None:
    read = reader(Whole(), cursor=ModifiedSince("since"), deletes=ArchivedList({"archived": "true"}))
    (page,) = pages(read, lambda _, asked: {"rows": [{"id": 9}]} if asked.get("archived") else {}, {"since": 5}, deletes_only=True)
    assert (page.deletes, page.cursor) == (["9"], {"since": 5})


def test_an_endpoint_of_deletes_is_asked_for_the_window_as_far_as_it_reaches() -> None:
    asked: list[dict[str, str]] = []

    def vendor(url: str, query: dict[str, str]) -> Any:
        if url == "/deleted":
            asked.append(query)
            return {"records": [{"key": 4}]}
        return {"rows": []}

    read = reader(Whole(), cursor=ModifiedSince("since"), deletes=DeletedEndpoint("/deleted", "records", "key", max_age_days=1))
    assert gone(pages(read, vendor, {"since": read.now_ms - 100 * HOUR_MS})) == ["4"]
    assert asked == [{"start": "2026-11-19T12:00:00Z", "end": "2026-11-20T12:00:00Z"}]


def test_a_log_of_events_tells_changes_and_deletes_by_its_newest_entry() -> None:
    events = [
        {"id": "e4", "type": "customer.deleted", "data": {"object": {"id": "c1"}}},
        {"id": "e3", "type": "charge.updated", "data": {"object": {"id": "ch"}}},
        {"id": "e2", "type": "customer.updated", "data": {"object": {"id": "c2", "name": "new"}}},
        {"id": "e1", "type": "customer.updated", "data": {"object": {"id": "c1"}}},
        {"id": "e0", "type": "customer.created", "data": {"object": {"id": "c2", "name": "old"}}},
    ]
    types = ("customer.created", "customer.updated", "customer.deleted")
    read = reader(Token("next", "after"), cursor=EventLog("/events", "data", types), deletes=InBand("deleted"))

    def vendor(_: str, asked: dict[str, str]) -> Any:
        return {"data": events[2:]} if "after" in asked else {"data": events[:3], "next": "e3"}

    found = pages(read, vendor, {"since": read.now_ms - HOUR_MS})
    assert [(record.id, record.values["name"]) for page in found for record in page.rows] == [("c2", "new")]
    assert gone(found) == ["c1"]


def test_a_page_carries_its_total_and_its_partition() -> None:
    read = reader(Whole(), total="count", deletes=Never("they stay for ever"))
    named = Reader(read.resource, read.request, read.now_ms, read.allowed, "calendar-1")
    (page,) = pages(named, lambda *_: {"rows": [{"id": 1}], "count": 1})
    assert (page.total, page.partition) == (1, "calendar-1")


def test_a_run_is_resumed_with_the_window_that_it_began_with() -> None:
    def vendor(_: str, asked: dict[str, str]) -> Any:
        return {"rows": [{"id": 2}]} if asked.get("after") else {"rows": [{"id": 1}], "next": "t"}

    read = reader(Token("next", "after"), cursor=ModifiedSince("since"), deletes=Never("they stay for ever"))
    first, _ = pages(read, vendor)
    later = Reader(read.resource, read.request, read.now_ms + HOUR_MS, read.allowed)
    (rest,) = pages(later, vendor, first.cursor)
    assert (ids([rest]), rest.begins, rest.ends) == (["2"], False, True)
    assert rest.cursor == {"since": read.now_ms - 60_000}


@pytest.mark.parametrize(
    ("host", "may"),
    [("api.x.example", True), ("API.X.example", True), ("eu.y.example", True), ("y.example", False), ("evily.example", False), ("x.example", False)],
)
def test_hosts_are_allowed_by_name_or_below_a_name(host: str, *, may: bool) -> None:
    assert allowed_hosts(["api.x.example", "*.y.example"])(host) is may
