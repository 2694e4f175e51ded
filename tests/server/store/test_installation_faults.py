"""The error log: one row per code, with how often and when it was met last."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, installation_faults


def test_the_same_trouble_is_counted_and_shows_its_last_words(alice: Actor, charlie: Actor) -> None:
    place = (alice.tenant_id, alice.mode, "ins_1")
    with database.transaction():
        installation_faults.note(*place, "flt_1", "timeout", "first", None, 10)
        installation_faults.note(*place, "flt_2", "timeout", "again", "Wait.", 30)
        installation_faults.note(*place, "flt_3", "refused", "no", None, 20)
    found = installation_faults.newest(*place, 10)
    assert [(one["code"], one["occurrences"], one["detail"], one["first_at"], one["last_at"]) for one in found] == [
        ("timeout", 2, "again", 10, 30),
        ("refused", 1, "no", 20, 20),
    ]
    assert installation_faults.newest(charlie.tenant_id, "live", "ins_1", 10) == []
