"""Google Calendar: the suite, and what only it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from connectors import registry
from connectors.catalog.google_calendar.connector import HALF_WEEK_MS
from connectors.sdk.errors import Missing
from connectors.sdk.values import Call, Change, Option
from tests.connectors.conformance import Conformance
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor

FAMILY = "family@group.calendar.google.com"
MEETING = {"summary": "Roof", "start": {"dateTime": "2026-12-01T09:00:00Z"}, "end": {"dateTime": "2026-12-01T10:00:00Z"}}


class TestGoogleCalendar(Conformance, key="google_calendar"):
    config = {"calendars": ["primary", FAMILY]}  # noqa: RUF012 - values of a test
    neighbours = {"events": f"events/{FAMILY}"}  # noqa: RUF012
    resources = {"events": "events"}  # noqa: RUF012 - values of a test
    changes = {"events": MEETING}  # noqa: RUF012
    prefix = "primary/"
    reason_for_length = "each calendar is a partition with a token of its own, and push channels have to be opened and closed"


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("google_calendar"))
    yield on_line(vendor, "google_calendar", {"calendars": ["primary", FAMILY]})
    vendor.verify()


def test_the_same_meeting_in_two_calendars_is_two_events(line: Line) -> None:
    line.vendor.store["events"].create(dict(MEETING), "shared")
    line.vendor.store[f"events/{FAMILY}"].create(dict(MEETING), "shared")
    line.sync("events")
    assert line.ids("events") == {"primary/shared", f"{FAMILY}/shared"}


def test_a_meeting_is_changed_where_it_stands(line: Line) -> None:
    line.vendor.store[f"events/{FAMILY}"].create(dict(MEETING), "picnic")
    (made,) = line.export("events", [Change("chg_1", "update", {"summary": "Picnic"}, f"{FAMILY}/picnic")])
    assert (made.error, made.id) == (None, f"{FAMILY}/picnic")
    assert line.vendor.store[f"events/{FAMILY}"].rows["picnic"].values["summary"] == "Picnic"


def test_a_meeting_that_this_very_change_has_made_already_is_taken_for_it(line: Line) -> None:
    change = Change("chg_1", "create", MEETING)
    first, again = (line.export("events", [change])[0] for _ in range(2))
    assert (first.error, again.error, again.id) == (None, None, first.id)
    assert again.version
    assert len(line.vendor.store["events"].live()) == 1


def test_a_cancelled_meeting_is_missing_when_it_is_asked_for(line: Line) -> None:
    (row,) = line.vendor.seed("events", 1)
    line.vendor.store["events"].delete(row.id)
    with pytest.raises(Missing):
        line.driver.ask(line.connector.get_record("events", f"primary/{row.id}"))


def test_only_meetings_are_offered_to_a_calendar() -> None:
    maps = registry.maps("google_calendar")["events"]
    assert [kind for kind in ("call", "email", "meeting", "note", "task") if maps.offers({"type": kind, "subject": "Roof"})] == ["meeting"]


def test_calendars_are_offered(line: Line) -> None:
    assert Option(FAMILY, "Family") in list(line.driver.run(line.connector.options("calendars")))


@pytest.mark.criterion("connectors-11")
def test_a_channel_is_opened_anew_at_half_of_its_week_and_not_before(line: Line) -> None:
    first = tuple(line.driver.run(line.connector.initialize(line.context)))
    assert {one.expires_ms for one in first} == {line.vendor.clock.now() + 2 * HALF_WEEK_MS}
    for wait, same in ((HALF_WEEK_MS - 1000, True), (2000, False)):
        line.vendor.clock.advance(wait)
        line.context = replace(line.context, subscriptions=first)
        line.bind()
        again = tuple(line.driver.run(line.connector.subscribe()))
        assert ([one.id for one in again] == [one.id for one in first]) is same
    assert {one.topic for one in again} == {one.topic for one in first}
    assert {one.expires_ms for one in again} == {line.vendor.clock.now() + 2 * HALF_WEEK_MS}


def test_a_channel_rings_and_its_first_message_says_nothing(line: Line) -> None:
    def told(state: str) -> int:
        headers = {"x-goog-channel-id": "c", "x-goog-message-number": "7", "x-goog-resource-state": state}
        events = line.connector.webhook(Call("POST", "https://junction.example/hooks/x", headers, (), b"", "google_calendar"))
        assert isinstance(events, Sequence)
        return len(events)

    assert (told("sync"), told("exists")) == (0, 1)


def test_a_meeting_of_whole_days_begins_at_midnight(line: Line) -> None:
    line.vendor.store["events"].create({"summary": "Fair", "start": {"date": "2026-12-01"}, "end": {"date": "2026-12-03"}})
    line.sync("events")
    (row,) = line.rows["events"].values()
    ours = registry.maps("google_calendar")["events"].to_local(row.values)
    assert (ours["starts_at"], ours["ends_at"]) == ("2026-12-01T00:00:00.000Z", "2026-12-03T00:00:00.000Z")


def test_who_takes_part_is_told_without_the_rooms(line: Line) -> None:
    guests = [{"email": "dana@people.example", "displayName": "Dana"}, {"email": "room@resource.example", "resource": True}]
    row = line.vendor.seed("events", 1)[0]
    line.vendor.store["events"].change(row.id, {"attendees": guests})
    line.sync("events")
    (record,) = line.rows["events"].values()
    assert registry.maps("google_calendar")["events"].to_local(record.values)["participants"] == [{"email": "dana@people.example", "name": "Dana"}]
