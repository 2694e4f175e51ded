"""An event of any name is sent once it is valid; what Google would drop in silence is refused with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connectors.catalog.google_analytics.operations import OPERATIONS
from connectors.sdk.errors import Refused
from tests.connectors.catalog.google_analytics.test_connector import CONFIG
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("google_analytics"))
    yield on_line(vendor, "google_analytics", CONFIG, way="secret")
    vendor.verify()


def do(line: Line, given: Mapping[str, Any]) -> Any:
    assert OPERATIONS["send_event"].problems(given) == []
    return line.driver.ask(OPERATIONS["send_event"].run(line.connector, given, "op_1"))


def test_an_event_of_any_name_is_sent_for_whoever_is_named(line: Line) -> None:
    assert do(line, {"name": "sign_up", "client_id": "555.777", "params": {"method": "mail"}}) == {"accepted": True, "client_id": "555.777"}
    (event,) = line.vendor.store["events"].live()
    assert (event.values["name"], event.values["params"], event.values["client_id"]) == ("sign_up", {"method": "mail"}, "555.777")


def test_an_event_that_google_would_drop_is_refused(line: Line) -> None:
    with pytest.raises(Refused):
        do(line, {"name": "session_start"})
    assert line.vendor.store["events"].live() == []
