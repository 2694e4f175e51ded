"""Google Contacts: the suite, and what only it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sdk.cursor import HOUR_MS
from connectors.sdk.errors import Refused
from connectors.sdk.values import Change
from tests.connectors.conformance import Conformance
from tests.connectors.line import Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor


class TestGoogleContacts(Conformance, key="google_contacts"):
    resources = {"contacts": "contacts"}  # noqa: RUF012 - values of a test
    changes = {"contacts": {"names": [{"givenName": "Dana"}], "emailAddresses": [{"value": "dana@people.example"}]}}  # noqa: RUF012


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("google_contacts"))
    yield on_line(vendor, "google_contacts", {})
    vendor.verify()


@pytest.mark.criterion("connectors-14")
def test_a_sync_token_that_is_older_than_a_week_lists_everything_anew(line: Line) -> None:
    rows = line.vendor.seed("contacts", 30)
    line.sync("contacts")
    line.vendor.store["contacts"].delete(rows[3].id)
    line.vendor.clock.advance(8 * 24 * HOUR_MS)
    line.pages.clear()
    line.sync("contacts")
    assert [page.restart for page in line.pages] == ["cursor_expired"]
    assert line.pages[0].begins
    assert line.pages[-1].ends
    assert len({record.id for page in line.pages for record in page.rows}) == 29


def test_an_update_without_a_version_reads_it_first_and_one_that_is_stale_is_refused(line: Line) -> None:
    (row,) = line.vendor.seed("contacts", 1)
    values = {"names": [{"givenName": "Dana"}], "unknown": 1}
    assert line.export("contacts", [Change("chg_1", "update", values, row.id)])[0].error is None
    assert line.vendor.store["contacts"].rows[row.id].values["names"] == [{"givenName": "Dana"}]
    (stale,) = line.export("contacts", [Change("chg_2", "update", values, row.id, "%Eg0")])
    assert isinstance(stale.error, Refused)
