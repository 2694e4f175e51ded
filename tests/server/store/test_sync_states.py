"""Where a resource stands is read back as it was written, and forgotten with its installation alone."""

from __future__ import annotations

from server.store import database, sync_states
from server.store.sync_states import State
from tests.tenants import TENANT_A, TENANT_B

PLACE = (TENANT_A, "live", "ins_1")


def test_a_state_comes_back_as_it_was_written(opened: str) -> None:
    assert sync_states.find(*PLACE, "people") is None
    for state in (State(), State({"since": 7}, 3, {"a": (2, "cursor_expired")}, 99, (4, 5)), State({"run": {}}, sent=(-1, -1))):
        with database.transaction():
            sync_states.put(*PLACE, "people", state, 1)
        assert sync_states.find(*PLACE, "people") == state


def test_only_its_own_installation_forgets_it(opened: str) -> None:
    with database.transaction():
        sync_states.put(*PLACE, "people", State(), 1)
        assert sync_states.delete_of(TENANT_B, "live", "ins_1") == 0
        assert sync_states.delete_of(*PLACE) == 1
    assert sync_states.find(*PLACE, "people") is None
