"""The retry schedule, Retry-After, and the meaning of statuses."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.retry import JITTER_SHARE, LONGEST_HINT, SCHEDULE, Outcome, classify, next_delay, parse_retry_after

DATE = "Fri, 20 Nov 2026 12:00:00 GMT"
DATE_MS = 1795176000_000

attempts = st.integers(0, len(SCHEDULE) - 1)
jitters = st.floats(0, 1, exclude_max=True)
hints = st.none() | st.floats(0, allow_nan=False)


@pytest.mark.criterion("webhooks-11")
def test_ten_attempts_span_seventy_five_hours_and_thirty_five_minutes() -> None:
    delays = [next_delay(attempt, jitter=0.0) for attempt in range(10)]
    assert delays == list(SCHEDULE)
    assert sum(SCHEDULE) == 75 * 3600 + 35 * 60 + 5
    assert next_delay(10, jitter=0.0) is None


@pytest.mark.criterion("webhooks-11")
@given(attempts, jitters)
def test_jitter_makes_a_delay_longer_by_a_fifth_at_most(attempt: int, jitter: float) -> None:
    delay = next_delay(attempt, jitter=jitter)
    assert delay is not None
    assert SCHEDULE[attempt] <= delay <= SCHEDULE[attempt] * (1 + JITTER_SHARE)


@given(attempts, jitters, hints)
def test_no_attempt_comes_before_the_schedule_or_the_hint(attempt: int, jitter: float, hint: float | None) -> None:
    delay = next_delay(attempt, jitter=jitter, hint_seconds=hint)
    least = max(SCHEDULE[attempt], min(hint or 0, LONGEST_HINT))
    assert delay is not None
    assert least <= delay <= least * (1 + JITTER_SHARE)


@given(jitters, hints, st.lists(st.floats(0, 1e6), max_size=5))
def test_a_webhooks_own_schedule_sets_the_number_of_attempts(jitter: float, hint: float | None, schedule: list[float]) -> None:
    assert next_delay(len(schedule), jitter=jitter, hint_seconds=hint, schedule=schedule) is None
    assert all(next_delay(made, jitter=jitter, hint_seconds=hint, schedule=schedule) is not None for made in range(len(schedule)))


@pytest.mark.criterion("webhooks-11")
def test_a_receiver_that_heals_after_three_days_is_reached_whatever_the_jitter() -> None:
    healed_at = 3 * 86400
    for seed in range(10_000):
        chance, now, attempt = random.Random(seed), 0.0, 0
        while (delay := next_delay(attempt, jitter=chance.random())) is not None:
            assert SCHEDULE[attempt] <= delay <= SCHEDULE[attempt] * (1 + JITTER_SHARE)
            now, attempt = now + delay, attempt + 1
        assert attempt == 10
        assert now >= healed_at


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("86401", LONGEST_HINT),
        ("9" * 5000, LONGEST_HINT),
        (DATE, 60.0),
        ("Friday, 20-Nov-26 12:00:00 GMT", 60.0),
        ("Fri Nov 20 12:00:00 2026", 60.0),
        ("Thu, 19 Nov 2026 12:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2036 12:00:00 GMT", LONGEST_HINT),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("\u0661\u0662", None),
        ("Fri, 99 Nov 2026 12:00:00 GMT", None),
        ("Fri, 20 Nov 99999 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, DATE_MS - 60_000) == seconds


@given(st.text() | st.text("0123456789:, -+GMTFriNov"))
def test_whatever_a_receiver_sends_as_retry_after_the_answer_is_bounded(value: str) -> None:
    seconds = parse_retry_after(value, DATE_MS)
    assert seconds is None or 0 <= seconds <= LONGEST_HINT


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_has_its_meaning(status: int) -> None:
    throttled = Outcome.PARK if status in {429, 502, 504} else Outcome.FAILED
    expected = Outcome.DELIVERED if status // 100 == 2 else Outcome.GONE if status == 410 else throttled
    assert classify(status) is expected
