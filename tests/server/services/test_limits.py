"""Rate limits: never more than a window allows, and headers that a client can trust."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.services import limits
from server.services.limits import Limiter, Tier, Verdict, Window
from server.system import clock

PATH = "/api/v1/contacts"
START = 1_700_000_000_000

windows = st.builds(Window, st.just(""), st.integers(1, 8), st.sampled_from([1, 3, 60]))
pauses = st.lists(st.integers(0, 2_500), min_size=1, max_size=60)


def tier_of(*found: Window) -> Tier:
    return Tier("test", tuple(Window(f"w{index}", one.requests, one.seconds, one.endpoints) for index, one in enumerate(found)))


def ask(limiter: Limiter, tier: Tier, steps: list[int]) -> list[tuple[int, Verdict]]:
    """Ask once after each pause, and return when and with what outcome."""
    found = []
    with clock.frozen(START) as held:
        for pause in steps:
            held.advance(pause)
            found.append((held.at_ms, limiter.take("tenant", tier, PATH)))
    return found


def grouped(outcomes: list[tuple[int, Verdict]], window: Window) -> list[list[tuple[int, Verdict]]]:
    """Return outcomes per window: the first request opens one, the first after its end the next."""
    groups: list[list[tuple[int, Verdict]]] = []
    for at, verdict in outcomes:
        if not groups or at >= groups[-1][0][0] + window.seconds * 1000:
            groups.append([])
        groups[-1].append((at, verdict))
    return groups


@given(st.lists(windows, min_size=1, max_size=3), pauses)
def test_no_window_ever_lets_more_through_than_it_says(found: list[Window], steps: list[int]) -> None:
    tier = tier_of(*found)
    outcomes = ask(Limiter(), tier, steps)
    for window in tier.windows:
        for group in grouped(outcomes, window):
            assert sum(verdict.allowed for _, verdict in group) <= window.requests


@given(windows, pauses)
def test_one_window_lets_exactly_as_much_through_as_it_says(window: Window, steps: list[int]) -> None:
    for group in grouped(ask(Limiter(), tier_of(window), steps), window):
        assert sum(verdict.allowed for _, verdict in group) == min(len(group), window.requests)


@given(st.lists(windows, min_size=1, max_size=3), pauses)
def test_what_is_said_is_about_one_window_and_true(found: list[Window], steps: list[int]) -> None:
    tier = tier_of(*found)
    by_name = {window.name: window for window in tier.windows}
    for _, verdict in ask(Limiter(), tier, steps):
        window = by_name[verdict.name]
        assert verdict.limit == window.requests
        assert 0 <= verdict.remaining < verdict.limit
        assert 1 <= verdict.reset <= window.seconds
        assert verdict.allowed is (verdict.violated == ())
        assert verdict.allowed or verdict.name in verdict.violated


@settings(deadline=None)
@given(st.lists(windows, min_size=1, max_size=3), pauses)
def test_a_client_that_comes_back_when_told_is_let_in(found: list[Window], steps: list[int]) -> None:
    tier, limiter = tier_of(*found), Limiter()
    with clock.frozen(START) as held:
        for pause in steps:
            held.advance(pause)
            verdict = limiter.take("tenant", tier, PATH)
            if not verdict.allowed:
                held.advance(verdict.reset * 1000)
                assert limiter.take("tenant", tier, PATH).allowed


@given(windows, pauses)
def test_a_client_that_heeds_what_remains_is_never_refused(window: Window, steps: list[int]) -> None:
    tier, limiter = tier_of(window), Limiter()
    with clock.frozen(START) as held:
        for pause in steps:
            held.advance(pause)
            verdict = limiter.take("tenant", tier, PATH)
            assert verdict.allowed
            if verdict.remaining == 0:
                held.advance(verdict.reset * 1000)


def take(limiter: Limiter, tier: Tier, subject: str = "tenant", path: str = PATH) -> Verdict:
    return limiter.take(subject, tier, path)


def test_subjects_are_counted_apart() -> None:
    limiter, tier = Limiter(), tier_of(Window("", 1, 60))
    assert [take(limiter, tier, "a").allowed, take(limiter, tier, "b").allowed, take(limiter, tier, "a").allowed] == [True, True, False]


def test_a_window_for_some_paths_counts_only_those() -> None:
    limiter, tier = Limiter(), tier_of(Window("", 1, 60, ("/api/v1/contacts*",)))
    assert take(limiter, tier, path="/api/v1/deals").allowed
    assert take(limiter, tier, path="/api/v1/contacts/con_1").allowed
    assert not take(limiter, tier, path="/api/v1/contacts").allowed
    elsewhere = take(limiter, tier, path="/api/v1/deals")
    assert (elsewhere.allowed, elsewhere.limit) == (True, limits.UNLIMITED)


def test_of_two_windows_that_are_used_up_the_later_end_is_told() -> None:
    limiter, tier = Limiter(), tier_of(Window("", 1, 1), Window("", 1, 60))
    with clock.frozen(START):
        take(limiter, tier)
        verdict = take(limiter, tier)
    assert (verdict.name, verdict.reset, verdict.violated) == ("w1", 60, ("w0", "w1"))


def test_the_policy_names_every_window() -> None:
    assert tier_of(Window("", 100, 1), Window("", 5000, 3600)).policy == '"w0";q=100;w=1, "w1";q=5000;w=3600'


def test_a_used_up_window_is_known_without_counting() -> None:
    limiter, tier = Limiter(), tier_of(Window("", 2, 60))
    with clock.frozen(START) as held:
        for expected in (False, False, True, True):
            assert limiter.exhausted("tenant", tier) is expected
            if not expected:
                take(limiter, tier)
        held.advance(60_000)
        assert not limiter.exhausted("tenant", tier)


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    limiter, tier = Limiter(), tier_of(Window("", 1, 1))
    with clock.frozen(START):
        assert take(limiter, tier).allowed
        assert not take(limiter, tier).allowed
    with clock.frozen(START - 3_600_000):
        assert take(limiter, tier).allowed
        assert not take(limiter, tier).allowed


def test_ended_windows_are_swept_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_SWEEP_ABOVE", 10)
    limiter, tier = Limiter(), tier_of(Window("", 1, 1))
    with clock.frozen(START) as held:
        for number in range(100):
            take(limiter, tier, f"subject {number}")
            held.advance(500)
    assert len(limiter._counts) <= 12


def test_the_unlimited_tier_still_counts() -> None:
    limiter, tier = Limiter(), Tier("unlimited", (Window("default", limits.UNLIMITED, 1),))
    with clock.frozen(START):
        verdict = [take(limiter, tier) for _ in range(3)][-1]
    assert (verdict.allowed, verdict.policy) == (True, '"default";q=1000000000;w=1')
    assert verdict.remaining == limits.UNLIMITED - 3
