"""How single values are converted between a vendor and us, by name: pairs of pure functions, the one way the inverse of the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from connectors.sdk.times import read_time, write_time

MOST_PEOPLE: Final = 200
_ADDRESS: Final = re.compile(r"[^@\s,;<>]{1,64}@([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,62}")
TRUE: Final = frozenset({"true", "1", "yes", "on"})
FALSE: Final = frozenset({"false", "0", "no", "off", ""})


@dataclass(frozen=True)
class Converter:
    """A pair of functions; each raises ValueError or TypeError for what it cannot convert, and never sees None."""

    inward: Callable[[Any], Any]
    outward: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise TypeError("no text")
    return str(value).strip()


def _boolean(value: Any) -> bool:
    word = str(value).lower()
    if word not in TRUE | FALSE:
        raise ValueError("no yes or no")
    return word in TRUE


def _moment(form: str) -> Converter:
    return Converter(lambda value: write_time(_needed(read_time(value)), "iso_ms"), lambda value: write_time(_needed(read_time(value)), form))


def _needed(value: int | None) -> int:
    if value is None:
        raise ValueError("no time")
    return value


def _amount(value: Any) -> str:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("no amount")
    return f"{number:f}"


def _number(value: Any) -> int | float:
    number = Decimal(_amount(value))
    return int(number) if number == number.to_integral_value() else float(number)


def _cents(value: Any) -> str:
    return _amount(Decimal(int(value)).scaleb(-2))


def _to_cents(value: Any) -> int:
    cents = Decimal(str(value)).scaleb(2)
    if cents != cents.to_integral_value():
        raise ValueError("parts of a cent")
    return int(cents)


def _people(value: Any) -> list[dict[str, str]]:
    """Return people as addresses and names; what is no address that mail reaches, such as that of a room in a directory, is left out."""
    found = []
    for one in list(value)[:MOST_PEOPLE]:
        email, name = str(one.get("email") or "").strip().lower(), str(one.get("name") or "").strip()[:200]
        known = {"email": email if _ADDRESS.fullmatch(email) else "", "name": name}
        found.append({part: text for part, text in known.items() if text})
    return [one for one in found if one]


CONVERTERS: Final[Mapping[str, Converter]] = {
    "same": Converter(_same, _same),
    "text": Converter(_text, _text),
    "lower": Converter(lambda value: _text(value).lower(), lambda value: _text(value).lower()),
    "number": Converter(_number, _number),
    "integer": Converter(int, int),
    "integer_text": Converter(int, lambda value: str(int(value))),
    "boolean": Converter(_boolean, _boolean),
    "boolean_text": Converter(_boolean, lambda value: "true" if _boolean(value) else "false"),
    "amount": Converter(_amount, _amount),
    "cents": Converter(_cents, _to_cents),
    "time": _moment("iso"),
    "time_ms": _moment("ms"),
    "time_seconds": _moment("seconds"),
    "people": Converter(_people, _people),
    "day": Converter(lambda value: write_time(_needed(read_time(value)), "date"), lambda value: write_time(_needed(read_time(value)), "date")),
}
