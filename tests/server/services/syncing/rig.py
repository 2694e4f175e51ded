"""An installation of the tiny connector, and the worker's part of a sync, done here and now."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.outbound import catalogue, guard
from server.services import installation_config, jobs
from server.services.jobs import Progress
from server.services.syncing import connections, runs
from server.services.syncing.connections import Connection
from server.services.syncing.running import run_sync
from server.store import database, installations, records, sync_runs
from server.store import jobs as stored_jobs
from server.system import clock, ids
from tests.pace import until
from tests.server.crm import all_seen
from tests.server.services.syncing.vendor import TinyVendor, tiny_vendor

FOLDER = Path(__file__).parent / "tiny"
PERMISSIONS = ["contacts:read", "contacts:write", "companies:read", "companies:write", "activities:read", "activities:write"]


@pytest.fixture
def vendor() -> Iterator[TinyVendor]:
    """Yield a running vendor whose connector is in the catalogue."""
    catalogue.mount([FOLDER])
    guard.install(["127.0.0.0/8"])
    with tiny_vendor() as found:
        yield found
    guard.install(())
    catalogue.mount([])


def install(actor: Actor, vendor: TinyVendor, resources: tuple[str, ...] = ("people",), *, integration: str = "tiny", **options: Any) -> str:
    """Install the connector and return the installation's id."""
    installation_id, now = ids.new_id("ins"), clock.now_ms()
    chosen = {"conflict_policy": "newest", "direction": "both", "resources": list(resources), **options}
    with database.transaction():
        installations.insert(
            actor.tenant_id,
            actor.mode,
            {
                "id": installation_id, "integration": integration, "name": "Tiny", "connector_version": "1.0.0", "pinned": 0,
                "config": {"address": vendor.url}, "secrets": installation_config.sealed(installation_id, {"api_key": "sesame-opens"}),
                "mappings": {}, "options": chosen, "auth": "key", "permissions": PERMISSIONS, "status": "connected",
                "provider": "tiny", "state_version": 1, "version": 1, "created_at": now, "updated_at": now,
            },
        )  # fmt: skip
    return installation_id


_later = itertools.count(1)


class Killed(BaseException):
    """Ends a worker as a kill does: nothing is tidied up."""


def work(actor: Actor, run_id: str) -> dict[str, Any]:
    """Do the job of a run as a worker does, once, and return the run; leases of earlier workers are over."""
    until(all_seen)
    lease = ids.new_id("lease")
    with database.transaction():
        now = clock.now_ms() + next(_later) * 1_000_000
        job = stored_jobs.take(("sync",), lease, now, now + 1_000)
    assert job is not None
    assert job.id == run_id
    jobs.perform(job, Progress(job.id, lease, jobs.position_of(job), job.done, job.total), run_sync)
    row = database.row("SELECT installation_id FROM sync_runs WHERE id = ?", (run_id,))
    assert row is not None
    return runs.get(actor, row[0], run_id)


def sync(actor: Actor, installation_id: str, kind: str = "incremental") -> dict[str, Any]:
    """Run a sync to its end and return it."""
    return work(actor, runs.start(actor, installation_id, kind)["id"])


def until_done(actor: Actor, run_id: str) -> dict[str, Any]:
    """Do the job of a run as often as workers are killed."""
    while True:
        try:
            found = work(actor, run_id)
        except Killed:
            continue
        if found["finished_at"]:
            return found


def contacts(actor: Actor) -> dict[str, dict[str, Any]]:
    """Return the contacts of a tenant by their addresses."""
    resource = records.by_noun()["contact"]
    ids_ = records.ids_after(actor.tenant_id, actor.mode, resource, "", 200_000)
    return {one["email"]: one for one in records.find_many(actor.tenant_id, actor.mode, resource, ids_[:1000]).values()}


def companies(actor: Actor) -> dict[str, dict[str, Any]]:
    """Return the companies of a tenant by their names."""
    resource = records.by_noun()["company"]
    found = records.ids_after(actor.tenant_id, actor.mode, resource, "", 1000)
    return {one["name"]: one for one in records.find_many(actor.tenant_id, actor.mode, resource, found).values()}


def count(actor: Actor) -> int:
    """Return how many contacts a tenant has."""
    found = database.row("SELECT COUNT(*) FROM contacts WHERE tenant_id = ? AND deleted_at IS NULL", (actor.tenant_id,))
    assert found is not None
    return int(found[0])


def opened(actor: Actor, installation_id: str) -> Any:
    """Return an installation's connection as a context."""
    row = installations.find(actor.tenant_id, actor.mode, installation_id)
    assert row is not None
    return connections.opened(row)


__all__ = ["Connection", "Killed", "companies", "contacts", "count", "install", "opened", "sync", "sync_runs", "until_done", "vendor", "work"]
