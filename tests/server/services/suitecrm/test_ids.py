"""Ids go out as UUIDs and come back as ours; what a record was called in SuiteCRM goes first."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.services.suitecrm.ids import SYSTEM, View, inside, outside
from server.system import ids
from tests.server.crm import limited, made


@given(st.uuids())
def test_every_id_has_one_uuid(value: uuid.UUID) -> None:
    assert outside(ids.from_uuid("con", value)) == str(value)


def test_an_id_comes_back_and_what_is_none_stays_as_it_is(alice: Actor) -> None:
    contact = made(alice, "contact", last_name="Lee")
    assert inside(alice, "contact", outside(contact["id"])) == contact["id"]
    assert inside(alice, "contact", "nonsense") == "nonsense"
    assert inside(alice, "user", "usr_alice") == outside("usr_alice") == "usr_alice"


def test_suitecrms_first_user_is_the_tenants_earliest_administrator(alice: Actor, charlie: Actor) -> None:
    assert inside(alice, "user", "1") == alice.id
    assert inside(charlie, "user", "1") == charlie.id
    assert inside(alice, "contact", "1") == "1"


def test_the_id_that_a_record_had_there_is_its_own_tenants_alone(alice: Actor, charlie: Actor) -> None:
    contact = made(alice, "contact", last_name="Lee", external_ids={SYSTEM: "seed_lee_id"})
    assert outside(contact["id"], contact["external_ids"]) == "seed_lee_id"
    assert inside(alice, "contact", "seed_lee_id") == contact["id"]
    assert inside(charlie, "contact", "seed_lee_id") == "seed_lee_id"


def test_a_page_knows_names_only_of_what_may_be_read(alice: Actor) -> None:
    company = made(alice, "company", name="Maple", external_ids={SYSTEM: "seed"})
    contact = made(alice, "contact", last_name="Lee", company_id=company["id"], owner_id=alice.id)
    view = View(alice, [contact])
    assert (view.id("company", company["id"]), view.name("company", company["id"]), view.name("user", alice.id)) == ("seed", "Maple", "Alice")
    narrow = View(limited(alice, "contacts:read"), [contact])
    assert (narrow.id("company", company["id"]), narrow.name("company", company["id"])) == (outside(company["id"]), "")
    assert view.id("company", None) == ""
