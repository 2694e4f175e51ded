"""Slack: the suite, and what only Slack does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from connectors.sdk.errors import CursorExpired, Later, Missing, NeedsUser, Refused
from connectors.sdk.request import Response
from connectors.sdk.values import Call, Change, Event, Option
from tests.connectors.conformance import Conformance
from tests.connectors.line import HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.slack import BOT_TOKEN
from tests.vendors.store import Row
from tests.vendors.vendor import MockVendor

CONFIG = {"botToken": BOT_TOKEN, "channelId": "C00000001"}


class TestSlack(Conformance, key="slack"):
    token = BOT_TOKEN
    way = "token"
    config = CONFIG
    reason_for_length = "Slack says no inside a 200, and each kind of event names its row in a way of its own"
    resources = {"users": "users", "channels": "channels"}  # noqa: RUF012 - values of a test


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("slack"))
    vendor.seed("channels", 2)
    yield on_line(vendor, "slack", CONFIG, way="token")
    vendor.verify()


def told(line: Line, resource: str, row: Row, verb: str) -> list[tuple[str, str, str]]:
    """Return what the connector makes of what Slack says about a row."""
    hook = line.vendor.hooks_to(HOOK_URL).about(resource, row, verb)
    events = line.connector.webhook(Call("POST", HOOK_URL, {}, (), hook.body, "slack"))
    assert isinstance(events, Sequence)
    return [(event.resource, event.record_id, event.action) for event in events if isinstance(event, Event)]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("invalid_auth", NeedsUser),
        ("missing_scope", NeedsUser),
        ("ratelimited", Later),
        ("invalid_cursor", CursorExpired),
        ("channel_not_found", Missing),
        ("not_in_channel", NeedsUser),
        ("msg_too_long", Refused),
    ],
)
def test_an_error_inside_a_success_is_an_error(line: Line, code: str, error: type[Exception]) -> None:
    answer = Response(200, {"retry-after": "30"}, f'{{"ok": false, "error": "{code}"}}'.encode())
    found = line.connector.explain(line.connector.probe, answer)
    assert isinstance(found, error)
    assert found.after == (30.0 if error is Later else None)


def test_messages_of_the_channel_are_read_on_and_another_channels_are_not(line: Line) -> None:
    line.vendor.seed("messages", 5)
    line.vendor.store["messages"].create({"channel": "C00000002", "text": "elsewhere", "user": "U1"})
    line.vendor.clock.advance(3_600_000)
    line.sync("messages")
    assert len(line.ids("messages")) == 5
    line.vendor.clock.advance(3_600_000)
    fresh = line.vendor.seed("messages", 1)[0]
    line.pages.clear()
    line.sync("messages")
    assert [record.id for page in line.pages for record in page.rows] == [fresh.id]


def test_a_message_that_went_unnoticed_is_found_missing_a_day_later(line: Line) -> None:
    rows = line.vendor.seed("messages", 5)
    line.sync("messages")
    line.vendor.store["messages"].delete(rows[1].id)
    line.vendor.clock.advance(25 * 3_600_000)
    line.sync("messages")
    assert rows[1].id not in line.ids("messages")


def test_a_message_is_sent_changed_and_taken_back(line: Line) -> None:
    made = line.export("messages", [Change("chg_1", "create", {"text": "Hello"})])[0]
    assert [(row.id, row.values["text"]) for row in line.vendor.store["messages"].live()] == [(made.id, "Hello")]
    line.export("messages", [Change("chg_2", "update", {"text": "Hello again"}, made.id)])
    assert line.vendor.store["messages"].rows[made.id].values["text"] == "Hello again"
    for _ in range(2):
        assert line.export("messages", [Change("chg_3", "delete", {}, made.id)])[0].error is None
    assert line.vendor.store["messages"].live() == []


def test_a_message_whose_answer_was_lost_is_found_by_its_text(line: Line) -> None:
    change = Change("chg_1", "create", {"text": "Only once"})
    assert line.find("messages", change) is None
    made = line.export("messages", [change])[0]
    found = line.find("messages", change)
    assert found is not None
    assert found.id == made.id


def test_events_tell_who_came_what_changed_and_what_is_gone(line: Line) -> None:
    user, channel, message = line.vendor.seed("users", 1)[0], line.vendor.store["channels"].live()[0], line.vendor.seed("messages", 1)[0]
    assert told(line, "users", user, "created") == [("users", user.id, "changed")]
    assert told(line, "channels", channel, "updated") == [("channels", channel.id, "changed")]
    assert told(line, "channels", channel, "deleted") == [("channels", channel.id, "deleted")]
    assert [told(line, "messages", message, verb) for verb in ("created", "updated", "deleted")] == [
        [("messages", message.id, "changed")],
        [("messages", message.id, "changed")],
        [("messages", message.id, "deleted")],
    ]
    line.vendor.store["users"].delete(user.id)
    assert told(line, "users", user, "deleted") == [("users", user.id, "deleted")]
    elsewhere = line.vendor.store["messages"].create({"channel": "C00000002", "text": "elsewhere", "user": "U1"})
    assert told(line, "messages", elsewhere, "created") == []


def test_channels_are_offered_by_their_names(line: Line) -> None:
    assert list(line.driver.run(line.connector.options("channelId"))) == [Option("C00000001", "#channel-0"), Option("C00000002", "#channel-1")]
