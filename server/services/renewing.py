"""Renewing what vendors were asked to call us about, at half of its life; while a renewal fails the installation is polled instead.

Nobody has to notice that a vendor has fallen silent: a subscription that could not be renewed is shown as failing with its reason, and
the rows that its messages would have told of are read by a run that begins at once.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from server.domain.actor import system_actor
from server.domain.errors import Conflict, Missing
from server.outbound.vendors.driving import Paused, Unknown
from server.outbound.vendors.values import ConnectorError, NeedsUser
from server.services import connecting, installation_status, remote_subscriptions
from server.services.syncing import connections, runs
from server.store import installations
from server.store import remote_subscriptions as stored
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.actor import Mode
    from server.store.tables import Row
    from server.system.settings import Settings

BATCH: Final = 100
log = logs.get_logger()


def renew_due(settings: Settings, stopping: Callable[[], bool] = lambda: False) -> int:
    """Renew what is due; returns how many installations were looked after."""
    due: dict[tuple[str, str, str], list[Row]] = {}
    for one in stored.due(clock.now_ms(), BATCH):
        due.setdefault((one["tenant_id"], one["mode"], one["installation_id"]), []).append(one)
    for place, subscriptions in due.items():
        if stopping():
            break
        _renew(place, subscriptions, settings)
    return len(due)


def _renew(place: tuple[str, str, str], subscriptions: list[Row], settings: Settings) -> None:
    row = installations.find(*place)
    if row is None:
        return
    try:
        with connections.opened(row) as connection:
            connecting.subscribe(connection, row, settings)
    except (ConnectorError, Paused, Unknown) as error:
        _fall_back(row, subscriptions, error if isinstance(error, ConnectorError) else error.error)


def _fall_back(row: Row, subscriptions: list[Row], error: ConnectorError) -> None:
    """Note why a renewal failed, and read by polling what the vendor may no longer tell."""
    place = (row["tenant_id"], row["mode"], row["id"])
    log.warning("renewal_failed", installation_id=row["id"], integration=row["integration"], error=error.stable_code)
    for one in subscriptions:
        remote_subscriptions.postpone(one, error.detail)
    if isinstance(error, NeedsUser):
        installation_status.failed(place, error.stable_code, error.detail, error.remedy or None, needs_user=True)
    with suppress(Conflict, Missing):
        runs.start(system_actor(place[0], cast("Mode", place[1])), row["id"], "incremental", cause="schedule")
