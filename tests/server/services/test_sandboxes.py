"""Sandboxes: emptied, filled and put forward in time, without a touch of what is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Limited
from server.services import jobs, limits, sandboxes
from server.services.jobs import Progress
from server.services.limits import Limiter, Tier, Window, allow
from server.services.sandboxes import FURTHEST_SECONDS, SandboxMove, SandboxReset
from server.store import database, tenant_rows
from server.system import clock
from tests.server.crm import listed, made, viewer


@pytest.fixture
def sandbox(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Return alice with a test key, beside limits that nobody else counts."""
    monkeypatch.setattr(limits, "_installed", Limiter())
    return replace(alice, mode="test")


def test_a_reset_empties_the_sandbox_and_nothing_else(alice: Actor, charlie: Actor, sandbox: Actor) -> None:
    others = replace(charlie, mode="test")
    for actor in (alice, sandbox, others):
        made(actor, "contact", last_name="Lee", external_ids={"shop": "1"})
    sandboxes.reset(sandbox, SandboxReset())
    assert [len(listed(actor, "contact")) for actor in (alice, sandbox, others)] == [1, 0, 1]
    assert database.rows("SELECT COUNT(*) FROM contacts WHERE tenant_id = ? AND mode = 'test'", (sandbox.tenant_id,)) == [(0,)]
    assert made(sandbox, "contact", last_name="Lee", external_ids={"shop": "1"})["version"] == 1


def rows_of(actor: Actor) -> dict[str, int]:
    """Return how many rows each table has of a tenant and mode."""
    count = "SELECT COUNT(*) FROM {} WHERE tenant_id = ? AND mode = ?"
    return {one.name: database.rows(count.format(one.name), (actor.tenant_id, actor.mode))[0][0] for one in tenant_rows.tables() if one.modes}


def test_no_table_has_a_row_more_or_less_of_what_is_live(alice: Actor, sandbox: Actor) -> None:
    made(alice, "contact", last_name="Lee", external_ids={"shop": "1"})
    before = rows_of(alice)
    sandboxes.reset(sandbox, SandboxReset(seed="demo"))
    sandboxes.advance(sandbox, SandboxMove(advance_seconds=60))
    assert rows_of(alice) == before
    assert rows_of(sandbox)["email_arrivals"] == 0  # a reset could not take mail away again
    sandboxes.reset(sandbox, SandboxReset())
    assert rows_of(alice) == before


class Broken(Progress):
    """The progress of a worker that dies behind so many steps."""

    steps = 6

    def save(self, done: int, total: int | None = None, position: Mapping[str, Any] | None = None) -> None:
        self.steps -= 1
        if not self.steps:
            raise KeyboardInterrupt
        super().save(done, total, position)


def work_off(sandbox: Actor, kind: type[Progress] = Progress) -> dict[str, Any]:
    """Do the reset that is due as a worker does, and return its job."""
    job = jobs.take((sandboxes.KIND,), "lease", -1)
    assert job is not None
    jobs.perform(job, kind(job.id, "lease", jobs.position_of(job), job.done, job.total), sandboxes.run_reset)
    return jobs.get(sandbox, job.id)


def test_a_reset_that_takes_long_is_a_job_that_goes_on_after_a_kill(alice: Actor, sandbox: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenant_rows, "BATCH", 2)
    made(alice, "contact", last_name="Live")
    for number in range(9):
        made(sandbox, "contact", last_name=f"N{number}", external_ids={"shop": str(number)})
    sandboxes.advance(sandbox, SandboxMove(advance_seconds=60))
    job_id = sandboxes.begin(sandbox, SandboxReset(seed="demo"))["id"]
    with pytest.raises(KeyboardInterrupt):
        work_off(sandbox, Broken)
    half = jobs.get(sandbox, job_id)
    assert (half["state"], half["total"]) == ("running", 18)
    assert 0 < half["done"] < 9
    assert 0 < len(listed(sandbox, "contact")) < 9
    done = work_off(sandbox)
    assert (done["id"], done["state"], done["done"], done["result"]) == (job_id, "completed", 18, {"removed": 18})
    names = {one["last_name"] for one in listed(sandbox, "contact")}
    assert len(names) > 5
    assert "N8" not in names
    assert sandboxes.get(sandbox)["ahead_seconds"] == 0
    assert [one["last_name"] for one in listed(alice, "contact")] == ["Live"]
    resets = database.rows("SELECT COUNT(*) FROM audit WHERE action = 'sandbox.reset' AND tenant_id = ?", (sandbox.tenant_id,))
    assert resets == [(1,)]


