"""Retries come when the schedule and the server say; a throttle holds in every window and is used up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.pacing import LIFETIME_MS, SCHEDULE, Pace, delay_seconds, hint_seconds


@pytest.mark.criterion("email-3")
def test_the_schedule_begins_soon_and_goes_on_for_two_days_whatever_the_jitter() -> None:
    assert SCHEDULE[0] * 1.2 <= 300
    assert len(SCHEDULE) + 1 >= 12
    assert sum(SCHEDULE) * 0.8 >= 48 * 3600
    assert sum(SCHEDULE) * 1000 <= LIFETIME_MS


@pytest.mark.criterion("email-3")
@given(st.integers(1, len(SCHEDULE)), st.floats(-1, 1))
def test_a_delay_is_a_fifth_more_or_less(attempt: int, jitter: float) -> None:
    found = delay_seconds(attempt, jitter=jitter)
    assert found is not None
    assert SCHEDULE[attempt - 1] * 0.799 <= found <= SCHEDULE[attempt - 1] * 1.201


def test_after_the_last_delay_there_is_none() -> None:
    assert delay_seconds(len(SCHEDULE) + 1, jitter=0) is None
    assert delay_seconds(2, jitter=0, schedule=(5,)) is None


@pytest.mark.criterion("email-3")
@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        ("4.7.1 Greylisted, please try again in 300 seconds", 300),
        ("Try again after 5 minutes", 300),
        ("retry in 2 hours", 7200),
        ("come back in 99999 hours", 86_400),
        ("4.7.0 try again later", None),
    ],
)
def test_a_stated_delay_is_honoured(reply: str, seconds: int | None) -> None:
    assert hint_seconds(reply) == seconds
    assert delay_seconds(1, jitter=-1, reply=reply) == max(seconds or 0, SCHEDULE[0] * 0.8)


@pytest.mark.criterion("email-4")
@given(st.integers(1, 600), st.lists(st.integers(0, 900), min_size=600, max_size=600))
def test_no_window_holds_more_than_the_rate_and_a_full_queue_uses_it(messages: int, lateness: list[int]) -> None:
    pace, now, following, sent = Pace(messages, 60_000), 0, 0, []
    for late in lateness:
        allowed = pace.allowed(following, now)
        sent += [now] * allowed
        if allowed:
            following = pace.next_after(following, now, allowed)
        now = max(following, now) + late % max(round(pace.interval / 4), 1)
    burst = max(int(1000 / pace.interval), 1)
    for moment in sent[::7]:
        assert sum(moment <= one < moment + 60_000 for one in sent) <= messages + burst
    if len(sent) > messages and sent[-1] >= 60_000:
        assert sum(one < 60_000 for one in sent) >= messages * 0.93 - 1


def test_nothing_goes_before_the_moment() -> None:
    assert Pace(30, 60_000).allowed(2_000, 1_999) == 0
    assert Pace(30, 60_000).allowed(2_000, 2_000) == 1
    assert Pace(6_000, 60_000).allowed(0, 0) == 100
