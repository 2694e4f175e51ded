"""Xero: the suite, and what only Xero does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from connectors import registry
from connectors.catalog.xero.connector import standing
from connectors.sdk.errors import Later, NeedsUser
from connectors.sdk.request import Response
from connectors.sdk.values import Call, Change, Event, Option
from tests.connectors.conformance import Conformance
from tests.connectors.leading import led
from tests.connectors.line import HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.personalities.xero import TENANT
from tests.vendors.vendor import MockVendor

CONFIG = {"tenantId": TENANT}


class TestXero(Conformance, key="xero"):
    config = CONFIG
    reason_for_length = "an organisation has to be chosen, contacts are archived instead of deleted, and quotas and refusals have a form of their own"
    resources = {"contacts": "Contacts", "invoices": "Invoices"}  # noqa: RUF012 - values of a test
    changes = {"contacts": {"EmailAddress": "dana@people.example", "FirstName": "Dana", "LastName": "Davis"}}  # noqa: RUF012


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("xero"))
    yield on_line(vendor, "xero", CONFIG)
    vendor.verify()


def test_every_request_names_the_organisation(line: Line) -> None:
    row = line.vendor.seed("Contacts", 1)[0]
    line.sync("contacts")
    line.export("contacts", [Change("chg_1", "update", {"FirstName": "Bob"}, row.id)])
    line.driver.ask(line.connector.get_record("contacts", row.id))
    assert {call.headers.get("xero-tenant-id") for call in line.vendor.calls} == {TENANT}


def test_a_new_contact_is_named_after_the_person_or_their_address(line: Line) -> None:
    changes = [{"FirstName": "Dana", "LastName": "Davis"}, {"EmailAddress": "bob@people.example"}, {"Name": "Company 1"}]
    line.export("contacts", [Change(f"chg_{number}", "create", values) for number, values in enumerate(changes)])
    assert [row.values["Name"] for row in line.vendor.store["Contacts"].live()] == ["Dana Davis", "bob@people.example", "Company 1"]


def test_what_is_deleted_here_is_archived_there(line: Line) -> None:
    row = line.vendor.seed("Contacts", 1)[0]
    assert line.export("contacts", [Change("chg_1", "delete", {}, row.id)])[0].error is None
    assert line.vendor.personality.show("Contacts", row)["ContactStatus"] == "ARCHIVED"


def test_the_quota_of_the_day_is_told_from_that_of_the_minute(line: Line) -> None:
    codes = []
    for problem in ("day", "minute"):
        error = line.connector.explain(line.connector.probe, Response(429, {"retry-after": "7", "x-rate-limit-problem": problem}))
        assert isinstance(error, Later)
        codes.append((error.stable_code, error.after))
    assert codes == [("quota_exhausted", 7.0), ("try_later", 7.0)]


def test_what_xero_says_of_a_record_is_told(line: Line) -> None:
    outcome = line.export("contacts", [Change("chg_1", "create", {"Phones": []})])[0]
    assert outcome.error is not None
    assert "Xero answered: " in outcome.error.detail


def test_an_organisation_that_the_consent_does_not_cover_is_named_as_the_cause() -> None:
    line = on_line(MockVendor(kind("xero")), "xero", {"tenantId": "00000000-0000-0000-0000-000000000000"})
    with pytest.raises(NeedsUser) as raised:
        line.account()
    assert raised.value.stable_code == "scope_missing"


def test_the_only_organisation_of_a_consent_need_not_be_chosen() -> None:
    line = on_line(MockVendor(kind("xero")), "xero", {}, fields={"0.tenantId": TENANT})
    line.vendor.seed("Contacts", 2)
    assert line.account().name == "Example Ltd"
    line.sync("contacts")
    assert {call.headers.get("xero-tenant-id") for call in line.vendor.asked("GET", "/api.xro/2.0/Contacts")} == {TENANT}


def test_of_several_organisations_one_has_to_be_chosen() -> None:
    line = on_line(MockVendor(kind("xero")), "xero", {}, fields={"0.tenantId": TENANT})
    several = [{"tenantId": TENANT, "tenantName": "Example Ltd"}, {"tenantId": "other", "tenantName": "Sons Ltd"}]
    with pytest.raises(NeedsUser, match="Example Ltd, Sons Ltd") as raised:
        line.connector.account(Response(200, {}, json.dumps(several).encode()))
    assert raised.value.stable_code == "choice_needed"


@pytest.mark.parametrize(("status", "ours"), [("SUBMITTED", "draft"), ("AUTHORISED", "open"), ("PAID", "paid"), ("VOIDED", "void"), ("NEW", "open")])
def test_an_invoice_is_called_here_what_its_status_means(status: str, ours: str) -> None:
    row = standing({"InvoiceNumber": "INV-7", "Status": status, "Total": 12.5, "CurrencyCode": "EUR", "DateString": "2026-11-20T00:00:00"})
    made = registry.maps("xero")["invoices"].to_local(row)
    assert made == {"number": "INV-7", "status": ours, "total": {"amount": "12.5", "currency": "EUR"}, "issued_on": "2026-11-20"}


def test_organisations_are_offered(line: Line) -> None:
    assert list(line.driver.run(line.connector.options("tenantId"))) == [Option(TENANT, "Example Ltd")]


@pytest.mark.parametrize(("table", "resource"), [("Contacts", "contacts"), ("Invoices", "invoices"), ("Items", None)])
def test_a_thin_event_names_what_changed(line: Line, table: str, resource: str | None) -> None:
    row = line.vendor.seed(table, 1)[0]
    hook = line.vendor.hooks_to(HOOK_URL).about(table, row)
    events = line.connector.webhook(Call("POST", HOOK_URL, {}, (), hook.body, "xero"))
    assert isinstance(events, Sequence)
    told = [(event.resource, event.record_id, event.account) for event in events if isinstance(event, Event)]
    assert told == ([(resource, row.id, TENANT)] if resource else [])


def test_an_invoice_leads_to_its_contact(line: Line) -> None:
    contact = line.vendor.seed("Contacts", 2)[1]
    invoice = line.vendor.seed("Invoices", 1)[0]
    line.vendor.store["Invoices"].change(invoice.id, {"Contact": {"ContactID": contact.id, "Name": "Example Ltd"}})
    for resource in ("contacts", "invoices"):
        line.sync(resource)
    assert led(line, "invoices") == {invoice.id: {"contact_id": [contact.id]}}
