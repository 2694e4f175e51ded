"""Hints of vendors: what is said to have changed, without saying what, is read by one run soon after, however many hints there were.

A hint that comes while a run is under way leads to another one, since nobody knows whether that run has read the place already.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from server.domain.actor import system_actor
from server.domain.errors import Conflict, Missing
from server.services.syncing import runs
from server.store import database, sync_hints
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.domain.actor import Mode
    from server.services.installation_status import Place

GATHER_MS: Final = 2_000
"""How long further hints are waited for: vendors send several for one change."""


def note(place: Place, resources: Iterable[str]) -> None:
    """Have a run read these resources; in the open transaction."""
    due_at = clock.now_ms() + GATHER_MS
    for name in resources:
        sync_hints.put(*place, name, due_at)


def begin_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Start a run for every installation with hints that are due; returns how many were started."""
    started = 0
    for tenant_id, mode, installation_id in sync_hints.due(clock.now_ms(), runs.BATCH):
        if stopping():
            break
        # Whoever has begun a run meanwhile leaves the hints where they are: they are taken and the run is started together.
        with suppress(Conflict, Missing), database.transaction():
            resources = sync_hints.take(tenant_id, mode, installation_id)
            if resources:
                runs.start(system_actor(tenant_id, cast("Mode", mode)), installation_id, "incremental", resources, cause="hook")
                started += 1
    return started
