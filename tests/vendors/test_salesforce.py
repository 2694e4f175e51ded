"""Salesforce as it is stood in for: queries, locators, deletes of the last 15 days, upserts by external id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors import soql
from tests.vendors.client import Client, connected
from tests.vendors.fixtures import MakeVendor
from tests.vendors.vendor import MockVendor

SERVICE = "/services/data/v60.0"
AT = "2026-11-20T12:00:00.000Z"


@pytest.fixture
def salesforce(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("salesforce")


def queried(client: Client, text: str, how: str = "query") -> list[Any]:
    """Return the rows of every batch."""
    batch = client.get(f"{SERVICE}/{how}", q=text).json
    found: list[Any] = batch["records"]
    while not batch["done"]:
        batch = client.get(batch["nextRecordsUrl"]).json
        found += batch["records"]
    return found


def test_two_thousand_rows_come_at_a_time(salesforce: MockVendor) -> None:
    salesforce.seed("Contact", 4500)
    found = queried(connected(salesforce), "SELECT Id, Email FROM Contact ORDER BY Id")
    assert (len(found), len(salesforce.calls)) == (4500, 3)
    assert set(found[0]) == {"attributes", "Id", "Email"}


def test_a_keyset_goes_on_within_one_time(salesforce: MockVendor) -> None:
    rows = salesforce.seed("Contact", 5)
    where = f"(SystemModstamp > {AT} OR (SystemModstamp = {AT} AND Id > '{rows[1].id}'))"
    found = queried(connected(salesforce), f"SELECT Id FROM Contact WHERE {where} ORDER BY SystemModstamp, Id LIMIT 2")  # noqa: S608 - no SQL
    assert [row["Id"] for row in found] == [rows[2].id, rows[3].id]


def test_deletes_are_told_for_fifteen_days(salesforce: MockVendor) -> None:
    rows, client = salesforce.seed("Lead", 3), connected(salesforce)
    client.ask("DELETE", f"{SERVICE}/sobjects/Lead/{rows[1].id}")
    told = client.get(f"{SERVICE}/sobjects/Lead/deleted/", start="2026-11-19T12:00:00+00:00", end="2026-11-20T12:01:00+00:00").json
    assert [row["id"] for row in told["deletedRecords"]] == [rows[1].id]
    assert [row["Id"] for row in queried(client, "SELECT Id FROM Lead WHERE IsDeleted = true", "queryAll")] == [rows[1].id]
    early = client.get(f"{SERVICE}/sobjects/Lead/deleted/", start="2026-11-01T12:00:00+00:00", end="2026-11-20T12:00:00+00:00")
    assert early.json[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_an_external_id_upserts(salesforce: MockVendor) -> None:
    client, path = connected(salesforce), f"{SERVICE}/sobjects/Contact/External_Id__c/7"
    made, changed = (client.ask("PATCH", path, json={"LastName": name}) for name in ("Adams", "Brown"))
    assert (made.status, made.json["created"], changed.status, changed.json["created"]) == (201, True, 200, False)
    assert [row.values["LastName"] for row in salesforce.store["Contact"].live()] == ["Brown"]


def test_one_bad_record_does_not_spoil_the_others(salesforce: MockVendor) -> None:
    kinds = {"type": "Lead", "url": ""}
    records = [{"attributes": kinds, "LastName": "Adams"}, {"attributes": kinds, "Company": "Company 1"}]
    outcomes = connected(salesforce).ask("POST", f"{SERVICE}/composite/sobjects", json={"records": records}).json
    assert [outcome["success"] for outcome in outcomes] == [True, False]
    assert outcomes[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"


def test_a_token_says_where_the_instance_is_and_not_when_it_ends(salesforce: MockVendor) -> None:
    facts = salesforce.identity.facts
    assert (facts.expires_in, facts.extra["instance_url"]) == (None, "https://example.my.salesforce.com")


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'Alice'", [1]),
        ("Name = 'O\\'Neill'", [2]),
        ("Age >= 30 AND Age < 40", [1]),
        ("Age < 30 OR (Age > 40 AND Name != null)", [3]),
        ("Name IN ('Alice', 'O\\'Neill')", [1, 2]),
        ("Seen > 2026-01-01T00:00:00Z", [2]),
    ],
)
def test_conditions(where: str, found: list[int]) -> None:
    rows: list[dict[str, Any]] = [
        {"Id": 1, "Name": "Alice", "Age": 30, "Seen": None},
        {"Id": 2, "Name": "O'Neill", "Age": 40, "Seen": "2026-01-01T00:00:00.500+0000"},
        {"Id": 3, "Name": None, "Age": 20, "Seen": "2025-12-31T00:00:00.000+0000"},
    ]
    query = soql.read(f"SELECT Id FROM Person WHERE {where}")  # noqa: S608 - no SQL
    assert [row["Id"] for row in rows if query.holds(row)] == found


@pytest.mark.parametrize(
    "text", ["SELECT", "SELECT Id FROM X WHERE", "SELECT Id FROM X WHERE Id =", "SELECT Id FROM X WHERE (Id = 1", "SELECT Id FROM X WHERE Id ~ 1"]
)
def test_what_is_no_query_is_malformed(salesforce: MockVendor, text: str) -> None:
    answer = connected(salesforce).get(f"{SERVICE}/query", q=text)
    assert (answer.status, answer.json[0]["errorCode"]) == (400, "MALFORMED_QUERY")
