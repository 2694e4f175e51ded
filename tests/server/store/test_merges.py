"""Merges as rows, of each tenant alone."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.store import merges
from tests.server.crm import kind, made


def row(number: int) -> dict[str, Any]:
    return {"id": f"mrg_{number}", "resource": "contacts", "record_id": "con_1", "journal": "{}", "created_at": number, "undone_at": None}


def test_merges_are_kept_newest_first_and_undone_once(alice: Actor, charlie: Actor) -> None:
    ours = (alice.tenant_id, "live")
    for number in (1, 2, 3):
        merges.insert(*ours, row(number))
    assert [one["id"] for one in merges.page(*ours, "con_1", "", 2)] == ["mrg_3", "mrg_2"]
    assert [one["id"] for one in merges.page(*ours, "con_1", "mrg_2", 2)] == ["mrg_1"]
    assert [one["id"] for one in merges.recent(*ours, "contacts", "", 2)] == ["mrg_3", "mrg_2"]
    assert [one["id"] for one in merges.recent(*ours, "contacts", "mrg_2", 2)] == ["mrg_1"]
    assert merges.recent(*ours, "companies", "", 2) == []
    assert merges.mark_undone(*ours, "mrg_3", 5)
    assert not merges.mark_undone(*ours, "mrg_3", 6)
    latest = merges.latest(*ours, "con_1")
    assert latest is not None
    assert latest["id"] == "mrg_2"
    assert merges.find(*ours, "con_1", "mrg_1") == row(1)
    theirs = (charlie.tenant_id, "live")
    assert (merges.find(*theirs, "con_1", "mrg_1"), merges.latest(*theirs, "con_1"), merges.page(*theirs, "con_1", "", 9)) == (None, None, [])
    assert merges.recent(*theirs, "contacts", "", 9) == []
    assert not merges.mark_undone(*theirs, "mrg_1", 5)


def test_who_refers_to_a_record_is_found(alice: Actor, charlie: Actor) -> None:
    ann = made(alice, "contact")["id"]
    deal = made(alice, "deal", name="d", contact_id=ann)["id"]
    made(alice, "deal", name="e")
    assert merges.referring(alice.tenant_id, "live", kind("deal"), "contact_id", ann) == [deal]
    assert merges.referring(charlie.tenant_id, "live", kind("deal"), "contact_id", ann) == []
