"""Failures are counted per subject, and forgotten after a while."""

from __future__ import annotations

import pytest

from server.store import lockouts

pytestmark = pytest.mark.usefixtures("opened")


def test_failures_count_up_until_they_are_old() -> None:
    assert [lockouts.count_failure("a", now, now - 10) for now in (100, 105, 110)] == [1, 2, 3]
    assert lockouts.count_failure("b", 110, 100) == 1
    assert lockouts.count_failure("a", 121, 111) == 1


def test_the_longest_lock_of_several_subjects_counts() -> None:
    for subject, until in (("a", 500), ("b", 300)):
        lockouts.count_failure(subject, 100, 0)
        lockouts.lock(subject, until)
    assert lockouts.locked_until(["a", "b"]) == 500
    assert lockouts.locked_until(["b", "c"]) == 300
    assert lockouts.locked_until(["c"]) == 0
    lockouts.clear("a")
    assert lockouts.locked_until(["a"]) == 0


def test_pruning_keeps_what_is_locked_or_fresh() -> None:
    for subject in ("old", "locked"):
        lockouts.count_failure(subject, 100, 0)
    lockouts.lock("locked", 900)
    lockouts.count_failure("fresh", 500, 0)
    lockouts.prune(400)
    assert [lockouts.count_failure(subject, 500, 0) for subject in ("old", "locked", "fresh")] == [1, 2, 2]
