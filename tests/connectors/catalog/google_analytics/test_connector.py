"""Google Analytics 4: the suite, and what only it does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from connectors import registry
from connectors.sdk.errors import NeedsUser, Refused
from connectors.sdk.request import Response
from connectors.sdk.values import Change
from tests.connectors.conformance import Conformance
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.google_analytics import API_SECRET, MEASUREMENT_ID
from tests.vendors.vendor import MockVendor

CONFIG = {"measurementId": MEASUREMENT_ID, "apiSecret": API_SECRET, "propertyId": "1"}


class TestGoogleAnalytics(Conformance, key="google_analytics"):
    config = CONFIG
    way = "google"
    resources = {"key_events": "keyEvents"}  # noqa: RUF012 - values of a test
    changes = {"key_events": {"eventName": "signed_up", "countingMethod": "ONCE_PER_EVENT"}}  # noqa: RUF012


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("google_analytics"))
    yield on_line(vendor, "google_analytics", CONFIG, way="secret")
    vendor.verify()


def order(number: str = "A-1", **rest: object) -> Change:
    ours = {"number": number, "total": {"amount": "12.50", "currency": "EUR"}, **rest}
    return Change("chg_1", "create", registry.maps("google_analytics")["purchases"].to_remote(ours))


def test_an_order_is_a_purchase_with_its_number_so_that_google_counts_it_once(line: Line) -> None:
    (made,) = line.export("purchases", [order(custom={"ga_client_id": "555.777"})])
    assert made.error is None
    (event,) = line.vendor.store["events"].live()
    assert event.values["name"] == "purchase"
    assert event.values["client_id"] == "555.777"
    assert event.values["params"] == {"transaction_id": "A-1", "value": 12.5, "currency": "EUR"}


def test_a_lead_names_nobody(line: Line) -> None:
    contact = {"email": "dana@people.example", "first_name": "Dana", "source": "fair"}
    line.export("leads", [Change("chg_2", "create", registry.maps("google_analytics")["leads"].to_remote(contact))])
    (event,) = line.vendor.store["events"].live()
    assert (event.values["name"], event.values["params"]) == ("generate_lead", {"lead_source": "fair"})
    assert "dana" not in str(line.vendor.calls).lower()


def test_an_event_that_google_would_drop_is_refused_with_its_reason(line: Line) -> None:
    change = Change("chg_3", "create", {"params": {f"p{number}": number for number in range(26)}})
    (made,) = line.export("leads", [change])
    assert isinstance(made.error, Refused)
    assert made.error.stable_code == "exceeded_max_entities"
    assert line.vendor.store["events"].live() == []


def test_validation_can_be_switched_off(line: Line) -> None:
    quick = on_line(line.vendor, "google_analytics", {**CONFIG, "validate": False}, way="secret")
    quick.export("purchases", [order()])
    assert [call.path for call in line.vendor.calls] == ["/mp/collect"]


def test_what_the_validation_says_of_the_stream_is_what_a_person_has_to_mend(line: Line) -> None:
    said = {"validationMessages": [{"description": "Measurement requires a valid measurement_id.", "validationCode": "VALUE_INVALID"}]}
    with pytest.raises(NeedsUser, match="valid measurement_id") as raised:
        line.connector.account(Response(200, {}, json.dumps(said).encode()))
    assert "measurement ID" in raised.value.remedy


def test_the_secret_is_nowhere_but_in_the_query_that_wants_it(line: Line) -> None:
    line.export("purchases", [order()])
    assert all(API_SECRET not in str(call.headers) + call.body.decode() for call in line.vendor.calls)


def test_an_event_cannot_be_changed_or_taken_away(line: Line) -> None:
    for action in ("update", "delete"):
        (made,) = line.export("leads", [Change("chg_4", action, {}, "event-chg_2")])
        assert isinstance(made.error, Refused)
