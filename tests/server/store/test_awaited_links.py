"""What waits for a record that is not here, or not at the vendor, is kept until that is, by installation and tenant."""

from __future__ import annotations

import pytest

from server.store import awaited_links, database, external_records, records
from server.store.awaited_links import IN, OUT, Awaited
from server.store.external_records import Link

pytestmark = pytest.mark.usefixtures("opened")
PLACE = ("ten_a", "live", "ins_1")
OTHERS = [("ten_b", "live", "ins_1"), ("ten_a", "test", "ins_1"), ("ten_a", "live", "ins_2")]


def inward(record: str, awaited: str, path: str = "company_id") -> Awaited:
    return Awaited("contacts", IN, record, path, "companies", awaited, [awaited])


def link(resource: str, external_id: str, local_id: str) -> None:
    external_records.put(*PLACE, resource, [Link(external_id, local_id)], 1)


def company(identity: str) -> None:
    document = {"id": identity, "version": 1, "owner_id": None, "custom": {}, "external_ids": {}, "tags": [], "name": identity}
    records.insert("ten_a", "live", records.by_noun()["company"], document, 1, 1)


def test_what_arrives_is_told_once_for_each_field_that_waits_for_it_and_to_nobody_else() -> None:
    many = [inward("1", "7"), inward("2", "7"), inward("3", "8")]
    for _ in range(2):
        awaited_links.put(*PLACE, many)
    found = awaited_links.of_arrived(*PLACE, "companies", ["7", "9"])
    assert [(one.record, one.path, one.value) for one in found] == [("1", "company_id", ["7"]), ("2", "company_id", ["7"])]
    assert [awaited_links.of_arrived(*other, "companies", ["7"]) for other in OTHERS] == [[], [], []]
    assert ([awaited_links.has_any(*one) for one in (PLACE, *OTHERS)]) == [True, False, False, False]
    assert awaited_links.paths_of(*PLACE, "contacts", IN, "3") == {"company_id"}


def test_what_a_record_or_one_of_its_fields_waits_for_is_forgotten() -> None:
    awaited_links.put(*PLACE, [inward("1", "7"), inward("1", "8", "other_id"), inward("2", "7")])
    awaited_links.forget_field(*PLACE, "contacts", IN, "1", "other_id")
    assert awaited_links.paths_of(*PLACE, "contacts", IN, "1") == {"company_id"}
    awaited_links.forget(*PLACE, "contacts", IN, ["1"])
    assert [one.record for one in awaited_links.of_arrived(*PLACE, "companies", ["7", "8"])] == ["2"]
    assert awaited_links.delete_of(*PLACE) == 1


def test_what_was_missed_is_found_once_it_leads_to_a_record_that_is_there() -> None:
    awaited_links.put(*PLACE, [inward("1", "7"), inward("2", "8")])
    link("companies", "7", "cmp_7")
    link("companies", "8", "cmp_8")
    assert awaited_links.arrived(*PLACE, "companies", "companies", 10) == []
    company("cmp_7")
    assert awaited_links.arrived(*PLACE, "companies", "companies", 10) == ["7"]


def test_what_can_be_sent_by_now_is_forgotten_apart_from_what_cannot() -> None:
    def outward(record: str, awaited: str) -> Awaited:
        return Awaited("contacts", OUT, record, "company_id", "companies", awaited)

    awaited_links.put(*PLACE, [outward("con_1", "cmp_7"), outward("con_1", "cmp_8"), outward("con_2", "cmp_8")])
    assert awaited_links.sendable(*PLACE, "contacts", 10) == []
    link("companies", "7", "cmp_7")
    assert awaited_links.sendable(*PLACE, "contacts", 10) == ["con_1"]
    awaited_links.forget_sendable(*PLACE, "contacts", ["con_1", "con_2"])
    assert database.rows("SELECT record, awaited FROM awaited_links ORDER BY record") == [("con_1", "cmp_8"), ("con_2", "cmp_8")]
