"""Hints that something changed lead to one run that reads it, and none is lost while another run is under way."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services.syncing import hinting, runs
from server.store import database
from server.system import clock
from tests.server.services.syncing.rig import contacts, install, sync, vendor, work
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]


def hint(actor: Actor, installation: str, *resources: str) -> None:
    with database.transaction():
        hinting.note((actor.tenant_id, actor.mode, installation), resources or ("people",))


def begun(actor: Actor, installation: str) -> list[tuple[str, str]]:
    return [(one["id"], one["cause"]) for one in runs.list_page(actor, installation, None, 10)[0]]


def test_many_hints_are_one_run_that_reads_what_changed(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(3)
    installation = install(alice, vendor, ("people", "listed"))
    sync(alice, installation)
    vendor.put("000001", last="Changed")
    calls = len(vendor.calls)
    for _ in range(20):
        hint(alice, installation)
    assert hinting.begin_due() == 0, "further hints are waited for"
    with clock.frozen(clock.now_ms() + hinting.GATHER_MS):
        assert (hinting.begin_due(), hinting.begin_due()) == (1, 0)
    run, cause = begun(alice, installation)[0]
    found = work(alice, run)
    assert (cause, found["counts"]["updated"]) == ("hook", 1)
    assert contacts(alice)["p000001@example.com"]["last_name"] == "Changed"
    assert len(vendor.calls) == calls + 1, "the other resource is left alone"


def test_a_hint_during_a_run_leads_to_another_one(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    first = runs.start(alice, installation, "incremental")["id"]
    hint(alice, installation)
    with clock.frozen(clock.now_ms() + hinting.GATHER_MS):
        assert hinting.begin_due() == 0
        work(alice, first)
        assert hinting.begin_due() == 1
    assert [cause for _, cause in begun(alice, installation)] == ["hook", "manual"]
