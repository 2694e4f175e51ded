"""What Twilio is asked to do happens there; what it would not take is told before it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.catalog.twilio.operations import OPERATIONS
from tests.connectors.line import HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.twilio import ACCOUNT, AUTH_TOKEN
from tests.vendors.vendor import MockVendor


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("twilio"))

    yield on_line(vendor, "twilio", {"accountSid": ACCOUNT, "authToken": AUTH_TOKEN, "sender": "+442071838750"}, way="token")
    vendor.verify()


def test_a_message_goes_out_from_the_number_that_is_configured_and_tells_its_status(line: Line) -> None:
    given = {"to": "+442000000001", "body": "Your table is ready."}
    assert OPERATIONS["send"].problems(given) == []
    made = line.driver.ask(OPERATIONS["send"].run(line.connector, given, "op_1"))
    assert line.vendor.calls[-1].form == {"From": "+442071838750", "To": given["to"], "Body": given["body"], "StatusCallback": HOOK_URL}
    assert line.vendor.store["Messages"].rows[made["sid"]].values["status"] == "queued"


@pytest.mark.parametrize(("given", "field"), [({"body": "x"}, "to"), ({"to": "020 7183", "body": "x"}, "to"), ({"to": "+442000000001"}, "body")])
def test_what_it_would_not_take_is_told_before_it_is_asked(given: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in OPERATIONS["send"].problems(given)] == [field]
