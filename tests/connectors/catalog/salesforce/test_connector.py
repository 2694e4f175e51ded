"""Salesforce: the suite, and what only Salesforce does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors import registry
from connectors.catalog.salesforce import bulk, connector
from connectors.sdk.errors import CursorExpired, Later, Refused, VendorBug
from connectors.sdk.request import Response
from connectors.sdk.values import Change, Mode
from server.outbound.vendors.driving import Paused
from server.outbound.vendors.limits import budgets
from tests.connectors.conformance import Conformance, alive
from tests.connectors.leading import led
from tests.connectors.line import Line, on_line
from tests.vendors import soql
from tests.vendors.catalog import kind
from tests.vendors.personalities.salesforce import Job, Salesforce
from tests.vendors.vendor import MockVendor

FIELDS = {"instance_url": "https://example.my.salesforce.com"}
DAY_MS = 86_400_000
QUERY = soql.read("SELECT Id, SystemModstamp, Email FROM Contact")


class TestSalesforce(Conformance, key="salesforce"):
    fields = FIELDS
    resources = {  # noqa: RUF012 - values of a test
        "contacts": "Contact",
        "leads": "Lead",
        "accounts": "Account",
        "opportunities": "Opportunity",
    }
    changes = {  # noqa: RUF012
        "contacts": {"Email": "dana@people.example", "LastName": "O'Neill"},
        "leads": {"Email": "dana@people.example", "LastName": "Davis", "Company": "Davis Ltd"},
        "accounts": {"Name": "Company 1"},
        "opportunities": {"Name": "Roof of Dana", "StageName": "Prospecting", "CloseDate": "2026-12-01"},
    }

    reason_for_length = "a listing of many rows is made as a job, and read like the others where that fails"

    @pytest.mark.criterion("connectors-15")
    def test_a_listing_that_breaks_off_deletes_nothing(self, short: Line) -> None:
        """Two thousand rows come at a time, so there have to be more of them than the suite has."""
        short.vendor.seed("Contact", 4100)
        short.sync("contacts")
        short.vendor.faults.play("error_500", first=2, times=20)
        with pytest.raises(Paused):
            short.take("contacts", short.driver.run(short.connector.import_data("contacts")))
        assert short.ids("contacts") == self.alive(short, "Contact")


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("salesforce"))
    yield on_line(vendor, "salesforce", {}, fields=FIELDS)
    vendor.verify()


def organisation(line: Line) -> Salesforce:
    """Return what the mock vendor is like."""
    assert isinstance(line.vendor.personality, Salesforce)
    return line.vendor.personality


def test_the_address_is_the_organisations_own(line: Line) -> None:
    assert line.connector.address == "https://example.my.salesforce.com/services/data/v60.0"
    assert line.account().id == "00D000000000001"


def test_a_query_asks_for_what_is_mapped_and_reads_on_by_time(line: Line) -> None:
    line.vendor.seed("Contact", 3)
    line.vendor.clock.advance(DAY_MS)
    line.sync("contacts")
    line.sync("contacts")
    first, second = (call.arguments["q"] for call in line.vendor.asked("GET", "/services/data/v60.0/query"))
    assert first == "SELECT Id, SystemModstamp, AccountId, Email, FirstName, LastName, Phone, Title FROM Contact ORDER BY SystemModstamp, Id"
    assert " FROM Contact WHERE SystemModstamp >= 2026-11-21T11:59:00.000Z ORDER BY " in second


def test_an_amount_has_the_currency_of_its_row_or_of_the_organisation(line: Line) -> None:
    line.vendor.seed("Opportunity", 2)
    line.vendor.store["Opportunity"].change(line.vendor.store["Opportunity"].live()[1].id, {"CurrencyIsoCode": "GBP"})
    line.context = replace(line.context, config={"currency": "EUR"}, wanted={"opportunities": ["Amount", "CurrencyIsoCode", "attributes.currency"]})
    line.sync("opportunities")
    assert [record.values["attributes"]["currency"] for record in line.rows["opportunities"].values()] == ["EUR", "GBP"]
    assert "attributes" not in line.vendor.asked("GET", "/services/data/v60.0/query")[0].arguments["q"]


def test_rows_that_go_while_batches_are_read_hide_no_others(line: Line) -> None:
    rows = line.vendor.seed("Contact", 4100)
    line.vendor.faults.before_call(lambda: line.vendor.store["Contact"].delete(rows[0].id), on="GET */query/*")
    line.sync("contacts")
    assert line.ids("contacts") == {row.id for row in rows[1:]}


@pytest.mark.criterion("connectors-15")
@pytest.mark.parametrize(("pause", "purged"), [(20, 0), (5, 4)])
def test_deletes_that_are_no_longer_told_are_found_by_listing_everything(line: Line, pause: int, purged: int) -> None:
    """After a pause of weeks, or where an organisation had so many deletes that their log was cut within days."""
    rows = line.vendor.seed("Contact", 3)
    line.sync("contacts")
    line.vendor.store["Contact"].delete(rows[1].id)
    line.vendor.clock.advance(pause * DAY_MS)
    organisation(line).purged_until = line.vendor.clock.now() - DAY_MS if purged else 0
    line.pages.clear()
    line.sync("contacts")
    assert line.ids("contacts") == {rows[0].id, rows[2].id}
    assert [page.restart for page in line.pages if page.begins] == ["deletes_unknown"]


def test_a_delete_is_told_in_whatever_second_of_a_minute(line: Line) -> None:
    rows = line.vendor.seed("Contact", 3)
    for gone in (0, 1):
        line.sync("contacts")
        line.vendor.clock.advance(90_000)
        line.vendor.store["Contact"].delete(rows[gone].id)
        line.vendor.clock.advance(1_000)
    for _ in range(2):
        line.sync("contacts")
        line.vendor.clock.advance(60_000)
    assert line.ids("contacts") == {rows[2].id}
    assert not [call for call in line.vendor.calls if call.path.endswith("/deleted/") and call.arguments["start"] >= call.arguments["end"]]


def waited(line: Line, resource: str) -> None:
    """Sync as a worker does: what has to wait is given back, and gone on with from its cursor."""
    with pytest.raises(Paused) as paused:
        line.sync(resource)
    assert (paused.value.error.stable_code, paused.value.after) == ("not_ready", 10)
    line.vendor.clock.advance(20_000)
    line.sync(resource)


@pytest.fixture
def large(line: Line, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Return a line whose large listings begin at a hundred rows, and whose parts have thirty."""
    monkeypatch.setattr(connector, "LARGE", 100)
    monkeypatch.setattr(bulk, "PART", 30)
    return line


