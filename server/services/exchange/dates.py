"""Reads dates and moments as people write them; which of two numbers is the day is decided per column, never per cell."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

LONGEST: Final = 60
CENTURY_TURNS: Final = 70  # 69 is 2069, 70 is 1970
NUMERIC: Final = re.compile(r"([0-9]{1,4})\s?([./-])\s?([0-9]{1,2})\s?\2\s?([0-9]{2}|[0-9]{4})")
COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
DAY_NAME: Final = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|er|º)?\.?(?:\s+of|\s+de)?[\s-]+([^\W\d_]+)\.?,?(?:\s+del?)?[\s-]+([0-9]{4}|[0-9]{2})", re.IGNORECASE
)
NAME_DAY: Final = re.compile(r"([^\W\d_]+)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})", re.IGNORECASE)
MOMENT: Final = re.compile(
    r"(?P<date>.+?)(?:[T ]|,\s*|\s+um\s+|\s+at\s+)\s*"
    r"(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?(?:\s*Uhr)?\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier enero ene janv",
            "feb february februar février febrero févr fev",
            "mar march märz mär mrz mars marzo",
            "apr april avril abril avr abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio juil",
            "aug august août agosto ago aout",
            "sep sept september septembre septiembre setiembre",
            "oct october oktober okt octobre octubre",
            "nov november novembre noviembre",
            "dec december dezember dez décembre diciembre dic déc",
        ),
        start=1,
    )
    for name in names.split()
}


def parse_date(text: str, *, day_first: bool) -> date:
    """Return the date; a time of day after it is left out. `day_first` decides `3/4/2026`, not `3.4.2026`. Raises ValueError."""
    if len(text) == 10 and text[4] == "-":
        return _iso(text)
    if len(text) > LONGEST:
        raise ValueError(f"{text[:LONGEST]!r} is not a date")
    moment = MOMENT.fullmatch(text)
    found = _parts(moment["date"].strip() if moment else text, day_first=day_first)
    if found is None:
        raise ValueError(f"{text!r} is not a date")
    year, month, day = found
    try:
        return date(_full_year(year), month, day)
    except ValueError as error:
        order = "day/month/year" if day_first else "month/day/year"
        hint = f"; this column is read as {order}" if "/" in text else ""
        raise ValueError(f"{text!r} is not a date of the calendar{hint}") from error


def parse_moment(text: str, *, day_first: bool, zone: str) -> datetime:
    """Return the moment in UTC; one without an offset is in the time zone `zone`, one without a time is midnight there. Raises ValueError."""
    match = MOMENT.fullmatch(text) if len(text) <= LONGEST else None
    day = parse_date(match["date"].strip() if match else text, day_first=day_first)
    if match is None:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    try:
        clock = time(_hour(match), int(match["minute"]), int(match["second"] or 0), int((match["fraction"] or "0").ljust(6, "0")[:6]))
        return datetime.combine(day, clock, _offset(match["zone"]) or ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a date and time") from error


def day_comes_first(text: str) -> bool | None:
    """Return what a text proves about the order of its column: True, False, or None where it proves nothing."""
    match = NUMERIC.match(text.strip()[:LONGEST])
    if match is None or match[2] == "." or len(match[1]) > 2:
        return None
    first, second = int(match[1]), int(match[3])
    return None if (first > 12) == (second > 12) else first > 12


def _iso(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date of the calendar") from error


def _parts(text: str, *, day_first: bool) -> tuple[str, int, int] | None:
    """Return year as written, month and day."""
    if match := NUMERIC.fullmatch(text):
        return _numeric_parts(*match.groups(), day_first=day_first)
    if match := COMPACT.fullmatch(text):
        return match[1], int(match[2]), int(match[3])
    if (match := DAY_NAME.fullmatch(text)) and (month := MONTHS.get(match[2].casefold())):
        return match[3], month, int(match[1])
    if (match := NAME_DAY.fullmatch(text)) and (month := MONTHS.get(match[1].casefold())):
        return match[3], month, int(match[2])
    return None


def _numeric_parts(first: str, mark: str, second: str, third: str, *, day_first: bool) -> tuple[str, int, int] | None:
    if len(first) == 4:
        return first, int(second), int(third)
    if len(first) == 3:
        return None
    return (third, int(second), int(first)) if day_first or mark == "." else (third, int(first), int(second))


def _full_year(year: str) -> int:
    number = int(year)
    if len(year) > 2:
        return number
    return number + (2000 if number < CENTURY_TURNS else 1900)


def _hour(match: re.Match[str]) -> int:
    hour, half = int(match["hour"]), (match["half"] or "").casefold()
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("the hour does not fit am or pm")
    return hour % 12 + (12 if half.startswith("p") else 0)


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
