"""The mock vendor itself: it holds everything against the description, keeps what it is told, and goes wrong only on request."""

from __future__ import annotations

import pytest

from tests.vendors.catalog import kind
from tests.vendors.client import connected
from tests.vendors.faults import STAGES, WAIT
from tests.vendors.fixtures import MakeVendor
from tests.vendors.messages import Broken
from tests.vendors.vendor import MockVendor

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def hubspot(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("hubspot")


@pytest.mark.parametrize(
    ("query", "difference"),
    [
        ({"limit": 101}, "query limit .*101 is greater than the maximum of 100"),
        ({"limit": "many"}, "query limit .*is not of type"),
        ({"page": 2}, "an unknown query parameter page"),
    ],
)
def test_a_query_that_is_not_described_fails_the_test(query: dict[str, object], difference: str) -> None:
    vendor = MockVendor(kind("hubspot"))
    assert connected(vendor).get(CONTACTS, **query).status == 400
    with pytest.raises(AssertionError, match=difference):
        vendor.verify()


@pytest.mark.parametrize(
    ("body", "difference"),
    [
        ({"properties": {"email": ["a"]}}, "body properties.email"),
        ({"properties": {}, "id": "7"}, "body .*'id' was unexpected"),
        ({}, 'body .*"properties" is a required property'),
    ],
)
def test_a_body_that_is_not_described_fails_the_test(body: object, difference: str) -> None:
    vendor = MockVendor(kind("hubspot"))
    connected(vendor).ask("POST", CONTACTS, json=body)
    with pytest.raises(AssertionError, match=difference):
        vendor.verify()


def test_a_body_of_another_type_and_a_path_that_is_not_described_fail_the_test() -> None:
    vendor = MockVendor(kind("hubspot"))
    connected(vendor).ask("POST", CONTACTS, form={"properties[email]": "a"})
    connected(vendor).get("/crm/v9/nothing")
    with pytest.raises(AssertionError, match=r"(?s)body of type application/x-www-form-urlencoded.*/crm/v9/nothing is not described"):
        vendor.verify()


def test_an_answer_that_is_not_described_fails_the_test() -> None:
    vendor = MockVendor(kind("hubspot"))
    vendor.store["contacts"].create({"email": 7})
    connected(vendor).get(CONTACTS)
    with pytest.raises(AssertionError, match=r"answered with 200 results.0.properties.email"):
        vendor.verify()


def test_without_a_token_that_holds_nothing_is_answered(hubspot: MockVendor) -> None:
    client = connected(hubspot)
    hubspot.clock.advance(1_800_000)
    assert client.get(CONTACTS).status == 401


def test_rows_are_paged_and_the_last_page_says_so(hubspot: MockVendor) -> None:
    hubspot.seed("contacts", 25)
    client, found, after = connected(hubspot), [], "0"
    while after:
        page = client.get(CONTACTS, limit=10, after=after).json
        found += [row["id"] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert found == [str(number) for number in range(1, 26)]


@pytest.mark.parametrize("fault", [name for name, stage in STAGES.items() if stage == "instead"])
def test_a_fault_is_played_once_and_then_the_vendor_is_well(hubspot: MockVendor, fault: str) -> None:
    hubspot.faults.play(fault, on=f"GET {CONTACTS}")
    client = connected(hubspot)
    wrong, right = client.get(CONTACTS), client.get(CONTACTS)
    assert (wrong.status, wrong.body) != (right.status, right.body)
    assert right.json == {"results": []}


def test_the_four_ways_to_say_too_many_requests(hubspot: MockVendor) -> None:
    client, forms = connected(hubspot), ("limited_seconds", "limited_date", "limited_bare", "limited_vendor")
    for fault in forms:
        hubspot.faults.play(fault)
    answers = [client.get(CONTACTS) for _ in forms]
    assert [answer.status for answer in answers] == [429] * 4
    assert [answer.headers.get("retry-after") for answer in answers] == [str(WAIT), "Fri, 20 Nov 2026 12:00:07 GMT", None, None]
    assert answers[3].json["errorType"] == "RATE_LIMIT"


@pytest.mark.parametrize("fault", ["reset_mid_body", "slow_drip", "lost_answer"])
def test_an_answer_that_does_not_come_whole_is_a_broken_connection(hubspot: MockVendor, fault: str) -> None:
    hubspot.faults.play(fault)
    with pytest.raises(Broken):
        connected(hubspot).get(CONTACTS)


def test_a_lost_answer_was_acted_upon(hubspot: MockVendor) -> None:
    hubspot.faults.play("lost_answer", on="POST *")
    with pytest.raises(Broken):
        connected(hubspot).ask("POST", CONTACTS, json={"properties": {"email": "a@b.example"}})
    assert [row.values["email"] for row in hubspot.store["contacts"].live()] == ["a@b.example"]


def test_truncated_json_cannot_be_read(hubspot: MockVendor) -> None:
    hubspot.faults.play("truncated_json")
    with pytest.raises(ValueError, match=r"delimiter|Expecting|Unterminated"):
        _ = connected(hubspot).get(CONTACTS).json


def test_a_page_token_can_come_again_and_a_row_can_come_twice(hubspot: MockVendor) -> None:
    hubspot.seed("contacts", 4)
    client = connected(hubspot)
    hubspot.faults.play("repeated_token", first=2)
    hubspot.faults.play("duplicate_row", on="* */search")
    first, again = (client.get(CONTACTS, limit=2, after=after).json for after in ("0", "2"))
    assert first["paging"] == again["paging"] == {"next": {"after": "2"}}
    twice = client.ask("POST", f"{CONTACTS}/search", json={"limit": 2, "after": 2}).json
    assert [row["id"] for row in twice["results"]] == ["2", "3", "4"]


def test_a_row_can_be_deleted_between_two_pages(hubspot: MockVendor) -> None:
    hubspot.seed("contacts", 4)
    hubspot.faults.before_call(lambda: hubspot.store["contacts"].delete("3"), first=2)
    client = connected(hubspot)
    pages = [client.get(CONTACTS, limit=2, after=after).json["results"] for after in ("0", "2")]
    assert [row["id"] for page in pages for row in page] == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("mischief", "shown"), [("malformed_row", {"unexpected"}), ("null_required", {"id"}), ("unknown_field", {"brand_new_member"})]
)
def test_one_row_can_be_shown_wrongly_until_it_is_mended(hubspot: MockVendor, mischief: str, shown: set[str]) -> None:
    rows, client = hubspot.seed("contacts", 3), connected(hubspot)
    right = client.get(CONTACTS).json["results"]
    hubspot.spoil(rows[1], mischief)
    wrong = client.get(CONTACTS).json["results"]
    assert [wrong[0], wrong[2]] == [right[0], right[2]]
    assert {name for name, value in wrong[1].items() if right[1].get(name) != value} == shown
    rows[1].mischief.clear()
    assert client.get(CONTACTS).json["results"] == right


@pytest.mark.parametrize(("fault", "minutes"), [("clock_ahead", 10), ("clock_behind", -10)])
def test_the_vendors_clock_can_be_ten_minutes_wrong(hubspot: MockVendor, fault: str, minutes: int) -> None:
    hubspot.faults.play(fault)
    assert connected(hubspot).get(CONTACTS).headers["date"] == f"Fri, 20 Nov 2026 {12 if minutes > 0 else 11}:{minutes % 60}:00 GMT"


def test_calls_above_the_published_limit_are_counted_and_refused_on_request() -> None:
    vendor = MockVendor(kind("hubspot"), enforces_limits=True)
    client = connected(vendor)
    assert [client.get(CONTACTS).status for _ in range(192)].count(429) == 2
    assert vendor.windows[0].exceeded == 2
    vendor.clock.advance(10_000)
    assert client.get(CONTACTS).status == 200
