"""Dates are read as people write them; the order of day and month is the column's, and a day that does not exist is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.dates import MONTHS, day_comes_first, parse_date, parse_moment

LAST_DAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31",
        "31.12.2026",
        "31. 12. 2026",
        "31.12.26",
        "31/12/2026",
        "31-12-2026",
        "2026/12/31",
        "2026.12.31",
        "20261231",
        "31. Dezember 2026",
        "31 déc. 2026",
        "31 de diciembre de 2026",
        "31-Dec-26",
        "Dec 31, 2026",
        "December 31st 2026",
        "31.12.2026 00:00",
        "2026-12-31T23:59:59Z",
    ],
)
def test_a_day_is_read_in_many_spellings(text: str) -> None:
    assert parse_date(text, day_first=True) == LAST_DAY


def test_the_order_of_the_column_decides_what_the_text_leaves_open() -> None:
    assert parse_date("3/4/2026", day_first=True) == date(2026, 4, 3)
    assert parse_date("3/4/2026", day_first=False) == date(2026, 3, 4)
    assert parse_date("3.4.2026", day_first=False) == date(2026, 4, 3)


def test_a_cell_against_the_order_of_its_column_is_refused_not_turned_round() -> None:
    with pytest.raises(ValueError, match="this column is read as month/day/year"):
        parse_date("31/12/2026", day_first=False)


@pytest.mark.parametrize(("text", "year"), [("1.1.69", 2069), ("1.1.70", 1970), ("1.1.00", 2000)])
def test_two_digits_of_a_year_are_completed(text: str, year: int) -> None:
    assert parse_date(text, day_first=True).year == year


@pytest.mark.parametrize(
    "text",
    ["31.02.2024", "2024-02-31", "00.01.2024", "gestern", "12", "1.2", "123.1.2024", "32 May 2024", "5 Foo 2024", "2024-1", "x" * 99, "0000-01-01"],
)
def test_what_is_no_date_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(text, day_first=True)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y"]))
def test_every_date_is_read_back(day: date, pattern: str) -> None:
    assert parse_date(day.strftime(pattern), day_first=not pattern.startswith("%m")) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_parsers(text: str) -> None:
    with suppress(ValueError):
        parse_date(text, day_first=True)
    with suppress(ValueError):
        parse_moment(text, day_first=True, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01T12:00:00Z", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("2026-07-01T12:00:00+02:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01 12:00:00 -0500", datetime(2026, 7, 1, 17, tzinfo=UTC)),
        ("2026-07-01 12:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("1.1.2026 12:00", datetime(2026, 1, 1, 11, tzinfo=UTC)),
        ("01.07.2026, 14:30 Uhr", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("1/7/2026 2:30 PM", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("1/7/2026 12:05 am", datetime(2026, 6, 30, 22, 5, tzinfo=UTC)),
        ("2026-07-01T12:00:00.123456789Z", datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("1 juillet 2026 14h30", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_moment_without_an_offset_is_in_the_zone_of_the_tenant(text: str, utc: datetime) -> None:
    assert parse_moment(text, day_first=True, zone="Europe/Berlin") == utc


@pytest.mark.parametrize(
    "text", ["2026-07-01 25:00", "2026-07-01 13:00 pm", "2026-07-01 12:60", "2026-07-01 12:00 +99:00", "0001-01-01 00:00 +14:00"]
)
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date and time"):
        parse_moment(text, day_first=True, zone="UTC")


@pytest.mark.parametrize(
    ("text", "proof"),
    [("31/12/2026", True), ("12/31/2026", False), ("3/4/2026", None), ("31.12.2026", None), ("2026-12-31", None), ("x", None), ("13/13/13", None)],
)
def test_a_text_proves_the_order_or_nothing(text: str, proof: bool | None) -> None:
    assert day_comes_first(text) is proof


def test_the_names_of_months_mean_one_month_each() -> None:
    assert sorted(set(MONTHS.values())) == list(range(1, 13))
    assert (MONTHS["mai"], MONTHS["märz"], MONTHS["août"], MONTHS["enero"]) == (5, 3, 8, 1)
