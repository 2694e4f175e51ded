"""Users are asked like records, though they are none."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied
from server.domain.filters import All, Any_, Condition, Node, Not, Sort
from server.services.suitecrm import people
from tests.server.crm import viewer

NAME = ("name",)
A, B, D = "Alice", "Bob", "Dora"


def names(actor: Actor, where: Node | None, *sort: Sort) -> list[str]:
    """Return the names of the users that pass a test."""
    return [one["name"] for one in people.window(actor, where, sort or (Sort(NAME),), 0, 10)[0]]


@pytest.mark.parametrize(
    ("operator", "value", "wanted"),
    [
        ("eq", B, [B]),
        ("ne", B, [A, D]),
        ("lt", B, [A]),
        ("lte", B, [A, B]),
        ("gt", B, [D]),
        ("gte", B, [B, D]),
        ("in", (A, D), [A, D]),
        ("nin", (A, D), [B]),
        ("between", (A, B), [A, B]),
        ("ilike", "_o%", [B, D]),
        ("null", True, []),
    ],
)
def test_every_operator_selects(alice: Actor, operator: str, value: Any, wanted: list[str]) -> None:
    assert names(alice, Condition(NAME, operator, value)) == wanted


def test_tests_nest_and_nobody_is_deleted(alice: Actor) -> None:
    bob, dora = Condition(NAME, "eq", B), Condition(NAME, "eq", D)
    assert names(alice, Any_((bob, dora))) == [B, D]
    assert names(alice, All((Not(bob), Not(dora)))) == [A]
    assert names(alice, Condition(("deleted",), "eq", "true")) == []
    assert names(alice, Condition(("is_admin",), "eq", "true")) == [A, D]


def test_windows_and_orders(alice: Actor) -> None:
    found, total = people.window(alice, None, (Sort(NAME, descending=True),), 1, 1)
    assert ([one["name"] for one in found], total) == ([B], 3)


def test_one_may_see_oneself_and_only_administrators_the_others(alice: Actor, charlie: Actor) -> None:
    assert people.find(alice, "usr_bob") is not None
    assert people.find(charlie, "usr_bob") is None
    bob = viewer(alice)
    with pytest.raises(Denied):
        people.find(bob, "usr_dora")
    with pytest.raises(Denied):
        people.window(bob, None, (), 0, 10)
