"""The keys that duplicates share, of each tenant alone."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import duplicates


def test_keys_that_several_records_have_are_found_in_order(alice: Actor, charlie: Actor) -> None:
    ours = (alice.tenant_id, "live", "contact")
    duplicates.put(*ours, {"con_1": {"1a", "2b"}, "con_2": {"1a", "2b"}, "con_3": {"2b", "3c"}})
    duplicates.put(charlie.tenant_id, "live", "contact", {"con_4": {"3c"}, "con_5": {"1a"}})
    assert duplicates.shared(*ours, "", 9) == [("1a", 2), ("2b", 3)]
    assert duplicates.shared(*ours, "", 1) == [("1a", 2)]
    assert duplicates.shared(*ours, "1a", 9) == [("2b", 3)]
    assert duplicates.shared(charlie.tenant_id, "live", "contact", "", 9) == []
    assert duplicates.members(*ours, ["1a", "2b", "9z"], 2) == {"1a": ["con_1", "con_2"], "2b": ["con_1", "con_2"], "9z": []}
    assert duplicates.members(*ours, [], 2) == {}


def test_what_is_written_again_replaces_and_nothing_removes(alice: Actor) -> None:
    ours = (alice.tenant_id, "live", "contact")
    duplicates.put(*ours, {"con_1": {"1a", "2b"}, "con_2": {"1a", "2b"}})
    duplicates.put(*ours, {"con_1": {"2b", "3c"}})
    assert duplicates.shared(*ours, "", 9) == [("2b", 2)]
    duplicates.put(*ours, {"con_2": set()})
    assert duplicates.shared(*ours, "", 9) == []
