"""Sending changes: each once, with no echo, and nothing sent twice because an answer was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.outbound import catalogue
from server.services import records
from server.services.syncing import deciding, replaying, runs
from server.services.syncing.deciding import Decision
from server.store import database, quarantine
from server.store.records import by_noun
from tests.server.services.syncing.rig import contacts, count, install, sync, until_done, vendor
from tests.server.services.syncing.vendor import Answered, TinyVendor

__all__ = ["vendor"]
CONTACT = by_noun()["contact"]
WRITES = ("POST", "PATCH", "DELETE")


def written(vendor: TinyVendor) -> Counter[str]:
    return Counter(call.method for call in vendor.calls if call.method in WRITES)


def events() -> int:
    found = database.row("SELECT COUNT(*) FROM events WHERE object = 'contact'")
    assert found is not None
    return int(found[0])


@pytest.mark.criterion("connectors-20")
def test_a_thousand_edits_are_a_thousand_writes_and_no_echo_comes_back(alice: Actor, vendor: TinyVendor, edits: int) -> None:
    vendor.fill(edits)
    installation = install(alice, vendor)
    sync(alice, installation)
    for one in contacts(alice).values():
        records.update(alice, CONTACT, one["id"], {"phone": "+49 30 1"})
    after_edits = events()
    found = sync(alice, installation)
    assert (found["counts"]["sent_updated"], written(vendor)) == (edits, Counter(PATCH=edits))
    for _ in range(3):
        again = sync(alice, installation)
        assert (again["counts"]["updated"], again["counts"]["sent_updated"]) == (0, 0)
    assert (events(), written(vendor)) == (after_edits, Counter(PATCH=edits))


@pytest.fixture
def edits(database_kind: str, thorough: bool) -> int:
    """How many records are edited."""
    return 1000 if thorough or database_kind == "sqlite" else 100


@pytest.mark.criterion("connectors-20")
def test_a_vendor_that_rewrites_what_it_is_sent_starts_no_ping_pong(alice: Actor, vendor: TinyVendor) -> None:
    vendor.normalise = lambda row: {**row, "last": str(row.get("last", "")).upper()}
    vendor.fill(3)
    installation = install(alice, vendor)
    sync(alice, installation)
    one = contacts(alice)["p000001@example.com"]
    records.update(alice, CONTACT, one["id"], {"last_name": "Quiet"})
    for _ in range(4):
        sync(alice, installation)
    assert written(vendor) == Counter(PATCH=1)
    assert vendor.rows["000001"]["last"] == "QUIET"


def test_creates_and_deletes_go_out_once(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(2)
    installation = install(alice, vendor)
    sync(alice, installation)
    made = records.create(alice, CONTACT, {"email": "new@example.com", "address": {"city": "Bonn"}})
    sync(alice, installation)
    sync(alice, installation)
    assert written(vendor) == Counter(POST=1)
    assert [row["place"] for row in vendor.rows.values() if row["mail"] == "new@example.com"] == [{"city": "Bonn"}]
    records.remove(alice, CONTACT, made["id"])
    sync(alice, installation)
    sync(alice, installation)
    assert written(vendor) == Counter(POST=1, DELETE=1)
    assert len(vendor.rows) == count(alice) == 2


def test_a_vendor_is_offered_only_what_its_map_says(alice: Actor, vendor: TinyVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    maps = {**catalogue.maps("tiny"), "people": replace(catalogue.maps("tiny")["people"], only={"lifecycle": "customer"})}
    monkeypatch.setattr(catalogue, "maps", lambda _key, _version: maps)
    installation = install(alice, vendor)
    sync(alice, installation)
    buys = records.create(alice, CONTACT, {"email": "buys@example.com", "lifecycle": "customer"})
    looks = records.create(alice, CONTACT, {"email": "looks@example.com", "lifecycle": "lead"})
    assert sync(alice, installation)["counts"]["sent_created"] == 1
    assert sync(alice, installation, "export")["counts"]["sent_created"] == 0
    assert [row["mail"] for row in vendor.rows.values()] == ["buys@example.com"]
    records.update(alice, CONTACT, looks["id"], {"lifecycle": "customer"})
    records.update(alice, CONTACT, buys["id"], {"lifecycle": "lead", "phone": "+49 30 1"})
    sync(alice, installation)
    assert written(vendor) == Counter(POST=2)
    records.remove(alice, CONTACT, buys["id"])
    sync(alice, installation)
    assert [row["mail"] for row in vendor.rows.values()] == ["looks@example.com"]


def test_an_export_sends_what_was_there_before(alice: Actor, vendor: TinyVendor) -> None:
    for number in range(120):
        records.create(alice, CONTACT, {"email": f"old{number}@example.com"})
    installation = install(alice, vendor)
    assert sync(alice, installation)["counts"]["sent_created"] == 0
    assert sync(alice, installation, "export")["counts"]["sent_created"] == 120
    assert len({row["mail"] for row in vendor.rows.values()}) == 120
    assert sync(alice, installation, "export")["counts"]["sent_created"] == 0


@pytest.mark.criterion("connectors-21")
def test_a_create_whose_answer_was_lost_is_looked_up_before_it_is_sent_again(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    sync(alice, installation)
    for number in range(10):
        records.create(alice, CONTACT, {"email": f"n{number}@example.com"})
    vendor.lose = lambda asked: asked.method == "POST"
    found = until_done(alice, runs.start(alice, installation, "incremental")["id"])
    assert (found["state"], found["counts"]["sent_created"]) == ("succeeded", 10)
    assert Counter(row["mail"] for row in vendor.rows.values()) == Counter({f"n{number}@example.com": 1 for number in range(10)})
    assert written(vendor) == Counter(POST=10)
    assert sync(alice, installation)["counts"]["created"] == 0


@pytest.mark.criterion("connectors-21")
def test_a_create_that_never_came_through_is_sent_again(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    sync(alice, installation)
    records.create(alice, CONTACT, {"email": "n@example.com"})
    broken = iter([Answered(lost=True)])
    vendor.fault = lambda asked: next(broken, None) if asked.method == "POST" else None
    assert until_done(alice, runs.start(alice, installation, "incremental")["id"])["counts"]["sent_created"] == 1
    assert [row["mail"] for row in vendor.rows.values()] == ["n@example.com"]


@pytest.mark.criterion("connectors-21")
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_whose_answer_was_lost_is_done_once(alice: Actor, vendor: TinyVendor, method: str) -> None:
    vendor.fill(3)
    installation = install(alice, vendor)
    sync(alice, installation)
    one = contacts(alice)["p000001@example.com"]
    if method == "PATCH":
        records.update(alice, CONTACT, one["id"], {"phone": "+49 1"})
    else:
        records.remove(alice, CONTACT, one["id"])
    losing = iter([True])
    vendor.lose = lambda asked: asked.method == method and next(losing, False)
    assert until_done(alice, runs.start(alice, installation, "incremental")["id"])["state"] == "succeeded"
    assert vendor.rows.get("000001", {}).get("phone") == ("+49 1" if method == "PATCH" else None)
    assert database.rows("SELECT 1 FROM sync_writes") == []
    assert sync(alice, installation)["counts"]["sent_updated"] == 0


def test_what_the_vendor_refuses_is_set_aside_and_sent_once_it_is_mended(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    sync(alice, installation)
    for name in ("good", "bad"):
        records.create(alice, CONTACT, {"email": f"{name}@example.com"})
    vendor.fault = lambda asked: Answered(422, {"message": "no such mail"}) if asked.method == "POST" and "bad" in asked.body["mail"] else None
    found = sync(alice, installation)
    assert (found["state"], found["counts"]["quarantined"], found["counts"]["sent_created"]) == ("succeeded_with_warnings", 1, 1)
    waiting = replaying.list_page(alice, installation, None, 10)[0]
    assert [(one["direction"], one["code"], "no such mail" in one["reason"]) for one in waiting] == [("out", "record_refused", True)]
    vendor.fault = lambda _: None
    assert replaying.retry(alice, installation, waiting[0]["id"])["released"] == 1
    assert {row["mail"] for row in vendor.rows.values()} == {"good@example.com", "bad@example.com"}


@pytest.mark.criterion("connectors-19")
@pytest.mark.parametrize(("policy", "both"), [("remote", "Theirs"), ("local", "Ours"), ("newest", "Ours")])
def test_an_edit_on_both_sides_ends_as_the_policy_says(alice: Actor, vendor: TinyVendor, policy: str, both: str) -> None:
    installation = edited_on_both_sides(alice, vendor, policy)
    assert sync(alice, installation)["state"] == "succeeded"
    assert contacts(alice)["p000001@example.com"]["last_name"] == vendor.rows["000001"]["last"] == both
    assert contacts(alice)["p000001@example.com"]["phone"] == vendor.rows["000001"]["phone"] == "+49 5"


@pytest.mark.criterion("connectors-19")
@pytest.mark.parametrize(("choice", "both"), [("remote", "Theirs"), ("local", "Ours")])
def test_a_person_who_is_asked_decides(alice: Actor, vendor: TinyVendor, choice: str, both: str) -> None:
    installation = edited_on_both_sides(alice, vendor, "ask")
    found = sync(alice, installation)
    assert (found["state"], found["counts"]["conflicts"]) == ("succeeded_with_warnings", 1)
    assert (contacts(alice)["p000001@example.com"]["last_name"], vendor.rows["000001"]["last"]) == ("Ours", "Theirs")
    assert vendor.rows["000001"]["phone"] == "+49 5", "what is not in conflict goes through"
    assert sync(alice, installation)["counts"]["conflicts"] == 0
    waiting = deciding.list_page(alice, installation, None, 10)[0]
    assert [(one["fields"], one["local"]["last_name"], one["remote"]["last_name"]) for one in waiting] == [(["last_name"], "Ours", "Theirs")]
    deciding.decide(alice, installation, waiting[0]["id"], Decision.model_validate({"choice": choice}))
    sync(alice, installation)
    assert contacts(alice)["p000001@example.com"]["last_name"] == vendor.rows["000001"]["last"] == both


def edited_on_both_sides(alice: Actor, vendor: TinyVendor, policy: str) -> str:
    vendor.fill(3)
    installation = install(alice, vendor, conflict_policy=policy)
    sync(alice, installation)
    vendor.put("000001", last="Theirs")
    one = contacts(alice)["p000001@example.com"]
    moment = vendor.rows["000001"]["changed"] + 5
    while records.get(alice, CONTACT, one["id"])["updated_at"] < stamp(moment):
        records.update(alice, CONTACT, one["id"], {"last_name": "Ours", "phone": None})
        records.update(alice, CONTACT, one["id"], {"last_name": "Ours", "phone": "+49 5"})
    return installation


def stamp(milliseconds: int) -> str:
    from server.system import clock

    return clock.rfc3339(milliseconds)


@pytest.mark.criterion("connectors-19")
@pytest.mark.parametrize(("policy", "there"), [("remote", True), ("local", False)])
def test_a_record_deleted_here_and_edited_there_ends_as_the_policy_says(alice: Actor, vendor: TinyVendor, policy: str, there: bool) -> None:
    vendor.fill(3)
    installation = install(alice, vendor, conflict_policy=policy)
    sync(alice, installation)
    records.remove(alice, CONTACT, contacts(alice)["p000001@example.com"]["id"])
    vendor.put("000001", last="Theirs")
    assert sync(alice, installation)["error"] is None
    assert ("000001" in vendor.rows, "p000001@example.com" in contacts(alice)) == (there, there)


def test_two_systems_that_answer_one_another_are_stopped(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(2)
    installation = install(alice, vendor)
    sync(alice, installation)
    for number in range(25):
        vendor.put("000001", last=f"Flip {number}")
        sync(alice, installation)
    row: dict[str, Any] = quarantine.page(alice.tenant_id, alice.mode, installation, "", 10)[0]
    assert (row["code"], row["external_id"]) == ("loop_detected", "000001")
    assert contacts(alice)["p000001@example.com"]["last_name"] == "Flip 19"
