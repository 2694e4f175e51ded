"""Rate limits: never more than a window allows, and headers that a client can trust."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.errors import Bug
from server.services import limits
from server.services.limits import Allowance, Cost, Limiter, Tier, Verdict, Window, allow, canonical
from server.system import clock
from server.system.counters import SharedCounters

PATH = "/api/v1/contacts"
START = 1_700_000_000_000

windows = st.builds(Window, st.just(""), st.integers(1, 8), st.sampled_from([1, 3, 60]))
pauses = st.lists(st.integers(0, 2_500), min_size=1, max_size=60)


def allowed(*found: Window, subject: str = "tenant", costs: tuple[Cost, ...] = ()) -> Allowance:
    numbered = tuple(Window(f"w{index}", one.requests, one.seconds, one.endpoints) for index, one in enumerate(found))
    return allow(Tier("test", numbered, costs), {"tenant": subject})


def ask(limiter: Limiter, allowance: Allowance, steps: list[int]) -> list[tuple[int, Verdict]]:
    """Ask once after each pause, and return when and with what outcome."""
    found = []
    with clock.frozen(START) as held:
        for pause in steps:
            held.advance(pause)
            found.append((held.at_ms, limiter.take(allowance, PATH)))
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
    allowance = allowed(*found)
    outcomes = ask(Limiter(), allowance, steps)
    for window, _ in allowance.charges:
        for group in grouped(outcomes, window):
            assert sum(verdict.allowed for _, verdict in group) <= window.requests


@given(windows, pauses)
def test_one_window_lets_exactly_as_much_through_as_it_says(window: Window, steps: list[int]) -> None:
    for group in grouped(ask(Limiter(), allowed(window), steps), window):
        assert sum(verdict.allowed for _, verdict in group) == min(len(group), window.requests)


@given(st.lists(windows, min_size=1, max_size=3), pauses)
def test_what_is_said_is_about_one_window_and_true(found: list[Window], steps: list[int]) -> None:
    allowance = allowed(*found)
    by_name = {window.name: window for window, _ in allowance.charges}
    for _, verdict in ask(Limiter(), allowance, steps):
        window = by_name[verdict.name]
        assert verdict.limit == window.requests
        assert 0 <= verdict.remaining < verdict.limit
        assert 1 <= verdict.reset <= window.seconds
        assert verdict.allowed is (verdict.violated == ())
        assert verdict.allowed or verdict.name in verdict.violated


@settings(deadline=None)
@given(st.lists(windows, min_size=1, max_size=3), pauses)
def test_a_client_that_comes_back_when_told_is_let_in(found: list[Window], steps: list[int]) -> None:
    allowance, limiter = allowed(*found), Limiter()
    with clock.frozen(START) as held:
        for pause in steps:
            held.advance(pause)
            verdict = limiter.take(allowance, PATH)
            if not verdict.allowed:
                held.advance(verdict.reset * 1000)
                assert limiter.take(allowance, PATH).allowed


@settings(deadline=None)
@given(st.lists(windows, min_size=1, max_size=3), pauses)
@pytest.mark.criterion("api-16")
def test_a_client_that_heeds_what_remains_is_never_refused(found: list[Window], steps: list[int]) -> None:
    allowance, limiter = allowed(*found), Limiter()
    with clock.frozen(START) as held:
        for pause in steps:
            held.advance(pause)
            verdict = limiter.take(allowance, PATH)
            assert verdict.allowed
            if verdict.remaining == 0:
                held.advance(verdict.reset * 1000)


def test_subjects_are_counted_apart() -> None:
    limiter = Limiter()
    a, b = allowed(Window("", 1, 60), subject="a"), allowed(Window("", 1, 60), subject="b")
    assert [limiter.take(one, PATH).allowed for one in (a, b, a)] == [True, True, False]


def test_a_tier_counts_for_the_tenant_and_apart_for_its_keys_and_users() -> None:
    tier = Tier("gold", (Window("second", 10, 60), Window("key-second1", 2, 60, per="key"), Window("user-second2", 3, 60, per="user")))
    by_key = {key: allow(tier, {"tenant": "ten", "key": key, "user": "usr"}) for key in ("one", "two")}
    limiter = Limiter()
    outcomes = [limiter.take(by_key[key], PATH) for key in ("one", "one", "one", "two", "two")]
    assert [found.violated for found in outcomes] == [(), (), ("key-second1",), (), ("user-second2",)]
    without_user = allow(tier, {"tenant": "ten", "key": "three", "user": None})
    assert without_user.policy == '"second";q=10;w=60, "key-second1";q=2;w=60'
    assert limiter.take(without_user, PATH).allowed


def test_a_keys_own_windows_hold_beside_those_of_the_tier() -> None:
    tier, own = Tier("gold", (Window("minute", 5, 60),)), (Window("own-minute", 1, 60, per="key"),)
    narrow, wide = allow(tier, {"tenant": "ten", "key": "narrow"}, own), allow(tier, {"tenant": "ten", "key": "wide"})
    limiter = Limiter()
    assert [limiter.take(narrow, PATH).violated for _ in range(2)] == [(), ("own-minute",)]
    assert [limiter.take(wide, PATH).allowed for _ in range(5)] == [True, True, True, True, False]


def test_a_window_for_some_paths_counts_only_those() -> None:
    limiter, allowance = Limiter(), allowed(Window("", 1, 60, ("/api/v1/contacts*", "/api/v1/orders")))
    assert limiter.take(allowance, "/api/v1/deals").allowed
    assert limiter.take(allowance, "/api/v1/contacts/con_1").allowed
    assert not limiter.take(allowance, "/api/v1/contacts").allowed
    assert not limiter.take(allowance, "/api/v1/orders").allowed
    elsewhere = limiter.take(allowance, "/api/v1/deals")
    assert (elsewhere.allowed, elsewhere.limit) == (True, limits.UNLIMITED)


@pytest.mark.parametrize("path", ["/api/contacts", "/api/contacts/", "//api/v1/contacts", "/api/v1/contacts/", "/admin/v1/tenants/ten_1/contacts"])
def test_another_spelling_of_an_address_evades_no_limit(path: str) -> None:
    assert canonical(path) == PATH


@pytest.mark.parametrize("path", ["/", "/api", "/oauth/token", "/admin/v1/tenants/ten_1", "/admin/v1/tiers"])
def test_what_is_no_part_of_the_api_stays_what_it_is(path: str) -> None:
    assert canonical(path) in {path, f"{path}/v1"}


def test_a_request_that_costs_more_uses_up_more_of_every_window() -> None:
    limiter, allowance = Limiter(), allowed(Window("", 10, 60), Window("", 100, 60), costs=(Cost(("/api/v1/exports*",), 4),))
    assert [limiter.take(allowance, "/api/v1/exports").remaining for _ in range(2)] == [6, 2]
    refused = limiter.take(allowance, "/api/v1/exports")
    assert (refused.allowed, refused.name, refused.remaining, refused.violated) == (False, "w0", 2, ("w0",))
    assert [limiter.take(allowance, PATH).remaining for _ in range(2)] == [1, 0]


def test_of_two_windows_that_are_used_up_the_later_end_is_told() -> None:
    limiter, allowance = Limiter(), allowed(Window("", 1, 1), Window("", 1, 60))
    with clock.frozen(START):
        last, refused = limiter.take(allowance, PATH), limiter.take(allowance, PATH)
    assert (last.name, last.remaining, last.reset) == ("w1", 0, 60)
    assert (refused.name, refused.reset, refused.violated) == ("w1", 60, ("w0", "w1"))


def test_the_policy_names_every_window() -> None:
    assert allowed(Window("", 100, 1), Window("", 5000, 3600)).policy == '"w0";q=100;w=1, "w1";q=5000;w=3600'


@pytest.mark.parametrize("shared", [False, True])
def test_a_used_up_window_is_known_without_counting(shared: bool, tmp_path: Path) -> None:
    counters = SharedCounters(tmp_path / "limits") if shared else None
    limiter, allowance = Limiter(counters), allowed(Window("", 2, 60))
    with clock.frozen(START) as held:
        for expected in (False, False, True, True):
            assert limiter.exhausted(allowance) is expected
            if not expected:
                limiter.take(allowance, PATH)
        assert [(window.name, state) for window, state in limiter.states(allowance, held.at_ms)] == [("w0", (2, START + 60_000))]
        held.advance(60_000)
        assert not limiter.exhausted(allowance)


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    limiter, allowance = Limiter(), allowed(Window("", 1, 1))
    for at in (START, START - 3_600_000):
        with clock.frozen(at):
            assert [limiter.take(allowance, PATH).allowed for _ in range(2)] == [True, False]


def test_the_unlimited_tier_still_counts() -> None:
    limiter, allowance = Limiter(), allow(Tier("unlimited", (limits.UNCOUNTED,)), {"tenant": "ten"})
    with clock.frozen(START):
        verdict = [limiter.take(allowance, PATH) for _ in range(3)][-1]
    assert (verdict.allowed, verdict.policy) == (True, '"default";q=1000000000;w=1')
    assert verdict.remaining == limits.UNLIMITED - 3
    assert not limiter.waits(allowance, PATH)


def test_a_tier_whose_windows_hold_for_others_only_counts_and_does_not_limit() -> None:
    allowance = allow(Tier("users", (Window("user-second", 1, 1, per="user"),)), {"tenant": "ten", "user": None})
    assert (allowance.policy, allowance.is_unlimited) == ('"default";q=1000000000;w=1', True)


def test_the_limiter_of_a_process_is_known_once_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_installed", None)
    with pytest.raises(Bug):
        limits.limiter()
    limiter = Limiter()
    limits.install(limiter)
    assert limits.limiter() is limiter
