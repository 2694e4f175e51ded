"""The one engine of all resources: validated as a whole, versioned, with an event for every change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Invalid, Missing, Stale, Unprocessable
from server.services import custom_fields, records
from server.services.custom_fields import NewField
from server.store import events
from tests.server.crm import asked, kind, limited, listed, made, viewer

CONTACT, COMPANY, DEAL = kind("contact"), kind("company"), kind("deal")


def happened(actor: Actor, record_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Return type and changes of the events about a record, oldest first."""
    bodies = [orjson.loads(body) for body in reversed(events.about(actor.tenant_id, actor.mode, record_id, 100))]
    return [(body["type"], body["data"]["changes"]) for body in bodies]


def pointers(error: Invalid) -> list[str]:
    return [fault.pointer for fault in error.faults]


def test_a_record_lives_from_creation_to_restoration_with_an_event_each(alice: Actor) -> None:
    made_one = made(alice, "contact", email="Ann@Example.com", tags=["a"])
    assert (made_one["email"], made_one["version"], made_one["custom"]) == ("ann@example.com", 1, {})
    changed = records.update(alice, CONTACT, made_one["id"], {"title": "Dr", "tags": None})
    assert (changed["title"], changed["tags"], changed["version"]) == ("Dr", [], 2)
    put = records.replace(alice, CONTACT, made_one["id"], {"first_name": "Ann"})
    assert (put["first_name"], put["email"], put["title"]) == ("Ann", None, None)
    records.remove(alice, CONTACT, made_one["id"])
    with pytest.raises(Missing):
        records.get(alice, CONTACT, made_one["id"])
    assert [one["id"] for one in listed(alice, "contact", "filter[deleted]=true")] == [made_one["id"]]
    assert records.restore(alice, CONTACT, made_one["id"])["version"] == 5
    assert records.get(alice, CONTACT, made_one["id"])["first_name"] == "Ann"
    assert [name for name, _ in happened(alice, made_one["id"])] == [
        f"contact.{verb}" for verb in ("created", "updated", "updated", "deleted", "restored")
    ]
    assert happened(alice, made_one["id"])[1][1] == {"title": [None, "Dr"], "tags": [["a"], []]}


def test_a_change_that_changes_nothing_is_none(alice: Actor) -> None:
    before = made(alice, "contact", first_name="Ann")
    assert records.update(alice, CONTACT, before["id"], {"first_name": "Ann"}) == before
    assert records.replace(alice, CONTACT, before["id"], before) == before
    assert len(happened(alice, before["id"])) == 1


def test_every_broken_field_is_named_and_nothing_is_written(alice: Actor) -> None:
    with pytest.raises(Unprocessable) as refused:
        made(alice, "deal", name="x" * 501, value={"amount": "1.234567", "currency": "EUR"}, nmae="y", probability="50")
    assert sorted(pointers(refused.value)) == ["/name", "/nmae", "/probability", "/value/amount"]
    with pytest.raises(Unprocessable) as refused:
        made(alice, "deal", name="x", contact_id="con_nobody", owner_id="usr_nobody", custom={"nope": 1})
    assert sorted(pointers(refused.value)) == ["/contact_id", "/custom/nope", "/owner_id"]
    assert listed(alice, "deal") == []


def test_a_record_of_another_tenant_or_mode_is_no_reference(alice: Actor, charlie: Actor) -> None:
    theirs = made(charlie, "contact")["id"]
    sandbox = made(replace(alice, mode="test"), "contact")["id"]
    for one in (theirs, sandbox):
        with pytest.raises(Unprocessable):
            made(alice, "deal", name="x", contact_id=one)


def test_a_stale_version_is_refused(alice: Actor) -> None:
    before = made(alice, "contact")
    records.update(alice, CONTACT, before["id"], {"title": "a"}, version=1)
    for act in (
        lambda: records.update(alice, CONTACT, before["id"], {"title": "b"}, version=1),
        lambda: records.replace(alice, CONTACT, before["id"], {}, version=1),
        lambda: records.remove(alice, CONTACT, before["id"], version=1),
    ):
        with pytest.raises(Stale):
            act()


def test_what_the_appliance_sets_cannot_be_written_but_may_be_sent_back(alice: Actor) -> None:
    before = made(alice, "contact")
    with pytest.raises(Unprocessable) as refused:
        records.update(alice, CONTACT, before["id"], {"id": "con_other", "version": 9})
    assert pointers(refused.value) == ["/id", "/version"]


