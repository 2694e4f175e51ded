"""What vendors know our records as: found by either side's id, seen or unseen by a listing, and of one tenant alone."""

from __future__ import annotations

import pytest

from server.domain.errors import Conflict
from server.store import database, external_records
from server.store.external_records import Link
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live", "ins_1", "people")


def put(*links: Link) -> None:
    with database.transaction():
        external_records.put(*PLACE, links, 1)


def test_a_link_comes_back_as_it_was_written_and_over_itself(opened: str) -> None:
    link = Link("7", "con_1", "p", "hash", "v1", {"email": "a@b.example", "address.city": None}, 3, 10, 2)
    put(link, Link("8", "con_2"))
    assert external_records.find_many(*PLACE, ["7", "9"]) == {"7": link}
    link.base, link.deleted_at = {"email": None}, 5
    put(link)
    assert external_records.find_many(*PLACE, ["7"]) == {"7": link}
    assert set(external_records.of_records(*PLACE, ["con_1", "con_2"])) == {"con_2"}


def test_one_record_has_one_living_link(opened: str) -> None:
    put(Link("7", "con_1"))
    with pytest.raises(Conflict):
        put(Link("8", "con_1"))
    put(Link("7", "con_1", deleted_at=1))
    put(Link("8", "con_1"))


def test_what_a_listing_of_a_part_has_not_seen_is_counted_and_found(opened: str) -> None:
    put(*(Link(str(number), part="a" if number < 6 else "b", generation=1) for number in range(8)))
    with database.transaction():
        external_records.seen(*PLACE, ["0", "1", "2"], 2)
    assert (external_records.count(*PLACE), external_records.count(*PLACE, "a")) == (8, 6)
    assert external_records.count_unseen(*PLACE, "a", 2) == 3
    assert [link.external_id for link in external_records.unseen(*PLACE, "a", 2, 10)] == ["3", "4", "5"]


def test_what_one_installation_left_goes_to_another_of_the_same_tenant_as_unseen(opened: str) -> None:
    put(Link("7", "con_1", generation=5))
    with database.transaction():
        external_records.adopt(TENANT_B, "live", "ins_1", "ins_2")
        assert external_records.count(*PLACE) == 1
        external_records.adopt(TENANT_A, "live", "ins_1", "ins_2")
    there = (TENANT_A, "live", "ins_2", "people")
    assert (external_records.count(*PLACE), external_records.count_unseen(*there, "", 1)) == (0, 1)
    assert external_records.find_many(*there, ["7"])["7"].local_id == "con_1"


def test_another_tenant_sees_and_forgets_nothing(opened: str) -> None:
    put(Link("7", "con_1"))
    other = (TENANT_B, "live", "ins_1")
    assert external_records.find_many(*other, "people", ["7"]) == {}
    with database.transaction():
        assert external_records.delete_of(*other) == 0
        assert external_records.delete_of(*PLACE[:3]) == 1
