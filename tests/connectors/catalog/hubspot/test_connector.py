"""HubSpot: the suite, and what only HubSpot does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from connectors.sdk.errors import Missing, Refused
from connectors.sdk.request import Response
from connectors.sdk.values import Call, Change, Field
from tests.connectors.conformance import Conformance
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor


class TestHubSpot(Conformance, key="hubspot"):
    token = "pat-eu1-00000000-0000-4000-8000-000000000000"
    config = {"accessToken": token}  # noqa: RUF012 - values of a test
    way = "token"
    reason_for_length = "its search has a cap, so the window is walked by id; writes, answers and deletes each have a form of their own"
    resources = {"contacts": "contacts", "companies": "companies", "deals": "deals"}  # noqa: RUF012
    changes = {  # noqa: RUF012
        "contacts": {"properties": {"email": "dana@people.example"}},
        "companies": {"properties": {"name": "Dana and Sons", "domain": "dana.example"}},
        "deals": {"properties": {"dealname": "Roof of Dana"}},
    }


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("hubspot"))
    vendor.identity.accept(TestHubSpot.token)
    yield on_line(vendor, "hubspot", TestHubSpot.config, way="token")
    vendor.verify()


@pytest.mark.criterion("connectors-13")
@pytest.mark.parametrize("again", [False, True])
def test_25_000_rows_of_one_timestamp_are_all_read_with_few_calls(line: Line, figure: Callable[[str], None], again: bool) -> None:
    if again:
        line.sync("contacts")
        line.vendor.clock.advance(60_000)
    line.vendor.seed("contacts", 25_000)
    calls = len(line.vendor.asked("POST"))
    line.vendor.clock.advance(1_000)
    line.sync("contacts")
    assert len(line.ids("contacts")) == 25_000
    assert len(line.vendor.asked("POST")) - calls <= 130
    figure(f"{len(line.vendor.asked('POST')) - calls} calls for 25,000 rows of one timestamp, {'incremental' if again else 'full'}")


@pytest.mark.parametrize("skew", [-600_000, 600_000])
def test_an_edit_during_the_run_is_in_the_next_however_wrong_our_clock_is(line: Line, skew: int) -> None:
    line.vendor.seed("contacts", 450)
    now = line.vendor.clock.now()
    line.connector.bind(replace(line.context, now_ms=now + skew))
    pages = line.driver.run(line.connector.import_data("contacts"))
    line.keep("contacts", next(pages))
    line.vendor.clock.advance(5_000)
    line.vendor.store["contacts"].change("3", {"firstname": "Edited"})
    line.take("contacts", pages)
    line.vendor.clock.advance(900_000)
    line.sync("contacts")
    line.sync("contacts")
    assert line.rows["contacts"]["3"].values["properties"]["firstname"] == "Edited"


def test_only_mapped_properties_are_asked_for(line: Line) -> None:
    line.vendor.seed("contacts", 1)
    line.sync("contacts")
    asked = json.loads(line.vendor.asked("POST")[0].body)
    assert {"email", "firstname", "zip"} <= set(asked["properties"])


def test_a_hook_tells_what_changed_and_what_is_gone(line: Line) -> None:
    told = [
        {"eventId": 1, "subscriptionId": 2, "portalId": 3, "occurredAt": 4, "subscriptionType": "contact.propertyChange", "objectId": 7},
        {"eventId": 2, "subscriptionId": 2, "portalId": 3, "occurredAt": 4, "subscriptionType": "deal.deletion", "objectId": 8},
        {"eventId": 3, "subscriptionId": 2, "portalId": 3, "occurredAt": 4, "subscriptionType": "conversation.creation", "objectId": 9},
    ]
    events = line.connector.webhook(Call("POST", "https://junction.example/hooks/x", {}, (), json.dumps(told).encode(), "hubspot"))
    assert isinstance(events, Sequence)
    assert [(event.resource, event.record_id, event.action) for event in events] == [
        ("contacts", "7", "changed"),
        ("deals", "8", "deleted"),
        ("", "9", "other"),
    ]
    assert [event.id for event in events] == ["1:2:3:4", "2:2:3:4", "3:2:3:4"]
    assert {event.account for event in events} == {"3"}


def test_a_token_of_the_wrong_form_is_a_wrong_credential(line: Line) -> None:
    error = line.connector.explain(line.connector.probe, Response(530))
    assert error is not None
    assert error.stable_code == "invalid_credential"


def test_what_a_batch_refuses_is_refused(line: Line) -> None:
    body = {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [{"message": "Property values were not valid"}]}
    error = line.connector.explain(line.connector.probe, Response(207, {}, json.dumps(body).encode()))
    assert isinstance(error, Refused)
    assert "not valid" in error.detail


def test_the_properties_of_an_object_are_offered_to_the_editor_of_maps(line: Line) -> None:
    fields = list(line.driver.run(line.connector.fields("contacts")))
    assert Field("properties.email", "Email", "string") in fields


def test_the_same_address_is_one_contact_even_when_it_is_created_twice(line: Line) -> None:
    change = Change("chg_1", "create", {"properties": {"email": "dana@people.example"}})
    assert len({line.export("contacts", [change])[0].id for _ in range(2)}) == 1


def test_a_contact_without_an_address_is_created_and_a_twin_is_refused(line: Line) -> None:
    made = line.export("contacts", [Change("chg_1", "create", {"properties": {"firstname": "Dana"}})])[0]
    assert made.id in {row.id for row in line.vendor.store["contacts"].live()}
    missing = line.export("contacts", [Change("chg_2", "update", {"properties": {"firstname": "Dana"}}, "999")])[0]
    assert isinstance(missing.error, Missing)
