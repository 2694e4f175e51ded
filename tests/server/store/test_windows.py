"""Rows by their number, and how many there are."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Invalid
from server.domain.filters import Condition, Sort
from server.services import records
from server.store import windows
from tests.server.crm import kind, made

COMPANY = kind("company")


def names(actor: Actor, offset: int, limit: int, where: Condition | None = None) -> tuple[list[str], int]:
    """Return the names in a window, and the count."""
    found, total = windows.window(actor.tenant_id, actor.mode, COMPANY, where=where, sort=(Sort(("name",)),), offset=offset, limit=limit, custom={})
    return [one["name"] for one in found], total


def test_a_window_shows_its_rows_and_counts_them_all(alice: Actor, charlie: Actor) -> None:
    for name in "abcde":
        made(alice, "company", name=name)
    made(charlie, "company", name="f")
    assert names(alice, 0, 2) == (["a", "b"], 5)
    assert names(alice, 4, 2) == (["e"], 5)
    assert names(alice, 5, 2) == ([], 5)
    assert names(alice, 0, 0) == ([], 5)
    assert names(alice, 0, 9, Condition(("name",), "gt", "c")) == (["d", "e"], 2)


def test_deleted_rows_are_there_only_when_asked_for(alice: Actor) -> None:
    first, _ = made(alice, "company", name="a"), made(alice, "company", name="b")
    records.remove(alice, COMPANY, first["id"])
    assert names(alice, 0, 9) == (["b"], 1)
    assert names(alice, 0, 9, Condition(("deleted",), "eq", "true")) == (["a"], 1)


def test_an_unknown_field_is_refused(alice: Actor) -> None:
    with pytest.raises(Invalid):
        names(alice, 0, 9, Condition(("nmae",), "eq", "x"))
