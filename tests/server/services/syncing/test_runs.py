"""Runs are started by hand and by the clock, one at a time, and tell how far they are and how they ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services import jobs
from server.services.syncing import endings, pausing, runs
from server.store import database, installations, sync_runs
from server.system import clock, settings
from tests.server.services.syncing.rig import install, sync, vendor, work
from tests.server.services.syncing.vendor import Answered, TinyVendor

__all__ = ["vendor"]


def told(kind: str) -> list[Any]:
    return database.rows("SELECT type FROM events WHERE type = ?", (kind,))


def test_an_installation_has_one_run_at_a_time(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    first = runs.start(alice, installation, "incremental")
    assert (first["state"], first["cause"], first["done"]) == ("pending", "manual", 0)
    with pytest.raises(Conflict) as refused:
        runs.start(alice, installation, "full")
    assert (refused.value.stable_code, refused.value.members) == ("sync_running", {"sync_id": first["id"]})
    work(alice, first["id"])
    second = runs.start(alice, installation, "full")
    assert [one["id"] for one in runs.list_page(alice, installation, None, 10)[0]] == [second["id"], first["id"]]


def asked_during(vendor: TinyVendor, ask: Callable[[], Any]) -> list[Any]:
    """Ask for something once while the vendor is being called; returns what came of it."""
    came: list[Any] = []

    def once(_: object) -> None:
        if not came:
            came.append(ask())

    vendor.fault = once
    return came


def test_what_is_asked_for_while_a_run_is_under_way_follows_it_once(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(3)
    installation = install(alice, vendor)
    came = asked_during(vendor, lambda: [runs.ask(alice, installation, "incremental", parts) for parts in (["people"], ["people"], None)])
    first = runs.start(alice, installation, "incremental")
    with pytest.raises(Conflict):
        runs.start(alice, installation, "incremental")
    assert work(alice, first["id"])["state"] == "succeeded"
    ((one, two, three),) = came
    assert (one["id"], one["state"], one["resources"]) == (two["id"], "pending", ["people"])
    assert (three["id"], three["resources"]) == (one["id"], None)
    with pytest.raises(Conflict):
        runs.start(alice, installation, "incremental")
    assert runs.ask(alice, installation, "incremental")["id"] == one["id"]
    assert work(alice, one["id"])["state"] == "succeeded"
    assert runs.ask(alice, installation, "incremental")["id"] != one["id"]


def test_a_run_that_follows_waits_even_when_a_worker_takes_it_early(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(1)
    installation = install(alice, vendor)
    came = asked_during(vendor, lambda: runs.ask(alice, installation, "incremental"))
    slow = Answered(429, {}, {"Retry-After": "60"})
    first = runs.start(alice, installation, "incremental")["id"]
    ask = vendor.fault
    vendor.fault = lambda call: slow if ask(call) is None else None
    assert work(alice, first)["state"] == "waiting"
    calls = len(vendor.calls)
    assert work(alice, came[0]["id"])["state"] == "pending"
    assert len(vendor.calls) == calls


def test_a_run_that_follows_ends_with_the_pause_of_its_installation_or_when_somebody_cancels_it(
    alice: Actor, vendor: TinyVendor, app: settings.Settings
) -> None:
    vendor.fill(1)
    installation = install(alice, vendor)
    stops: list[Callable[[str], Any]] = [lambda run: jobs.cancel(alice, run), lambda _: pausing.pause(alice, installation, app)]
    for stop in stops:
        came = asked_during(vendor, lambda: runs.ask(alice, installation, "incremental"))
        first = runs.start(alice, installation, "incremental")["id"]
        work(alice, first)
        stop(came[0]["id"])
        assert runs.get(alice, installation, came[0]["id"])["state"] == "cancelled"
    assert pausing.resume(alice, installation, app)["status"] == "connected"
    vendor.fault = lambda _: None
    assert sync(alice, installation)["state"] == "succeeded"


def test_a_run_tells_how_far_it_is_and_how_long_it_will_take(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(400)
    installation = install(alice, vendor)
    slow = iter([None, Answered(429, {}, {"Retry-After": "60"})])
    vendor.fault = lambda _: next(slow, None)
    found = work(alice, runs.start(alice, installation, "incremental")["id"])
    assert (found["state"], found["done"], found["total"], found["counts"]["created"]) == ("waiting", 100, 400, 100)
    assert found["eta_seconds"] is not None


@pytest.mark.parametrize(("fault", "state", "event"), [(None, "succeeded", "sync.completed"), (Answered(400, {}), "failed", "sync.failed")])
def test_the_end_of_a_run_is_an_event(alice: Actor, vendor: TinyVendor, fault: Answered | None, state: str, event: str) -> None:
    vendor.fill(1)
    vendor.fault = lambda _: fault
    found = sync(alice, install(alice, vendor))
    assert (found["state"], len(told(event))) == (state, 1)


def test_a_credential_that_is_refused_in_a_run_asks_for_a_person_once(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    vendor.fault = lambda _: Answered(401, {})
    found = sync(alice, installation)
    assert (found["state"], found["error"]["code"], bool(found["error"]["remedy"])) == ("failed", "invalid_credential", True)
    with pytest.raises(Conflict) as refused:
        runs.start(alice, installation, "incremental")
    assert refused.value.stable_code == "installation_not_connected"
    assert refused.value.detail == f"The installation waits for a person: {found['error']['detail']}"
    assert refused.value.members == {"reason": "invalid_credential", "remedy": found["error"]["remedy"]}
    assert len(told("integration.failed")) == 1


def test_the_clock_starts_what_is_due_and_nothing_twice(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    by_hand = install(alice, vendor, ("listed",))
    with database.transaction():
        installations.note(alice.tenant_id, alice.mode, installation, {"sync_interval": 900})
    with clock.frozen(clock.now_ms()) as held:
        assert (runs.begin_due(), runs.begin_due()) == (1, 0)
        run = runs.list_page(alice, installation, None, 10)[0][0]
        assert run["cause"] == "schedule"
        held.advance(900_000)
        assert runs.begin_due() == 0, "the first one is not finished"
        work(alice, run["id"])
        held.advance(899_000)
        assert runs.begin_due() == 0
        held.advance(1_000)
        assert runs.begin_due() == 1
    assert runs.list_page(alice, by_hand, None, 10)[0] == []


def test_a_paused_installation_stops_its_run_and_starts_none_until_it_is_resumed(alice: Actor, vendor: TinyVendor, app: settings.Settings) -> None:
    installation = install(alice, vendor)
    run = runs.start(alice, installation, "incremental")
    assert pausing.pause(alice, installation, app)["status"] == "paused"
    endings.sweep()
    assert runs.get(alice, installation, run["id"])["state"] == "cancelled"
    with pytest.raises(Conflict):
        runs.start(alice, installation, "incremental")
    with pytest.raises(Conflict):
        pausing.pause(alice, installation, app)
    assert pausing.resume(alice, installation, app)["status"] == "connected"
    assert sync(alice, installation)["state"] == "succeeded"


@pytest.fixture
def app(tmp_path: Any) -> settings.Settings:
    return settings.load(tmp_path)


def test_a_run_that_somebody_cancels_ends_as_cancelled(alice: Actor, vendor: TinyVendor) -> None:
    vendor.fill(300)
    installation = install(alice, vendor)
    run = runs.start(alice, installation, "incremental")["id"]

    def cancels(_: object) -> None:
        if len(vendor.calls) == 2:
            jobs.cancel(alice, run)

    vendor.fault = cancels
    found = work(alice, run)
    assert (found["state"], found["counts"]["created"]) == ("cancelled", 100)
    assert sync_runs.find_open(alice.tenant_id, alice.mode, installation) is None
    assert sync(alice, installation)["counts"]["created"] == 200


@pytest.mark.criterion("connectors-26")
def test_a_run_that_is_cancelled_while_it_waits_no_longer_says_that_it_is_tried_again(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    vendor.fault = lambda _: Answered(503, {})
    run = runs.start(alice, installation, "incremental")["id"]
    assert (waiting := work(alice, run))["state"] == "waiting"
    assert waiting["error"]["code"] == "try_later"
    jobs.cancel(alice, run)
    found = runs.get(alice, installation, run)
    assert (found["state"], found["error"]) == ("cancelled", None)
    runs.start(alice, installation, "incremental")
    kept = runs.get(alice, installation, run)
    assert (kept["state"], kept["error"]) == ("cancelled", None)


def test_a_run_that_is_cancelled_before_anybody_does_it_is_over_at_once(alice: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    first = runs.start(alice, installation, "incremental")["id"]
    jobs.cancel(alice, first)
    found = runs.get(alice, installation, first)
    assert (found["state"], found["finished_at"] is not None) == ("cancelled", True)
    second = runs.start(alice, installation, "incremental")["id"]
    assert [one["state"] for one in runs.list_page(alice, installation, None, 10)[0]] == ["pending", "cancelled"]
    assert work(alice, second)["state"] == "succeeded"


def test_a_resource_that_the_connector_does_not_have_is_named(alice: Actor, vendor: TinyVendor) -> None:
    with pytest.raises(Unprocessable) as refused:
        runs.start(alice, install(alice, vendor), "full", ["people", "nobody"])
    assert [(one.pointer, "people" in one.detail) for one in refused.value.faults] == [("/resources/1", True)]


def test_runs_are_their_tenants_own(alice: Actor, bob: Actor, charlie: Actor, vendor: TinyVendor) -> None:
    installation = install(alice, vendor)
    run = runs.start(alice, installation, "incremental")["id"]
    for attempt in (
        lambda: runs.get(charlie, installation, run),
        lambda: runs.list_page(charlie, installation, None, 10),
        lambda: runs.start(charlie, installation, "full"),
    ):
        with pytest.raises(Missing):
            attempt()
    with pytest.raises(Denied):
        runs.start(bob, installation, "full")
    assert runs.get(bob, installation, run)["id"] == run