def test_upsert_creates_then_changes_the_record_another_system_knows(alice: Actor) -> None:
    first, created = records.upsert(alice, CONTACT, "shop", "77", {"first_name": "Ann"})
    again, created_again = records.upsert(alice, CONTACT, "shop", "77", {"last_name": "Lee"})
    assert (created, created_again, again["id"], again["first_name"]) == (True, False, first["id"], "Ann")
    records.remove(alice, CONTACT, first["id"])
    other, created = records.upsert(alice, CONTACT, "shop", "77", {})
    assert created
    assert other["id"] != first["id"]
    with pytest.raises(Conflict):
        records.restore(alice, CONTACT, first["id"])


def test_only_a_deleted_record_can_be_restored(alice: Actor) -> None:
    with pytest.raises(Conflict) as refused:
        records.restore(alice, CONTACT, made(alice, "contact")["id"])
    assert refused.value.stable_code == "not_deleted"
    with pytest.raises(Missing):
        records.restore(alice, CONTACT, "con_nobody")


def test_references_are_put_in_to_two_levels(alice: Actor) -> None:
    company = made(alice, "company", name="Acme")
    contact = made(alice, "contact", company_id=company["id"])
    deal = made(alice, "deal", name="d", contact_id=contact["id"])
    made(alice, "deal", name="alone")
    found = {one["name"]: one for one in listed(alice, "deal", "expand=contact.company,owner")}
    assert found["d"]["contact"]["company"]["name"] == "Acme"
    assert (found["d"]["owner"], found["alone"]["contact"]) == (None, None)
    shown = records.shaped(alice, DEAL, deal, asked("fields=name&expand=contact"))
    assert set(shown) == {"id", "object", "name", "contact"}
    with pytest.raises(Invalid):
        listed(alice, "deal", "expand=nobody")
    with pytest.raises(Invalid):
        listed(alice, "deal", "fields=nobody")


def test_a_cursor_belongs_to_the_list_it_was_given_out_for(alice: Actor) -> None:
    for _ in range(3):
        made(alice, "contact")
    cursor = records.list_page(alice, CONTACT, asked("limit=1"))[1]
    with pytest.raises(Invalid):
        listed(alice, "contact", f"limit=1&sort=last_name&cursor={cursor}")
    with pytest.raises(Invalid):
        listed(alice, "company", f"limit=1&cursor={cursor}")


def test_a_required_custom_field_is_missed_at_creation_and_never_in_old_records(alice: Actor) -> None:
    old = made(alice, "contact")
    custom_fields.create(alice, "contacts", NewField(name="code", type="text", required=True))
    with pytest.raises(Unprocessable) as refused:
        made(alice, "contact")
    assert pointers(refused.value) == ["/custom/code"]
    assert records.update(alice, CONTACT, old["id"], {"title": "Dr"})["title"] == "Dr"
    assert made(alice, "contact", custom={"code": "x"})["custom"] == {"code": "x"}


def test_bob_may_look_and_charlie_sees_nothing(alice: Actor, charlie: Actor) -> None:
    one = made(alice, "contact")["id"]
    bob = viewer(alice)
    assert records.get(bob, CONTACT, one)["id"] == one
    writes: list[Callable[[Actor], object]] = [
        lambda actor: records.update(actor, CONTACT, one, {"title": "x"}),
        lambda actor: records.replace(actor, CONTACT, one, {}),
        lambda actor: records.remove(actor, CONTACT, one),
        lambda actor: records.restore(actor, CONTACT, one),
    ]
    for act in writes:
        with pytest.raises(Denied):
            act(bob)
        with pytest.raises(Missing):
            act(charlie)
    with pytest.raises(Denied):
        made(bob, "contact")
    with pytest.raises(Missing):
        records.get(charlie, CONTACT, one)
    with pytest.raises(Denied):
        records.get(limited(alice, "deals:read"), CONTACT, one)
    assert listed(charlie, "contact") == []


def test_money_that_moved_and_a_form_are_told_as_such_once(alice: Actor) -> None:
    payment = made(alice, "payment", amount={"amount": "9.00", "currency": "EUR"})
    for status in ("succeeded", "succeeded", "refunded", "failed"):
        records.update(alice, kind("payment"), payment["id"], {"status": status})
    told = [name for name, _ in happened(alice, payment["id"]) if name not in ("payment.created", "payment.updated")]
    assert told == ["payment.succeeded", "payment.failed"]
    paid = made(alice, "payment", amount={"amount": "9.00", "currency": "EUR"}, status="succeeded")
    assert sorted(name for name, _ in happened(alice, paid["id"])) == ["payment.created", "payment.succeeded"]
