"""A listing of many rows is one job at Salesforce: made once, gone on with wherever it was left, and read like the others where it fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.catalog.salesforce import bulk, connector
from connectors.sdk.errors import VendorBug
from connectors.sdk.values import Mode
from server.outbound.vendors.driving import Paused
from tests.connectors.catalog.salesforce.test_connector import DAY_MS, FIELDS, organisation
from tests.connectors.conformance import alive
from tests.connectors.line import Line, on_line
from tests.vendors import soql
from tests.vendors.catalog import kind
from tests.vendors.personalities.salesforce import Job
from tests.vendors.vendor import MockVendor

QUERY = soql.read("SELECT Id, SystemModstamp, Email FROM Contact")


def waited(line: Line, resource: str) -> None:
    """Sync as a worker does: what has to wait is given back, and gone on with from its cursor."""
    with pytest.raises(Paused) as paused:
        line.sync(resource)
    assert (paused.value.error.stable_code, paused.value.after) == ("not_ready", 10)
    line.vendor.clock.advance(20_000)
    line.sync(resource)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Yield a line whose large listings begin at a hundred rows, and whose parts have thirty."""
    monkeypatch.setattr(connector, "LARGE", 100)
    monkeypatch.setattr(bulk, "PART", 30)
    vendor = MockVendor(kind("salesforce"))
    yield on_line(vendor, "salesforce", {}, fields=FIELDS)
    vendor.verify()


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
