"""Gmail: the suite, and what only Gmail does."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from connectors.sdk.values import Call
from tests.connectors.conformance import Conformance
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor

CONFIG = {"topicName": "projects/junction-test/topics/mailboxes"}
HALF_WEEK_MS = 84 * 3_600_000


class TestGmail(Conformance, key="gmail"):
    config = CONFIG
    resources = {"messages": "messages"}  # noqa: RUF012 - values of a test
    reason_for_length = "lists give ids only, and the history is another listing with an end of its own"


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("gmail"))
    yield on_line(vendor, "gmail", CONFIG)
    vendor.verify()


def test_the_history_tells_what_came_and_what_is_gone_without_a_listing(line: Line) -> None:
    rows = line.vendor.seed("messages", 5)
    line.sync("messages")
    line.vendor.store["messages"].delete(rows[1].id)
    (fresh,) = line.vendor.seed("messages", 1, start=9)
    calls = len(line.vendor.calls)
    line.sync("messages")
    assert [call.path.rpartition("/")[2] for call in line.vendor.calls[calls:]] == ["history", fresh.id]
    assert line.ids("messages") == {fresh.id, *(row.id for row in rows if row is not rows[1])}


def test_a_message_is_sent_with_a_name_that_its_key_makes(line: Line) -> None:
    operation = line.connector.operations["send"]
    given = {"to": "dana@people.example", "subject": "Grüße", "text": "Hello"}
    assert operation.problems(given) == []
    line.driver.ask(operation.run(line.connector, given, "op_1"))
    raw = json.loads(line.vendor.asked("POST")[0].body)["raw"]
    assert b"<op_1@junction.invalid>" in base64.urlsafe_b64decode(raw + "==")
    (sent,) = line.vendor.store["messages"].live()
    assert sent.values["labels"] == ["SENT"]


@pytest.mark.criterion("connectors-11")
def test_a_watch_is_renewed_at_half_of_its_week_and_not_before(line: Line) -> None:
    (first,) = line.driver.run(line.connector.initialize(line.context))
    assert first.expires_ms == line.vendor.clock.now() + 2 * HALF_WEEK_MS
    line.context = replace(line.context, subscriptions=(first,))
    line.vendor.clock.advance(HALF_WEEK_MS - 1000)
    line.bind()
    assert list(line.driver.run(line.connector.subscribe())) == [first]
    line.vendor.clock.advance(2000)
    line.bind()
    (again,) = line.driver.run(line.connector.subscribe())
    assert again.expires_ms == line.vendor.clock.now() + 2 * HALF_WEEK_MS
    assert [one.values for one in line.vendor.store["watches"].live()] == [CONFIG] * 2


def test_without_a_topic_nothing_is_watched() -> None:
    line = on_line(MockVendor(kind("gmail")), "gmail", {})
    assert list(line.driver.run(line.connector.initialize(line.context))) == []


def test_a_message_that_goes_while_it_is_asked_for_is_gone(line: Line) -> None:
    rows = line.vendor.seed("messages", 3)
    line.vendor.faults.before_call(lambda: line.vendor.store["messages"].purge(rows[1].id), on=f"GET */messages/{rows[1].id}")
    line.sync("messages")
    assert line.ids("messages") == {rows[0].id, rows[2].id}


def test_a_push_names_the_mailbox(line: Line) -> None:
    notice = base64.b64encode(json.dumps({"emailAddress": "owner@example.com", "historyId": 7}).encode()).decode()
    body = json.dumps({"message": {"data": notice, "messageId": "push-7"}}).encode()
    events = line.connector.webhook(Call("POST", "https://junction.example/hooks/x", {}, (), body, "gmail"))
    assert isinstance(events, Sequence)
    assert [(event.id, event.resource) for event in events] == [("push-7", "messages")]
