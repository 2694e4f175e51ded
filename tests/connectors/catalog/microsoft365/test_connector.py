"""Microsoft 365: the suite, and what only it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from connectors import registry
from connectors.sdk.values import Call, Change, Event
from tests.connectors.conformance import Conformance
from tests.connectors.line import HOOK_SECRET, HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor

HOUR_MS = 3_600_000
TIME = {"dateTime": "2026-12-01T09:00:00", "timeZone": "UTC"}


class TestMicrosoft365(Conformance, key="microsoft365"):
    resources = {"contacts": "contacts", "events": "events", "messages": "messages"}  # noqa: RUF012 - values of a test
    changes = {  # noqa: RUF012
        "contacts": {"givenName": "Dana", "emailAddresses": [{"address": "dana@people.example", "name": "Dana"}]},
        "events": {"subject": "Roof", "start": TIME, "end": TIME},
    }
    reason_for_length = "subscriptions live for two days and have to be prolonged"


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("microsoft365"))
    yield on_line(vendor, "microsoft365", {})
    vendor.verify()


def test_the_next_call_is_the_link_as_it_came(line: Line) -> None:
    line.vendor.seed("events", 3)
    line.sync("events")
    line.sync("events")
    first, second = (call.arguments for call in line.vendor.asked("GET", "/v1.0/me/calendarView/delta"))
    assert (first["startDateTime"], first["endDateTime"]) == ("2026-10-21T12:00:00Z", "2027-11-20T12:00:00Z")
    assert set(second) == {"$deltatoken"}


def test_a_change_of_what_somebody_else_has_changed_meanwhile_is_refused(line: Line) -> None:
    row = line.vendor.seed("contacts", 1)[0]
    outcome = line.export("contacts", [Change("chg_1", "update", {"givenName": "Bob"}, row.id, 'W/"0"')])[0]
    assert outcome.error is not None
    assert row.values["givenName"] == "Alice"


@pytest.mark.criterion("connectors-11")
def test_subscriptions_are_made_once_and_prolonged_whenever_they_are_looked_after(line: Line) -> None:
    first = list(line.driver.run(line.connector.initialize(line.context)))
    assert {row.values["clientState"] for row in line.vendor.store["subscriptions"].live()} == {HOOK_SECRET}
    line.vendor.clock.advance(30 * HOUR_MS)
    line.bind()
    later = list(line.driver.run(line.connector.subscribe()))
    assert [one.id for one in later] == [one.id for one in first]
    assert {one.expires_ms for one in later} == {line.vendor.clock.now() + 48 * HOUR_MS}


@pytest.mark.parametrize("resource", ["contacts", "events", "messages"])
@pytest.mark.parametrize(("verb", "action"), [("created", "changed"), ("updated", "changed"), ("deleted", "deleted")])
def test_a_notice_names_the_row(line: Line, resource: str, verb: str, action: str) -> None:
    row = line.vendor.seed(resource, 1)[0]
    hook = line.vendor.hooks_to(HOOK_URL).about(resource, row, verb)
    events = line.connector.webhook(Call("POST", HOOK_URL, {}, (), hook.body, "microsoft_graph"))
    assert isinstance(events, Sequence)
    assert [(one.resource, one.record_id, one.action) for one in events if isinstance(one, Event)] == [(resource, row.id, action)]


@pytest.mark.parametrize("about", [{"@odata.type": "#Microsoft.Graph.DriveItem", "id": "1"}, None])
def test_a_notice_of_what_nobody_follows_is_passed_over(line: Line, about: dict[str, str] | None) -> None:
    body = json.dumps({"value": [{"subscriptionId": "s", "changeType": "updated", "resourceData": about}]}).encode()
    assert line.connector.webhook(Call("POST", HOOK_URL, {}, (), body, "microsoft_graph")) == []


@pytest.mark.parametrize(("resource", "values"), [("contacts", {"givenName": "Dana"}), ("events", {"subject": "Roof"})])
def test_what_nothing_tells_apart_is_not_taken_for_another(line: Line, resource: str, values: dict[str, str]) -> None:
    line.vendor.seed(resource, 1)
    assert line.find(resource, Change("chg_1", "create", values)) is None
    assert line.vendor.calls == []


def test_messages_are_mails_of_ours(line: Line) -> None:
    line.vendor.seed("messages", 1)
    line.sync("messages")
    ours = registry.maps("microsoft365")["messages"].to_local(next(iter(line.rows["messages"].values())).values)
    assert (ours["type"], ours["done"]) == ("email", True)
    assert ours["subject"]


@pytest.mark.parametrize(
    ("lived", "looked_after", "read"), [("reauthorizationRequired", True, False), ("subscriptionRemoved", True, True), ("missed", False, True)]
)
def test_a_notice_about_a_subscription_says_what_to_do(line: Line, lived: str, looked_after: bool, read: bool) -> None:
    body = json.dumps({"value": [{"subscriptionId": "s", "lifecycleEvent": lived, "clientState": "x"}]}).encode()
    events = line.connector.webhook(Call("POST", HOOK_URL, {}, (), body, "microsoft_graph"))
    assert isinstance(events, Sequence)
    assert [one.action for one in events if one.action == "unsubscribed"] == ["unsubscribed"] * looked_after
    assert {one.resource for one in events if one.action == "changed"} == ({"contacts", "events", "messages"} if read else set())


def test_a_meeting_is_sent_with_its_moments_in_utc(line: Line) -> None:
    moments = {"start": {"dateTime": "2026-12-01T09:00:00.000Z"}, "end": {"dateTime": "2026-12-01T10:00:00.000Z"}}
    (made,) = line.export("events", [Change("chg_1", "create", {"subject": "Roof", **moments})])
    values = line.vendor.store["events"].rows[made.id].values
    assert values["start"] == {"dateTime": "2026-12-01T09:00:00.000", "timeZone": "UTC"}
    line.export("events", [Change("chg_2", "update", {"end": {"dateTime": "2026-12-01T11:00:00.000Z"}}, made.id)])
    assert values["end"] == {"dateTime": "2026-12-01T11:00:00.000", "timeZone": "UTC"}
    assert line.vendor.asked("PATCH")[0].json.keys() == {"end"}


def test_only_meetings_are_offered_to_a_calendar() -> None:
    maps = registry.maps("microsoft365")["events"]
    assert (maps.offers({"type": "meeting"}), maps.offers({"type": "call"})) == (True, False)


def test_who_takes_part_in_a_meeting_is_told_without_the_rooms(line: Line) -> None:
    guests = [{"type": "required", "emailAddress": {"address": "Dana@People.example", "name": "Dana"}, "status": {"response": "none"}},
              {"type": "resource", "emailAddress": {"address": "room@people.example", "name": "Room"}, "status": {"response": "none"}}]  # fmt: skip
    row = line.vendor.seed("events", 1)[0]
    line.vendor.store["events"].change(row.id, {"attendees": guests})
    line.sync("events")
    (record,) = line.rows["events"].values()
    assert registry.maps("microsoft365")["events"].to_local(record.values)["participants"] == [{"email": "dana@people.example", "name": "Dana"}]
