"""A vendor that is away is left alone by all workers, is probed by one, and comes back with the first good answer."""

from __future__ import annotations

import time

import pytest

from server.domain.actor import Actor
from server.outbound.vendors.driving import Paused
from server.outbound.vendors.values import Later
from server.services.syncing import runs
from server.services.syncing.gates import PROBE_MS, THRESHOLD, InstallationGate
from server.services.syncing.limiting import Limiter
from server.store import breakers, database, installations
from server.system import clock
from tests.server.services.syncing.rig import count, install, sync, vendor, work
from tests.server.services.syncing.vendor import Answered, TinyVendor

__all__ = ["vendor"]
AWAY = Later("no answer", code="host_unreachable")


def gate(actor: Actor, installation_id: str = "ins_1") -> InstallationGate:
    return InstallationGate(actor.tenant_id, actor.mode, installation_id, Limiter(actor.tenant_id, actor.mode, (), ()))


@pytest.mark.criterion("connectors-23")
def test_the_breaker_opens_within_ten_failures_and_one_probe_of_all_is_made(alice: Actor) -> None:
    with clock.frozen(1_000_000) as held:
        for _ in range(THRESHOLD):
            gate(alice).admit()
            gate(alice).refused(AWAY)
        assert THRESHOLD <= 10
        with pytest.raises(Paused) as paused:
            gate(alice).admit()
        assert (paused.value.error.stable_code, paused.value.after <= PROBE_MS / 1000) == ("breaker_open", True)
        gate(alice, "ins_2").admit()
        held.advance(PROBE_MS)
        gate(alice).admit()
        with pytest.raises(Paused):
            gate(alice).admit()
        gate(alice).answered()
        gate(alice).admit()
        assert breakers.find(alice.tenant_id, alice.mode, "ins_1") is None


def test_a_pause_that_was_asked_for_is_no_outage(alice: Actor) -> None:
    for _ in range(2 * THRESHOLD):
        gate(alice).refused(Later("slow down", after=1.0))
    gate(alice).admit()
    assert breakers.find(alice.tenant_id, alice.mode, "ins_1") is None


@pytest.mark.criterion("connectors-23")
def test_a_sync_that_has_to_wait_gives_its_worker_back_and_goes_on_later(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(250)
    installation = install(alice, vendor)
    slow = iter([None, Answered(429, {}, {"Retry-After": "120"})])
    vendor.fault = lambda asked: next(slow, None) if asked.path == "/people" else None
    begun = time.monotonic()
    run = runs.start(alice, installation, "incremental")
    waiting = work(alice, run["id"])
    assert time.monotonic() - begun < 5
    assert (waiting["state"], waiting["counts"]["created"], count(alice)) == ("waiting", 100, 100)
    assert work(alice, run["id"])["state"] == "succeeded"
    assert count(alice) == 250


@pytest.mark.criterion("connectors-23")
def test_an_outage_of_one_vendor_stops_no_other_installation(alice: Actor, charlie: Actor, vendor: TinyVendor) -> None:
    vendor.fill(50)
    broken, well = install(alice, vendor), install(charlie, vendor)
    vendor.fault = lambda _: Answered(503, {})
    run = runs.start(alice, broken, "incremental")["id"]
    while (breakers.find(alice.tenant_id, alice.mode, broken) or {"failures": 0})["failures"] < THRESHOLD:
        assert work(alice, run)["state"] == "waiting"
    asked = len(vendor.calls)
    assert asked <= 10
    assert work(alice, run)["error"]["code"] == "breaker_open"
    assert len(vendor.calls) == asked, "a vendor that is away is left alone"
    told = installations.find(alice.tenant_id, alice.mode, broken)
    assert told is not None
    assert (told["status"], told["status_reason"]) == ("failed", "breaker_open")
    vendor.fault = lambda _: None
    assert sync(charlie, well)["counts"]["created"] == 50
    with database.transaction():
        database.execute("UPDATE breakers SET open_until = 0")
    assert work(alice, run)["state"] == "succeeded"
    mended = installations.find(alice.tenant_id, alice.mode, broken)
    assert mended is not None
    assert (mended["status"], mended["status_reason"]) == ("connected", None)
