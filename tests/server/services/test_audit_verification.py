"""Whoever writes to the database without the appliance's key is found: each kind of tampering, wherever it was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.domain.errors import Denied
from server.services import audit_chain, audit_verification, events
from server.services.audit_chain import Head
from server.store import audit_chain as chain
from server.store import database, marks
from tests.tenants import TENANT_A


def fill(actor: Actor, count: int = 6) -> None:
    with database.transaction():
        for number in range(count):
            events.record_audit(actor, "contact.updated", f"con_{number}", {"name": [None, str(number)]})
    audit_chain.seal_new()


def found() -> list[tuple[str, int, int]]:
    """Return what a verification finds: code, first and last place."""
    return [(one["code"], one["sequence"], one["last_sequence"]) for one in audit_verification.examine(0, 10_000)["problems"]]


@contextmanager
def tampering() -> Iterator[None]:
    """Write to the database as somebody does who owns it: without the triggers."""
    if database.is_sqlite():
        kept = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        for name, _ in kept:
            database.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in kept:
            database.execute(sql)
        return
    database.execute("SET session_replication_role = replica")
    yield
    database.execute("SET session_replication_role = DEFAULT")


def tamper(*statements: str) -> None:
    with tampering():
        for statement in statements:
            database.execute(statement)


def test_what_nobody_touched_verifies_in_stretches(operator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_verification, "STRETCH", 4)
    monkeypatch.setattr(audit_verification, "_BATCH", 3)
    fill(operator, 10)
    after: int | None = 0
    entries = 0
    while after is not None:
        seen = audit_verification.verify(operator, after)
        assert seen["intact"]
        entries, after = entries + seen["entries"], seen["next_after"]
    assert entries == 10
    assert seen["newest"] == {"sequence": 10, "seal": audit_chain.head().seal}
    events.record_audit(operator, "contact.updated", "con_new")
    assert audit_verification.verify(operator)["unsealed"] == 1


@pytest.mark.criterion("api-25")
@pytest.mark.parametrize(
    ("statement", "problems"),
    [
        ("UPDATE audit SET actor_id = 'usr_other' WHERE sequence = 3", [("changed", 3, 3)]),
        ("UPDATE audit SET changes = NULL WHERE sequence = 1", [("changed", 1, 1)]),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 6", [("changed", 6, 6)]),
        ("UPDATE audit SET tenant_id = 'ten_other' WHERE sequence = 2", [("changed", 2, 2)]),
        ("UPDATE audit SET position = -position WHERE sequence = 2", [("changed", 2, 2)]),
        ("UPDATE audit SET seal = 'forged' WHERE sequence = 4", [("changed", 4, 4), ("changed", 5, 5)]),
        ("DELETE FROM audit WHERE sequence = 1", [("missing", 1, 1)]),
        ("DELETE FROM audit WHERE sequence IN (3, 4)", [("missing", 3, 4)]),
        ("DELETE FROM audit WHERE sequence > 4", [("missing", 5, 6)]),
        ("DELETE FROM audit", [("missing", 1, 6)]),
    ],
)
def test_a_change_or_removal_is_found_where_it_was_made(alice: Actor, statement: str, problems: list[tuple[str, int, int]]) -> None:
    fill(alice)
    assert found() == []
    tamper(statement)
    assert found() == problems


@pytest.mark.criterion("api-25")
def test_two_entries_that_changed_places_are_found(alice: Actor) -> None:
    fill(alice)
    tamper(
        "UPDATE audit SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit SET sequence = 2 WHERE sequence = 5",
        "UPDATE audit SET sequence = 5 WHERE sequence = 99",
    )
    assert {("changed", 2, 2), ("changed", 5, 5)} <= set(found())


@pytest.mark.criterion("api-25")
def test_an_entry_that_was_made_up_is_found(alice: Actor) -> None:
    fill(alice)
    forged = "INSERT INTO audit (id, tenant_id, mode, at, actor_kind, actor_id, action, object, object_id, sequence, seal)"
    tamper(f"{forged} VALUES ('aud_x', 't', 'live', 1, 'user', 'u', 'a', 'o', 'i', 7, 's')")
    assert found() == [("unexpected", 7, 7)]


@pytest.mark.criterion("api-25")
def test_a_gap_that_the_appliance_did_not_prove_hides_nothing(alice: Actor) -> None:
    fill(alice)
    seal = chain.seal_at(4)
    tamper("DELETE FROM audit WHERE sequence IN (3, 4)", f"INSERT INTO audit_gaps VALUES (3, 4, '{seal}', 'forged', 0)")  # noqa: S608 - a seal of its own
    assert found() == [("missing", 3, 4)]


@pytest.mark.criterion("api-25")
def test_the_end_cannot_be_cut_off_with_its_newest_place(alice: Actor) -> None:
    fill(alice)
    tamper("DELETE FROM audit WHERE sequence > 3")
    marks.remove(audit_chain.HEAD)
    assert found() == [("newest_place_lost", 3, 3)]


def test_an_entry_put_back_where_others_were_removed_is_found(alice: Actor, charlie: Actor) -> None:
    fill(alice, 2)
    (kept,) = chain.after(0, 1)
    fill(charlie, 2)
    assert audit_chain.erase_tenant(TENANT_A) == 2
    assert found() == []
    forged = f"INSERT INTO audit (position, id, {', '.join(chain.CONTENT[2:])}, sequence, seal)"
    with tampering():
        marks_ = ", ".join("?" * (len(chain.CONTENT) + 2))
        database.execute(f"{forged} VALUES ({marks_})", (*kept.content, 2, kept.seal))
    assert found() != []


@pytest.mark.criterion("api-25")
def test_a_place_that_was_noted_tells_that_the_database_was_put_back(alice: Actor) -> None:
    fill(alice)
    noted = audit_chain.head()
    fill(alice, 1)
    assert audit_verification.examine(0, 100, noted)["intact"]
    for other in (Head(noted.sequence, "another"), Head(99, noted.seal)):
        problems = audit_verification.examine(0, 100, other)["problems"]
        assert [(one["code"], one["sequence"]) for one in problems] == [("noted_place_differs", other.sequence)]
    audit_chain.erase_tenant(TENANT_A)
    assert audit_verification.examine(0, 100, Head(2, "unknown by now"))["intact"]


COLUMNS = ("id", "tenant_id", "mode", "actor_kind", "actor_id", "action", "object", "object_id", "changes", "address", "request_id", "seal")


@pytest.mark.criterion("api-25")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from(COLUMNS), sequence=st.integers(1, 6), value=st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=5))
def test_no_change_of_any_column_stays_unnoticed(alice: Actor, column: str, sequence: int, value: str) -> None:
    if not chain.last():
        fill(alice)
    change = f"UPDATE audit SET {column} = ? WHERE sequence = ?"  # noqa: S608 - a name from the table above
    before = database.row(f"SELECT {column} FROM audit WHERE sequence = ?", (sequence,))  # noqa: S608 - as above
    assert before is not None
    with tampering():
        database.execute(change, (value, sequence))
        noticed: Any = found()
        database.execute(change, (before[0], sequence))
    assert bool(noticed) == (value != before[0])
    assert found() == []


def test_only_operators_verify(alice: Actor) -> None:
    with pytest.raises(Denied):
        audit_verification.verify(alice)
