"""What a mailbox is asked to do happens there, as Graph wants it said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.catalog.microsoft365.operations import OPERATIONS
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor

GIVEN = {"to": "dana@people.example", "subject": "Grüße", "text": "Hello"}


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("microsoft365"))
    yield on_line(vendor, "microsoft365", {})
    vendor.verify()


def test_a_message_is_sent_and_kept_among_those_that_were_sent(line: Line) -> None:
    send = OPERATIONS["send"]
    assert send.problems(GIVEN) == []
    assert line.driver.ask(send.run(line.connector, GIVEN, "op_1")) == {"accepted": True}
    (sent,) = line.vendor.store["messages"].live()
    assert (sent.values["subject"], sent.values["parentFolderId"]) == ("Grüße", "sentitems")
    assert sent.values["toRecipients"][0]["emailAddress"]["address"] == GIVEN["to"]


@pytest.mark.parametrize("field", ["to", "subject", "text"])
def test_a_message_lacks_nothing(field: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != field}
    assert [problem.field for problem in OPERATIONS["send"].problems(given)] == [field]
