"""What vendors should have told us and did not: found by reading, since nobody else notices a vendor that has stopped calling.

A vendor that has told of a resource once is read every ten minutes while it tells nothing. A change that is found then has been missed, and
the source of its messages shows as silent unless one comes soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.store import database, inbound_sources, sync_states
from server.system import clock

if TYPE_CHECKING:
    from server.services.installation_status import Place

UNDER_WAY_MS: Final = 60_000
"""A vendor that has told something within this time is not missed: its next message may be on its way."""


def note_changed(place: Place, resource: str) -> None:
    """Note that changes of a resource were found by reading: missed, where the vendor tells of it otherwise."""
    if resource in sync_states.told(*place):
        now = clock.now_ms()
        with database.transaction():
            inbound_sources.note_missed(*place, now, now - UNDER_WAY_MS)
