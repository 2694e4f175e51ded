"""Reading goes on where it was cut off, believes a listing only when it is whole, and deletes nothing that it did not see to be gone."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from server.domain.actor import Actor
from server.outbound.vendors.transport import Transport
from server.services.syncing import deciding, runs
from server.services.syncing.deciding import Decision
from server.store import database, external_records
from tests.server.services.syncing.rig import Killed, contacts, count, install, sync, until_done, vendor
from tests.server.services.syncing.vendor import Answered, TinyVendor

__all__ = ["vendor"]


def links() -> int:
    found = database.row("SELECT COUNT(*) FROM external_records WHERE deleted_at IS NULL")
    assert found is not None
    return int(found[0])


def created_events() -> int:
    found = database.row("SELECT COUNT(*) FROM events WHERE type = 'contact.created'")
    assert found is not None
    return int(found[0])


@pytest.mark.criterion("connectors-12")
def test_a_kill_at_every_page_boundary_loses_and_repeats_nothing(alice: Actor, vendor: TinyVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor.fill(1_250)
    installation, send, sent = install(alice, vendor), Transport.send, [0]

    def dies_first(transport: Transport, request: Any) -> Any:
        sent[0] += 1
        if sent[0] % 2:
            raise Killed
        return send(transport, request)

    monkeypatch.setattr(Transport, "send", dies_first)
    found = until_done(alice, runs.start(alice, installation, "incremental")["id"])
    assert found["state"] == "succeeded"
    assert (count(alice), links(), created_events()) == (1_250, 1_250, 1_250)
    pages = [call.query.get("after", "") for call in vendor.of("GET", "/people")]
    assert len(pages) == len(set(pages)) == 13


@pytest.mark.criterion("connectors-12")
@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_a_kill_at_random_points_loses_and_repeats_nothing(
    alice: Actor, vendor: TinyVendor, monkeypatch: pytest.MonkeyPatch, thorough: bool, figure: Callable[[str], None]
) -> None:
    rows, kills, chance = (100_000, 50, 0.02) if thorough else (1_500, 12, 0.3)
    vendor.fill(rows)
    installation, put, left, drawn = install(alice, vendor), external_records.put, [kills], random.Random(7)

    def dies_often(*given: Any) -> None:
        if left[0] and drawn.random() < chance:
            left[0] -= 1
            raise Killed
        put(*given)

    monkeypatch.setattr(external_records, "put", dies_often)
    found = until_done(alice, runs.start(alice, installation, "incremental")["id"])
    assert (found["state"], found["counts"]["created"]) == ("succeeded", rows)
    assert (count(alice), links(), created_events()) == (rows, rows, rows)
    pages = [call.query.get("after", "") for call in vendor.of("GET", "/people")]
    assert len(pages) <= len(set(pages)) + kills
    figure(f"{kills - left[0]} kills, {rows} rows, 0 missing, 0 twice, {len(pages) - len(set(pages))} pages read again")


@pytest.mark.criterion("connectors-15")
@pytest.mark.parametrize("resource", ["listed", "changes"])
def test_what_is_deleted_at_the_vendor_is_gone_after_one_sync(alice: Actor, vendor: TinyVendor, resource: str) -> None:
    vendor.fill(150)
    installation = install(alice, vendor, (resource,))
    sync(alice, installation)
    vendor.put("000003", gone=True)
    if resource == "listed":
        del vendor.rows["000003"]
    found = sync(alice, installation)
    assert (found["counts"]["deleted"], count(alice)) == (1, 149)
    assert "p000003@example.com" not in contacts(alice)
    assert sync(alice, installation)["counts"]["deleted"] == 0


@pytest.mark.criterion("connectors-15")
def test_a_listing_that_breaks_off_deletes_nothing(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(900)
    installation = install(alice, vendor, ("listed",))
    sync(alice, installation)
    for number in range(5):
        del vendor.rows[f"{number:06d}"]
    vendor.fault = lambda asked: Answered(400, {"error": "broken"}) if asked.query.get("after", "") >= "000700" else None
    assert sync(alice, installation)["state"] == "failed"
    assert count(alice) == 900
    vendor.fault = lambda _: None
    assert sync(alice, installation)["counts"]["deleted"] == 5


@pytest.mark.criterion("connectors-15")
@pytest.mark.parametrize(("choice", "left"), [("remote", 60), ("local", 100)])
def test_a_listing_that_lacks_more_than_a_fifth_asks_a_person(alice: Actor, vendor: TinyVendor, choice: str, left: int) -> None:
    vendor.fill(100)
    installation = install(alice, vendor, ("listed",))
    sync(alice, installation)
    for number in range(40):
        del vendor.rows[f"{number:06d}"]
    found = sync(alice, installation)
    assert (found["state"], found["counts"]["held"], count(alice)) == ("succeeded_with_warnings", 40, 100)
    waiting = deciding.list_page(alice, installation, None, 10)[0]
    assert [(one["kind"], one["remote"]["gone"], one["base"]["known"]) for one in waiting] == [("listing", 40, 100)]
    deciding.decide(alice, installation, waiting[0]["id"], Decision.model_validate({"choice": choice}))
    assert (count(alice), deciding.list_page(alice, installation, None, 10)[0]) == (left, [])


@pytest.mark.criterion("connectors-18")
def test_a_full_refresh_that_fails_near_its_end_leaves_everything_readable(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(1_000)
    installation = install(alice, vendor)
    sync(alice, installation)
    for number in range(100):
        del vendor.rows[f"{number:06d}"]
    vendor.fault = lambda asked: Answered(400, {}) if asked.query.get("after", "") >= "000980" else None
    assert sync(alice, installation, "full")["state"] == "failed"
    assert (count(alice), links()) == (1_000, 1_000)
    vendor.fault = lambda _: None
    assert sync(alice, installation, "full")["counts"]["deleted"] == 100


@pytest.mark.criterion("connectors-14")
def test_a_token_that_expired_lists_anew_without_doubles_and_with_deletes(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(200)
    installation = install(alice, vendor, ("changes",))
    sync(alice, installation)
    vendor.expired.add(str(vendor._moments))
    del vendor.rows["000010"]
    vendor.put("000011", last="Changed")
    found = sync(alice, installation)
    assert found["error"] is None
    assert (found["counts"]["deleted"], found["counts"]["updated"], found["counts"]["created"]) == (1, 1, 0)
    assert (count(alice), links()) == (199, 199)


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(150)
    installation = install(alice, vendor)
    found = sync(alice, installation, "dry_run")
    assert (found["counts"]["created"], count(alice), links()) == (150, 0, 0)
    assert sync(alice, installation)["counts"]["created"] == 150
    vendor.put("000001", last="Changed")
    assert sync(alice, installation, "dry_run")["counts"]["updated"] == 1
    assert contacts(alice)["p000001@example.com"]["last_name"] == "Person"


def test_a_row_that_is_the_same_as_one_of_our_records_is_linked_to_it(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(5)
    other = install(alice, vendor, ("listed",))
    sync(alice, other)
    installation = install(alice, vendor)
    found = sync(alice, installation)
    assert (found["counts"]["created"], count(alice), links()) == (0, 5, 10)


def test_rows_that_stay_the_same_write_nothing(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(120)
    installation = install(alice, vendor, ("listed",))
    sync(alice, installation)
    before = database.row("SELECT COUNT(*) FROM events WHERE object = 'contact'")
    found = sync(alice, installation)
    assert found["counts"]["unchanged"] == 120
    assert database.row("SELECT COUNT(*) FROM events WHERE object = 'contact'") == before