def test_a_reset_that_is_stopped_removes_no_more(sandbox: Actor) -> None:
    made(sandbox, "contact", last_name="Lee")
    job_id = sandboxes.begin(sandbox, SandboxReset())["id"]
    jobs.cancel(sandbox, job_id)
    assert [one["last_name"] for one in listed(sandbox, "contact")] == ["Lee"]
    assert jobs.get(sandbox, job_id)["state"] == "cancelled"


def test_what_is_large_takes_long(alice: Actor, sandbox: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandboxes, "MOST_AT_ONCE", 2)
    for actor, nouns in ((alice, 5), (sandbox, 2)):
        for _ in range(nouns):
            made(actor, "company", name="Acme")
    assert not sandboxes.takes_long(sandbox)
    made(sandbox, "contact", last_name="Lee")
    assert sandboxes.takes_long(sandbox)
    assert not sandboxes.takes_long(alice)


def test_a_seed_is_the_same_each_time(sandbox: Actor) -> None:
    def names() -> list[str]:
        sandboxes.reset(sandbox, SandboxReset(seed="demo"))
        return sorted(one["email"] for one in listed(sandbox, "contact"))

    first = names()
    made(sandbox, "contact", last_name="Stranger")
    assert names() == first
    assert len(first) > 20


def test_a_window_ends_when_the_clock_is_put_forward_by_its_length() -> None:
    limiter, tier = Limiter(), Tier("t", (Window("minute", 1, 60), Window("day", 9, 86_400)))

    def passes(ahead_seconds: int) -> bool:
        return limiter.take(allow(tier, {"tenant": "ten_a"}, ahead_ms=ahead_seconds * 1000), "/").allowed

    assert [passes(0), passes(0), passes(59), passes(60), passes(60), passes(120)] == [True, False, False, True, False, True]
    assert limiter.states(allow(tier, {"tenant": "ten_a"}, ahead_ms=120_000), clock.now_ms())[1][1][0] == 3


def test_the_clock_stands_still_until_it_is_moved_and_a_reset_sets_it_right(sandbox: Actor) -> None:
    assert sandboxes.get(sandbox)["ahead_seconds"] == 0
    assert [sandboxes.advance(sandbox, SandboxMove(advance_seconds=60))["ahead_seconds"] for _ in range(2)] == [60, 120]
    assert sandboxes.get(sandbox)["ahead_seconds"] == 120
    with pytest.raises(Conflict):
        sandboxes.advance(sandbox, SandboxMove(advance_seconds=FURTHEST_SECONDS))
    assert sandboxes.reset(sandbox, SandboxReset())["ahead_seconds"] == sandboxes.get(sandbox)["ahead_seconds"] == 0


def test_the_clock_is_moved_sixty_times_an_hour_at_most(sandbox: Actor) -> None:
    for _ in range(60):
        sandboxes.advance(sandbox, SandboxMove(advance_seconds=1))
    with pytest.raises(Limited) as caught:
        sandboxes.advance(sandbox, SandboxMove(advance_seconds=1))
    assert caught.value.retry_after == 3600


def test_nobody_resets_or_moves_what_is_live(alice: Actor, sandbox: Actor) -> None:
    for act in (
        sandboxes.get,
        lambda actor: sandboxes.reset(actor, SandboxReset()),
        lambda actor: sandboxes.begin(actor, SandboxReset()),
        lambda actor: sandboxes.advance(actor, SandboxMove(advance_seconds=1)),
    ):
        with pytest.raises(Conflict) as caught:
            act(alice)
        assert caught.value.stable_code == "not_a_sandbox"
        with pytest.raises(Denied):
            act(viewer(sandbox))
