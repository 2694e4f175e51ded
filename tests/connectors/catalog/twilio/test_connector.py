"""Twilio: the suite, and what only Twilio does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from connectors.sdk.values import Call, Change, Event
from tests.connectors.conformance import Conformance
from tests.connectors.line import HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.twilio import ACCOUNT, AUTH_TOKEN
from tests.vendors.vendor import MockVendor

CONFIG = {"accountSid": ACCOUNT, "authToken": AUTH_TOKEN, "sender": "+442071838750"}
MESSAGE = {"to": "+442000000001", "body": "Your table is ready."}
DAY_MS = 86_400_000


class TestTwilio(Conformance, key="twilio"):
    config = CONFIG
    way = "token"
    resources = {"messages": "Messages", "calls": "Calls", "numbers": "IncomingPhoneNumbers"}  # noqa: RUF012 - values of a test
    changes = {"messages": MESSAGE}  # noqa: RUF012


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("twilio"))
    yield on_line(vendor, "twilio", CONFIG, way="token")
    vendor.verify()


def test_a_message_goes_out_from_the_number_that_was_chosen_and_tells_its_status(line: Line) -> None:
    made = line.export("messages", [Change("chg_1", "create", MESSAGE)])[0]
    form = line.vendor.calls[-1].form
    assert form == {"To": MESSAGE["to"], "Body": MESSAGE["body"], "From": CONFIG["sender"], "StatusCallback": HOOK_URL}
    assert line.vendor.store["Messages"].rows[made.id].values["status"] == "queued"


def test_a_messaging_service_can_stand_for_the_number() -> None:
    service = "MG" + "0" * 32
    line = on_line(MockVendor(kind("twilio")), "twilio", {**CONFIG, "sender": service}, way="token")
    line.export("messages", [Change("chg_1", "create", MESSAGE)])
    assert line.vendor.calls[-1].form["MessagingServiceSid"] == service
    assert "From" not in line.vendor.calls[-1].form


def test_a_message_that_was_sent_only_loses_its_text(line: Line) -> None:
    made = line.export("messages", [Change("chg_1", "create", MESSAGE)])[0]
    line.export("messages", [Change("chg_2", "update", {"body": "Other words"}, made.id)])
    assert line.vendor.store["Messages"].rows[made.id].values["body"] == ""


def test_without_text_a_message_is_refused_and_the_next_one_goes_out(line: Line) -> None:
    outcomes = line.export("messages", [Change("chg_1", "create", {"to": "+441"}), Change("chg_2", "create", MESSAGE)])
    assert [outcome.error is None for outcome in outcomes] == [False, True]


def test_a_status_that_changes_a_day_later_is_read_and_older_messages_are_not(line: Line) -> None:
    old = line.vendor.seed("Messages", 1)[0]
    line.vendor.clock.advance(10 * DAY_MS)
    young = line.vendor.seed("Messages", 1, start=1)[0]
    line.sync("messages")
    line.vendor.clock.advance(DAY_MS // 2)
    line.vendor.store["Messages"].change(young.id, {"status": "undelivered"})
    line.pages.clear()
    line.sync("messages")
    assert [(record.id, record.values["status"]) for page in line.pages for record in page.rows] == [(young.id, "undelivered")]
    assert old.id in line.ids("messages")


@pytest.mark.parametrize(("direction", "told"), [("inbound", "received"), ("outbound-api", "delivered")])
def test_a_callback_names_the_message_and_what_became_of_it(line: Line, direction: str, told: str) -> None:
    row = line.vendor.seed("Messages", 1)[0]
    line.vendor.store["Messages"].change(row.id, {"direction": direction})
    hook = line.vendor.hooks_to(HOOK_URL).about("Messages", row)
    events = line.connector.webhook(Call("POST", HOOK_URL, {}, (), hook.body, "twilio"))
    assert isinstance(events, Sequence)
    assert [(event.type, event.resource, event.record_id) for event in events if isinstance(event, Event)] == [(told, "messages", row.id)]
