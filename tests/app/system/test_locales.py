"""Numbers and times as each language writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.system.languages import LANGUAGES, use
from app.system.locales import LOCALES, day, moment, number, share

THEN = datetime(2026, 11, 21, 8, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "amount", "part", "date"),
    [
        ("en", "1,234,567.50", "12.5%", "2026-11-21"),
        ("de", "1.234.567,50", "12,5\N{NO-BREAK SPACE}%", "21.11.2026"),
        ("fr", "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,50", "12,5\N{NARROW NO-BREAK SPACE}%", "21/11/2026"),
        ("es", "1.234.567,50", "12,5\N{NO-BREAK SPACE}%", "21/11/2026"),
        ("ar", "1,234,567.50", "12.5%", "21/11/2026"),
        ("pseudo", "1,234,567.50", "12.5%", "2026-11-21"),
    ],
)
def test_a_language_writes_numbers_and_days_in_its_way(code: str, amount: str, part: str, date: str) -> None:
    use(code)
    assert (number(Decimal("1234567.50"), 2), share(0.125), day(THEN)) == (amount, part, date)


def test_every_language_is_known() -> None:
    assert set(LOCALES) == set(LANGUAGES)


def test_a_moment_stays_in_one_piece_among_words_from_right_to_left() -> None:
    use("de")
    assert moment(THEN, zone=True) == "21.11.2026 08:05:09 UTC"
    use("ar")
    assert moment(THEN) == "\N{LEFT-TO-RIGHT ISOLATE}21/11/2026 08:05:09\N{POP DIRECTIONAL ISOLATE}"
