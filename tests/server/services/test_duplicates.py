"""Groups of records that look like one, what is most surely one first."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid
from server.services import duplicates, records
from tests.server.crm import index, kind, limited, made, viewer

CONTACT = kind("contact")


def groups(actor: Actor, noun: str = "contact") -> list[tuple[set[str], list[str]]]:
    found, _ = duplicates.list_page(actor, kind(noun), None, 50)
    return [({record.get("first_name") or record.get("name") for record in group["records"]}, group["reasons"]) for group in found]


def test_records_that_share_an_address_or_a_number_are_a_group(alice: Actor) -> None:
    made(alice, "contact", first_name="Ann", email="ann+news@acme.example")
    made(alice, "contact", first_name="Anna", email="ANN@acme.example")
    made(alice, "contact", first_name="Bea", phone="+49 30 1234567")
    made(alice, "contact", first_name="Beate", phone="030 1234567")
    made(alice, "contact", first_name="Cid", email="cid@acme.example", phone="+49 40 7654321")
    index()
    assert groups(alice) == [({"Ann", "Anna"}, ["same_email"]), ({"Bea", "Beate"}, ["same_phone"])]


def test_several_reasons_make_one_group_and_a_higher_score(alice: Actor) -> None:
    for _ in range(2):
        made(alice, "contact", first_name="Ann", last_name="Lee", email="ann@acme.example", phone="+49 30 1234567")
    index()
    found, _ = duplicates.list_page(alice, CONTACT, None, 50)
    assert [group["reasons"] for group in found] == [["same_email", "same_name_and_company", "same_phone"]]
    assert found[0]["score"] == pytest.approx(0.997)
    assert found[0]["count"] == 2


def test_companies_are_compared_by_domain_and_name(alice: Actor) -> None:
    made(alice, "company", name="Acme GmbH", domain="acme.example")
    made(alice, "company", name="ACME", phone="+49 30 1234567")
    made(alice, "company", name="Works", domain="acme.example")
    index()
    assert groups(alice, "company") == [({"Acme GmbH", "Works"}, ["same_domain"]), ({"Acme GmbH", "ACME"}, ["same_company_name"])]


def test_a_change_or_a_deletion_ends_a_group_at_once(alice: Actor) -> None:
    one, other = (made(alice, "contact", first_name=name, email="ann@acme.example")["id"] for name in ("Ann", "Bea"))
    made(alice, "contact", first_name="Cid", email="ann@acme.example")
    index()
    records.update(alice, CONTACT, one, {"email": None})
    assert groups(alice) == []
    index()
    assert groups(alice) == [({"Bea", "Cid"}, ["same_email"])]
    records.remove(alice, CONTACT, other)
    assert groups(alice) == []


def test_groups_come_in_pages(alice: Actor) -> None:
    for number in range(10):
        made(alice, "contact", email=f"x{number // 2}@acme.example")
    index()
    seen: list[str] = []
    cursor = None
    while True:
        found, cursor = duplicates.list_page(alice, CONTACT, cursor, 2)
        assert len(found) <= 2
        seen += [group["records"][0]["email"] for group in found]
        if cursor is None:
            break
    assert sorted(seen) == [f"x{number}@acme.example" for number in range(5)]
    with pytest.raises(Invalid):
        duplicates.list_page(alice, kind("company"), duplicates.list_page(alice, CONTACT, None, 1)[1], 1)


def test_a_large_group_shows_some_and_counts_all(alice: Actor) -> None:
    for _ in range(duplicates.MOST_SHOWN + 5):
        made(alice, "contact", email="info@acme.example")
    index()
    found, _ = duplicates.list_page(alice, CONTACT, None, 5)
    assert (len(found[0]["records"]), found[0]["count"]) == (duplicates.MOST_SHOWN, duplicates.MOST_SHOWN + 5)


def test_bob_may_look_and_charlie_has_none(alice: Actor, charlie: Actor) -> None:
    for actor in (alice, alice, charlie):
        made(actor, "contact", first_name="Ann", email="ann@acme.example")
    index()
    assert len(groups(viewer(alice))) == 1
    assert groups(charlie) == []
    with pytest.raises(Denied):
        groups(limited(alice, "companies:read"))
