"""Rotation: whatever records come and go, a kind of key that has signed once has exactly one that signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail import rotation
from server.domain.mail.rotation import KEPT_MS, SETTLE_MS, Turn


def test_the_first_key_signs_as_soon_as_it_is_seen() -> None:
    assert rotation.steps([Turn("a", "rsa", "pending", 0)], {"a": True}, 1) == {"a": "active"}
    assert rotation.steps([Turn("a", "rsa", "pending", 0)], {"a": False}, 1) == {}


@pytest.mark.criterion("email-12")
def test_a_successor_is_seen_waits_a_while_and_takes_over_in_one_step() -> None:
    old, new = Turn("old", "rsa", "active", 0), Turn("new", "rsa", "pending", 10)
    assert rotation.steps([old, new], {"new": True}, 20) == {"new": "verified"}
    waiting = Turn("new", "rsa", "verified", 20)
    assert rotation.steps([old, waiting], {"new": True}, 20 + SETTLE_MS - 1) == {}
    assert rotation.steps([old, waiting], {}, 20 + SETTLE_MS) == {}, "nobody knows whether it is still there"
    assert rotation.steps([old, waiting], {"new": False}, 20 + SETTLE_MS) == {"new": "pending"}
    assert rotation.steps([old, waiting], {"new": True}, 20 + SETTLE_MS) == {"new": "active", "old": "retiring"}


@pytest.mark.criterion("email-12")
def test_an_old_key_is_kept_for_a_week() -> None:
    retiring = Turn("old", "rsa", "retiring", 100)
    assert rotation.steps([retiring], {}, 100 + KEPT_MS - 1) == {}
    assert rotation.steps([retiring], {}, 100 + KEPT_MS) == {"old": "retired"}
    assert KEPT_MS >= 7 * 86_400_000


def test_a_key_of_one_kind_replaces_none_of_another() -> None:
    keys = [Turn("r", "rsa", "active", 0), Turn("e", "ed", "pending", 0)]
    assert rotation.steps(keys, {"e": True}, 5) == {"e": "active"}


@pytest.mark.criterion("email-12")
@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from([True, False, None]), min_size=6, max_size=6)), max_size=40))
def test_from_its_first_on_there_is_always_one_active_key(rounds: list[tuple[int, list[bool | None]]]) -> None:
    keys: list[Turn] = [Turn("0", "rsa", "pending", 0)]
    now, signs = 0, False
    for hours, seen in rounds:
        now += hours * 3_600_000
        if hours == 0 and len(keys) < len(seen):
            keys.append(Turn(str(len(keys)), "rsa", "pending", now))
        known = {key.id: one for key, one in zip(keys, seen, strict=False) if one is not None}
        taken = rotation.steps(keys, known, now)
        keys = [Turn(key.id, key.algorithm, taken[key.id], now) if key.id in taken else key for key in keys]
        active = [key for key in keys if key.state == "active"]
        signs = signs or bool(active)
        assert len(active) == int(signs)
