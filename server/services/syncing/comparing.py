"""A dry run: what a sync would do, counted by doing it and undoing every page; nothing is sent and nothing stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.store import database
from server.store import events as happened

if TYPE_CHECKING:
    from server.services.syncing.applying import Applier
    from server.services.syncing.connections import Connection
    from server.services.syncing.pushing import Push
    from server.store.sync_states import State

LOOKED_AT: Final = 500


def compare(connection: Connection, applier: Applier, push: Push, state: State) -> None:
    """Count what reading from the cursor on would change here, and what would be sent."""
    for page in connection.driver.run(connection.connector.import_data(applier.name, state.cursor)):
        with database.trial():
            applier.apply(list(page.rows), page.partition, state.generation)
            applier.remove_known(page.deletes)
        if applier.is_led_to:
            applier.rehearsed.update((applier.name, row.id) for row in page.rows if not row.problem)
    if state.sent is not None:
        _count_sent(push, state.sent)


def _count_sent(push: Push, place: tuple[int, int]) -> None:
    tenant_id, mode, _ = push.connection.place
    while found := happened.touched(tenant_id, mode, push.fields.resource.noun, place, LOOKED_AT):
        with database.trial():
            for one in push.pending(list(dict.fromkeys(object_id for _, object_id in found))):
                push.counts[f"sent_{one.change.action}d"] += 1
        place = found[-1][0]