def test_many_rows_are_listed_by_one_job_that_is_gone_on_with_where_it_was(large: Line) -> None:
    large.vendor.seed("Opportunity", 100)
    large.vendor.store["Opportunity"].change(large.vendor.store["Opportunity"].live()[0].id, {"Amount": None, "Name": 'Roof, "red"\nand wide'})
    large.vendor.clock.advance(DAY_MS)
    waited(large, "opportunities")
    assert large.ids("opportunities") == alive(large.vendor, "Opportunity")
    found = large.rows["opportunities"].values()
    assert {(one.values["Name"], one.values["Amount"]) for one in found} >= {('Roof, "red"\nand wide', None), ("Deal 7", 107.0)}
    asked = [(call.method, call.arguments.get("locator")) for call in large.vendor.calls if "/jobs/" in call.path]
    assert asked == [("POST", None), ("GET", None), ("GET", None), ("GET", None), ("GET", "30"), ("GET", "60"), ("GET", "90"), ("DELETE", None)]
    large.vendor.clock.advance(DAY_MS)
    changed = large.vendor.seed("Opportunity", 1, start=100)[0]
    large.sync("opportunities")
    assert [one.id for one in large.pages[-2].rows] == [changed.id]


@pytest.mark.criterion("connectors-12")
def test_a_listing_that_is_dropped_at_any_part_goes_on_from_its_locator(large: Line) -> None:
    large.vendor.seed("Contact", 100)
    waited(large, "contacts")
    whole = [page for page in large.pages if page.rows or page.begins]
    for dropped in range(1, len(whole)):
        cursor, before = whole[dropped - 1].cursor or {}, len(large.vendor.calls)
        organisation(large).jobs = {}
        organisation(large).jobs[cursor["bulk"]["id"]] = Job(cursor["bulk"]["id"], QUERY, large.vendor.store["Contact"].live(), 0)
        rest = list(large.driver.run(large.connector.import_data("contacts", cursor)))
        assert [len(page.rows) for page in rest] == [len(page.rows) for page in whole[dropped:]]
        assert not [call for call in large.vendor.calls[before:] if call.method == "POST"]


