"""Whom HubSpot's rows lead to is read with few questions, and written as associations of the kind that counts most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connectors.catalog.hubspot.associations import in_order
from connectors.sdk.errors import Refused
from connectors.sdk.values import Change
from tests.connectors.catalog.hubspot.test_connector import TestHubSpot
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.hubspot import HubSpot
from tests.vendors.vendor import MockVendor


@pytest.fixture
def line() -> Iterator[Line]:
    """Yield the connector on a line with a vendor of two companies, two contacts and two deals."""
    vendor = MockVendor(kind("hubspot"))
    vendor.identity.accept(TestHubSpot.token)
    for name in ("companies", "contacts", "deals"):
        vendor.seed(name, 2)
    yield on_line(vendor, "hubspot", TestHubSpot.config, way="token")
    vendor.verify()


def vendor_of(line: Line) -> HubSpot:
    assert isinstance(line.vendor.personality, HubSpot)
    return line.vendor.personality


def change(action: Any, identity: str = "", before: Mapping[str, str] | None = None, **values: Any) -> Change:
    return Change("chg_1", action, values, identity, before=before or {})


def test_the_primary_one_comes_first_and_the_others_in_the_order_of_their_ids() -> None:
    def other(identity: int, *kinds: int) -> dict[str, Any]:
        return {"toObjectId": identity, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": kind} for kind in kinds]}

    assert in_order([other(9, 341), other(7, 341), other(8, 341, 5)], 5) == ["8", "7", "9"]


def test_a_page_of_deals_is_completed_by_one_question_for_each_noun_and_a_single_deal_as_well(line: Line) -> None:
    vendor_of(line).bind("deals", "1", "contacts", "2", set())
    line.vendor.clock.advance(60_000)
    line.sync("deals")
    assert len(line.vendor.asked("POST", "/crm/v4/associations/")) == 2
    assert line.rows["deals"]["1"].values["associations"] == {"companies": [], "contacts": ["2"]}
    assert line.rows["deals"]["2"].values["associations"] == {"companies": [], "contacts": []}
    found = line.driver.ask(line.connector.get_record("deals", "1"))
    assert found.values["associations"]["contacts"] == ["2"]


def test_amounts_of_an_account_with_one_currency_are_in_that(line: Line) -> None:
    line.vendor.store["deals"].change("2", {"deal_currency_code": "USD"})
    line.vendor.clock.advance(60_000)
    line.sync("deals")
    assert [line.rows["deals"][one].values["properties"]["deal_currency_code"] for one in ("1", "2")] == ["EUR", "USD"]
    assert len(line.vendor.asked("GET", "/account-info")) == 1


def test_a_contact_moves_to_another_company_and_leaves_the_first(line: Line) -> None:
    for target, before, there in (("1", {}, ["1"]), ("2", {"properties.associatedcompanyid": "1"}, ["2"])):
        made = line.export("contacts", [change("update", "1", before, properties={"associatedcompanyid": target})])[0]
        assert (made.error, vendor_of(line).leading("contacts", "1", "companies")) == (None, there)
    line.export("contacts", [change("update", "1", {"properties.associatedcompanyid": "2"}, properties={"associatedcompanyid": None})])
    assert vendor_of(line).leading("contacts", "1", "companies") == []
    assert line.vendor.asked("PATCH") == []


def test_a_new_deal_is_made_with_its_associations_in_one_request(line: Line) -> None:
    made = line.export("deals", [change("create", properties={"dealname": "Loom"}, associations={"companies": "2", "contacts": None})])[0]
    assert vendor_of(line).leading("deals", made.id, "companies") == ["2"]
    assert [call.path for call in line.vendor.calls if call.method != "GET"] == ["/crm/v3/objects/deals"]


def test_a_contact_that_is_known_by_its_address_is_led_to_its_company_and_found_again_only_with_that(line: Line) -> None:
    wanted = change("create", properties={"email": "dana@people.example", "associatedcompanyid": "1"})
    made = line.export("contacts", [wanted])[0]
    assert vendor_of(line).leading("contacts", made.id, "companies") == ["1"]
    line.vendor.clock.advance(60_000)
    found = line.find("contacts", wanted)
    assert found is not None
    assert found.id == made.id
    vendor_of(line).part("contacts", made.id, "companies", "1")
    assert line.find("contacts", wanted) is None


def test_a_company_that_is_gone_refuses_the_link_and_not_the_contact(line: Line) -> None:
    made = line.export("contacts", [change("update", "1", properties={"firstname": "Dana", "associatedcompanyid": "99"})])[0]
    assert isinstance(made.error, Refused)
    assert "companies 99" in made.error.detail
    assert line.vendor.store["contacts"].rows["1"].values["firstname"] == "Dana"
