"""What a process that was killed had in hand goes on at once, where another on the same data folder can tell; else when its leases end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.services import outbox
from server.store import database, leases
from server.system import clock, logs, presence

if TYPE_CHECKING:
    from server.system.settings import Settings

log = logs.get_logger()


def end_left_behind(settings: Settings) -> None:
    """End the leases of each process that is gone."""
    longest = max(settings.webhooks.lease_seconds * 1000, settings.email.lease_seconds * 1000, outbox.LEASE_MS)
    for process in presence.gone(settings.folder.run):
        now = clock.now_ms()
        with database.transaction():
            count = leases.end(process, now, now + longest)
        log.info("leases_ended", process=process, rows=count)