@pytest.mark.parametrize("state", ["Failed", "Aborted", "gone"])
def test_a_listing_that_salesforce_cannot_make_is_read_like_the_others(large: Line, state: str) -> None:
    large.vendor.seed("Contact", 120)
    with pytest.raises(Paused):
        large.sync("contacts")
    for job in list(organisation(large).jobs.values()):
        job.state = state
        if state == "gone":
            del organisation(large).jobs[job.id]
    large.sync("contacts")
    assert large.ids("contacts") == alive(large.vendor, "Contact")
    assert "since" in (large.cursors["contacts"] or {})


def test_a_part_that_lacks_rows_deletes_nothing(large: Line) -> None:
    large.vendor.seed("Contact", 100)
    waited(large, "contacts")
    with pytest.raises(Paused):
        large.sync("contacts", Mode.FULL)
    large.vendor.clock.advance(20_000)
    large.vendor.faults.play("html_success", on="GET */results", times=5)
    with pytest.raises(VendorBug):
        large.sync("contacts")
    assert large.ids("contacts") == alive(large.vendor, "Contact")


def test_a_day_s_calls_are_not_used_up_to_the_last() -> None:
    limits = registry.manifests()["salesforce"].limits
    ((_, budget),) = budgets(limits, {"connection": "i", "account": "a", "app": "p"})
    assert budget.spent({"sforce-limit-info": "api-usage=94999/100000"}) == ""
    assert budget.spent({"sforce-limit-info": "api-usage=14250/15000; per-app-api-usage=17/250(appName=sample)"}).startswith("14,250 of the 15,000")
    assert budget.spent({}) == ""
    assert budget.pause == 900


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(403, "REQUEST_LIMIT_EXCEEDED", Later), (400, "INVALID_QUERY_LOCATOR", CursorExpired), (400, "INVALID_REPLICATION_DATE", CursorExpired)],
)
def test_codes_of_salesforce_are_understood(line: Line, status: int, code: str, error: type[Exception]) -> None:
    answer = Response(status, {}, f'[{{"errorCode": "{code}", "message": "m"}}]'.encode())
    assert isinstance(line.connector.explain(line.connector.probe, answer), error)


def test_a_record_without_what_is_required_is_refused_with_salesforces_words(line: Line) -> None:
    outcomes = line.export("leads", [Change("chg_1", "create", {"Email": "a@people.example"}), Change("chg_2", "create", {"LastName": "Adams"})])
    assert isinstance(outcomes[0].error, Refused)
    assert "REQUIRED_FIELD_MISSING" in outcomes[0].error.detail
    assert outcomes[1].error is None


def test_a_created_row_is_found_by_its_name_whatever_signs_that_holds(line: Line) -> None:
    change = Change("chg_1", "create", {"LastName": "O'Neill \\ Sons", "Email": "dana@people.example"})
    assert line.find("contacts", change) is None
    made = line.export("contacts", [change])[0]
    found = line.find("contacts", change)
    assert found is not None
    assert found.id == made.id


def test_the_fields_of_an_object_are_told(line: Line) -> None:
    assert {"Email", "External_Id__c"} <= {field.name for field in line.driver.run(line.connector.fields("contacts"))}


def test_a_contact_of_ours_is_a_lead_or_a_contact_there_and_never_both() -> None:
    maps = registry.maps("salesforce")
    offered = {stage: [name for name in ("contacts", "leads") if maps[name].offers({"lifecycle": stage})] for stage in ("lead", "customer", None)}
    assert offered == {"lead": ["leads"], "customer": ["contacts"], None: ["contacts"]}


def test_a_new_lead_has_the_company_that_salesforce_demands(line: Line) -> None:
    first, second = ({"LastName": "Dane", **more} for more in ({}, {"Company": "Example Ltd"}))
    line.export("leads", [Change("chg_1", "create", first), Change("chg_2", "create", second)])
    assert [row.values["Company"] for row in line.vendor.store["Lead"].live()] == ["[not provided]", "Example Ltd"]


def test_contacts_and_opportunities_lead_to_accounts_and_are_led_there(line: Line) -> None:
    account = line.vendor.seed("Account", 2)[1]
    contact, opportunity = line.vendor.seed("Contact", 1)[0], line.vendor.seed("Opportunity", 1)[0]
    line.export("contacts", [Change("chg_1", "update", {"AccountId": account.id}, contact.id)])
    line.vendor.store["Opportunity"].change(opportunity.id, {"AccountId": account.id, "ContactId": contact.id})
    for resource in ("accounts", "contacts", "opportunities"):
        line.sync(resource)
    assert led(line, "contacts") == {contact.id: {"company_id": [account.id]}}
    assert led(line, "opportunities") == {opportunity.id: {"company_id": [account.id], "contact_id": [contact.id]}}
