"""The truth table of two-way sync: every state of one side against every state of the other, under every policy."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.merging import EXISTENCE, POLICIES, Merged, Policy, Side, edited, merge

BASE = {"email": "old", "phone": "1", "title": "x"}
STATES = ("unchanged", "edited_same_field", "edited_other_field", "deleted")
LOCAL = {"unchanged": BASE, "edited_same_field": {**BASE, "email": "ours"}, "edited_other_field": {**BASE, "phone": "2"}, "deleted": None}
REMOTE = {"unchanged": BASE, "edited_same_field": {**BASE, "email": "theirs"}, "edited_other_field": {**BASE, "title": "y"}, "deleted": None}
OURS, THEIRS = LOCAL["edited_same_field"], REMOTE["edited_same_field"]
# What both sides come to, whatever the policy: (local, remote) -> values.
AGREED: dict[tuple[str, str], Mapping[str, str] | None] = {
    ("unchanged", "unchanged"): BASE,
    ("unchanged", "edited_same_field"): THEIRS,
    ("unchanged", "edited_other_field"): REMOTE["edited_other_field"],
    ("unchanged", "deleted"): None,
    ("edited_same_field", "unchanged"): OURS,
    ("edited_same_field", "edited_other_field"): {"email": "ours", "phone": "1", "title": "y"},
    ("edited_other_field", "unchanged"): LOCAL["edited_other_field"],
    ("edited_other_field", "edited_same_field"): {"email": "theirs", "phone": "2", "title": "x"},
    ("edited_other_field", "edited_other_field"): {"email": "old", "phone": "2", "title": "y"},
    ("deleted", "unchanged"): None,
    ("deleted", "deleted"): None,
}
# Who wins where both cannot be had; the local side was changed last, so `newest` is `local`.
DISPUTED = {
    ("edited_same_field", "edited_same_field"): "email",
    ("edited_same_field", "deleted"): EXISTENCE,
    ("edited_other_field", "deleted"): EXISTENCE,
    ("deleted", "edited_same_field"): EXISTENCE,
    ("deleted", "edited_other_field"): EXISTENCE,
}
CELLS = list(product(STATES, STATES, POLICIES))


def expected(local: str, remote: str, policy: Policy) -> Merged:
    if (local, remote) in AGREED:
        values = AGREED[local, remote]
        return Merged(values, values)
    mine, yours = LOCAL[local], REMOTE[remote]
    if policy == "ask":
        return Merged(mine, yours, (DISPUTED[local, remote],))
    winner = yours if policy == "remote" else mine
    return Merged(winner, winner)


def test_the_table_has_sixty_four_cells() -> None:
    assert len(CELLS) == 64
    assert set(AGREED) | set(DISPUTED) == set(product(STATES, STATES))


@pytest.mark.criterion("connectors-19")
@pytest.mark.parametrize(("local", "remote", "policy"), CELLS)
def test_a_record_comes_to_what_the_table_says(local: str, remote: str, policy: Policy) -> None:
    assert merge(BASE, Side(LOCAL[local], 2_000), Side(REMOTE[remote], 1_000), policy) == expected(local, remote, policy)


def test_the_later_edit_wins_under_newest() -> None:
    assert merge(BASE, Side(OURS, 1_000), Side(THEIRS, 2_000), "newest").local == THEIRS
    assert merge(BASE, Side(OURS, 2_000), Side(THEIRS, 1_000), "newest").remote == OURS


def test_an_edit_outlives_a_deletion_of_an_unknown_moment() -> None:
    assert merge(BASE, Side(OURS, 1_000), Side(None), "newest") == Merged(OURS, OURS)
    assert merge(BASE, Side(None), Side(THEIRS, 1_000), "newest") == Merged(THEIRS, THEIRS)
    assert merge(BASE, Side(OURS, 1_000), Side(None, 2_000), "newest") == Merged(None, None)


def test_two_records_that_never_agreed_fill_each_others_gaps() -> None:
    merged = merge({}, Side({"email": "a", "phone": None}), Side({"email": "a", "phone": "7"}), "ask")
    assert merged == Merged({"email": "a", "phone": "7"}, {"email": "a", "phone": "7"})


values = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), max_size=4)


@given(values, values, values, st.sampled_from(POLICIES))
def test_no_edit_of_a_field_that_only_one_side_touched_is_lost(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], policy: Policy
) -> None:
    merged = merge(base, Side(ours, 1), Side(theirs, 2), policy)
    mine, yours = edited(base, ours), edited(base, theirs)
    assert merged.local is not None
    assert merged.remote is not None
    for name in mine.keys() ^ yours.keys():
        wanted = mine.get(name, yours.get(name)) if name in mine else yours[name]
        assert (merged.local.get(name), merged.remote.get(name)) == (wanted, wanted)


@given(values, values, values, st.sampled_from(("remote", "local", "newest")))
def test_merging_again_changes_nothing(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], policy: Policy) -> None:
    merged = merge(base, Side(ours, 1), Side(theirs, 2), policy)
    assert merged.local is not None
    assert edited(merged.local, merged.remote or {}) == {}
    assert not merge(merged.local, Side(merged.local), Side(merged.remote), policy).conflicts
