"""The trail is append-only in the database itself, and only a gap lets an entry go."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import events
from server.store import audit_chain, database
from server.store.audit_chain import Gap
from tests.tenants import TENANT_A, TENANT_B


def append(actor: Actor, count: int) -> None:
    with database.transaction():
        for number in range(count):
            events.record_audit(actor, "contact.updated", f"con_{number}")


def seal_all() -> list[int]:
    """Seal what waits with made-up seals, and return the positions."""
    positions = [content[0] for content in audit_chain.unsealed(100)]
    first = audit_chain.last() + 1
    assert audit_chain.seal([(position, first + index, f"s{first + index}") for index, position in enumerate(positions)]) == len(positions)
    return positions


def refused(sql: str, *values: Any) -> None:
    with pytest.raises(Exception, match="append-only"), database.transaction():
        database.execute(sql, values)


def test_an_entry_is_sealed_once_and_then_part_of_the_chain(alice: Actor) -> None:
    append(alice, 3)
    assert audit_chain.waiting()[0] == 3
    positions = seal_all()
    assert [(entry.sequence, entry.seal, entry.content[0]) for entry in audit_chain.after(1, 10)] == [
        (2, "s2", positions[1]),
        (3, "s3", positions[2]),
    ]
    assert audit_chain.seal([(positions[0], 9, "other")]) == 0
    assert (audit_chain.last(), audit_chain.seal_at(2), audit_chain.seal_at(4), audit_chain.waiting()) == (3, "s2", None, (0, None))


def test_the_database_refuses_to_change_reseal_or_delete_an_entry(alice: Actor) -> None:
    append(alice, 2)
    refused("UPDATE audit SET changes = '{}'")
    refused("DELETE FROM audit")
    seal_all()
    refused("UPDATE audit SET actor_id = 'somebody else' WHERE sequence = 1")
    refused("UPDATE audit SET seal = 'forged' WHERE sequence = 1")
    refused("UPDATE audit SET sequence = NULL WHERE sequence = 1")
    refused("DELETE FROM audit WHERE sequence = 2")
    assert [entry.seal for entry in audit_chain.after(0, 10)] == ["s1", "s2"]


def test_entries_go_where_a_gap_accounts_for_them(alice: Actor) -> None:
    append(alice, 5)
    seal_all()
    with database.transaction():
        assert audit_chain.remove(Gap(2, 3, "s3", "p"), 7) == 2
    assert audit_chain.touching(4, 4) == (Gap(2, 3, "s3", "p"), None)
    with database.transaction():
        assert audit_chain.remove(Gap(2, 4, "s4", "q"), 8) == 1
    assert audit_chain.gaps(1, 9) == audit_chain.gaps(3, 3) == [Gap(2, 4, "s4", "q")]
    assert audit_chain.gaps(5, 9) == []
    assert [entry.sequence for entry in audit_chain.after(0, 10)] == [1, 5]
    assert (audit_chain.seal_at(4), audit_chain.seal_at(3), audit_chain.last()) == ("s4", None, 5)


def test_the_oldest_and_a_tenants_entries_are_found_in_the_order_of_the_chain(alice: Actor, charlie: Actor) -> None:
    for actor in (alice, charlie, alice):
        append(actor, 1)
    seal_all()
    assert [sequence for sequence, _, _ in audit_chain.oldest(2)] == [1, 2]
    assert [(sequence, seal) for sequence, _, seal in audit_chain.of_tenant(TENANT_A, 10)] == [(1, "s1"), (3, "s3")]
    assert [sequence for sequence, _, _ in audit_chain.of_tenant(TENANT_B, 10)] == [2]
    assert audit_chain.waiting() == (0, None)
