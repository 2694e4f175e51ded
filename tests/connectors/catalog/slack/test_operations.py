"""What Slack is asked to do happens there; what it would not take is told before it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connectors.catalog.slack.operations import OPERATIONS
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.slack import BOT_TOKEN
from tests.vendors.vendor import MockVendor


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("slack"))
    vendor.identity.accept(BOT_TOKEN)
    vendor.seed("channels", 2)
    yield on_line(vendor, "slack", {"botToken": BOT_TOKEN, "channelId": "C00000001"}, way="token")
    vendor.verify()


def do(line: Line, given: Mapping[str, Any]) -> Any:
    assert OPERATIONS["send"].problems(given) == []
    return line.driver.ask(OPERATIONS["send"].run(line.connector, given, "op_1"))


def test_a_message_goes_to_the_channel_that_is_configured_or_named(line: Line) -> None:
    first = do(line, {"text": "Hello"})
    do(line, {"text": "Hello there", "channel": "C00000002"})
    assert [(row.values["channel"], row.values["text"]) for row in line.vendor.store["messages"].live()] == [
        ("C00000001", "Hello"),
        ("C00000002", "Hello there"),
    ]
    assert first["ts"] == line.vendor.store["messages"].live()[0].id


@pytest.mark.parametrize(
    ("given", "field"), [({}, "text"), ({"text": "x", "channel": "#general"}, "channel"), ({"text": "x", "thread_ts": "1"}, "thread_ts")]
)
def test_what_it_would_not_take_is_told_before_it_is_asked(given: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in OPERATIONS["send"].problems(given)] == [field]
