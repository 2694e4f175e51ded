"""Numbers and times as a language writes them; digits are Western in every language, because ids, ports and codes stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from app.system.languages import active


@dataclass(frozen=True, slots=True)
class Locale:
    """How one language writes (CLDR 46); `percent` is the sign with what stands before it."""

    thousands: str
    decimal: str
    percent: str
    day: str


ENGLISH: Final = Locale(",", ".", "%", "%Y-%m-%d")
LOCALES: Final[Mapping[str, Locale]] = {
    "en": ENGLISH,
    "de": Locale(".", ",", "\N{NO-BREAK SPACE}%", "%d.%m.%Y"),
    "fr": Locale("\N{NARROW NO-BREAK SPACE}", ",", "\N{NARROW NO-BREAK SPACE}%", "%d/%m/%Y"),
    "es": Locale(".", ",", "\N{NO-BREAK SPACE}%", "%d/%m/%Y"),
    "ar": Locale(",", ".", "%", "%d/%m/%Y"),
}


def number(value: float | Decimal, places: int = 0) -> str:
    """Return a number with so many decimal places."""
    locale = _locale()
    return f"{value:,.{places}f}".translate({ord(","): locale.thousands, ord("."): locale.decimal})


def share(value: float, places: int = 1) -> str:
    """Return a part of one in hundredths."""
    return number(value * 100, places) + _locale().percent


def day(then: date) -> str:
    """Return a day."""
    return then.strftime(_locale().day)


def moment(then: datetime, *, zone: bool = False) -> str:
    """Return a day and a time of day, with the time zone; among words of the other direction it stays one piece."""
    text = then.strftime(f"{_locale().day} %H:%M:%S{' %Z' if zone else ''}")
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if active().right_to_left else text


def _locale() -> Locale:
    return LOCALES.get(active().code, ENGLISH)
