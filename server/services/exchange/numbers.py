"""Reads numbers and money as people write them: `1.234,56`, `1,234.56`, `1'234.56`, `(12.00)`, `12 %`, `€ 5`; never through a float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from server.domain.money import CURRENCIES

LONGEST: Final = 60
SPACES: Final = re.compile(r"[\s\u00a0\u2007\u2009\u202f'\u2019_]")
PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2})?")
NO_CENTS: Final = re.compile("[.,][-\u2013\u2014]+$")  # `5.-` and `5,--`
EXPONENT: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]{1,2}")
GROUPED: Final = {",": re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}"), ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{2,3})*\.[0-9]{3}")}
AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
SIGNS: Final = {
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "zł": "PLN",
    "Kč": "CZK",
    "₹": "INR",
    "₺": "TRY",
    "R$": "BRL",
}
MONEY: Final = re.compile(
    r"(?P<sign>[-\u2212]?)\s*(?P<before>[^\d\s.,'\u2019()+\u2212-]{0,4}\.?)\s*"
    r"(?P<number>[-\u2212(+]?[\d.,'\u2019\s]*\d[\d.,'\u2019\s]*\)?[-\u2013\u2014]*)\s*"
    r"(?P<after>[^\d\s.,'\u2019()\u2013\u2014-]{0,4}\.?)"
)


def parse_decimal(text: str, *, decimal_comma: bool) -> Decimal:
    """Return the number; `decimal_comma` decides only where the text leaves it open, as `1.234` does. Raises ValueError."""
    if len(text) <= LONGEST and PLAIN.fullmatch(text):
        return Decimal(text)
    body = NO_CENTS.sub("", SPACES.sub("", text[:LONGEST]).replace("\u2212", "-").rstrip("%"))
    negative = body.startswith(("-", "(")) or body.endswith("-")
    digits = body.removesuffix("-").removeprefix("-").removeprefix("+").removeprefix("(").removesuffix(")").rstrip("%")
    if len(text) > LONGEST or (plain := _plain(digits, decimal_comma=decimal_comma)) is None:
        raise ValueError(f"{text[:LONGEST]!r} is not a number")
    return -Decimal(plain) if negative else Decimal(plain)


def parse_money(text: str, *, decimal_comma: bool, currency: str) -> dict[str, str]:
    """Return `{amount, currency}`; `currency` is used where the text names none. Raises ValueError."""
    match = MONEY.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if match is None:
        raise ValueError(f"{text[:LONGEST]!r} is not an amount of money")
    amount = parse_decimal(match["sign"] + match["number"], decimal_comma=decimal_comma)
    return {"amount": f"{amount:f}", "currency": parse_currency(match["before"] or match["after"] or currency)}


def parse_currency(sign: str) -> str:
    """Return the code of ISO 4217 for a code or a sign. Raises ValueError."""
    code = SIGNS.get(sign) or SIGNS.get(sign.title()) or sign.rstrip(".").upper()
    if code not in CURRENCIES:
        raise ValueError(f"{sign[:16]!r} is not a currency known here; use its code of three letters")
    return code


def decimal_mark(text: str) -> str | None:
    """Return the decimal mark that a text proves, `,` or `.`; None where it proves neither."""
    body = re.sub(r"[^0-9.,]", "", text[:LONGEST]).rstrip(".,")
    last = max(body.rfind(","), body.rfind("."))
    if last < 0 or AMBIGUOUS.fullmatch(body):
        return None
    mark = body[last]
    if body.count(mark) == 1:
        return mark
    return "," if mark == "." else "."


def _plain(digits: str, *, decimal_comma: bool) -> str | None:
    """Return the digits with a point or nothing between them; None when they are not a number."""
    if digits.isascii() and digits.isdigit():
        return digits
    if EXPONENT.fullmatch(digits):
        return digits.replace(",", ".")
    mark = decimal_mark(digits) or ("," if decimal_comma else ".")
    whole, _, fraction = digits.partition(mark)
    grouping = "." if mark == "," else ","
    if grouping in whole:
        whole = whole.replace(grouping, "") if GROUPED[grouping].fullmatch(whole) else "?"
    plain = f"{whole or '0'}.{fraction}" if fraction else whole
    return plain if plain.isascii() and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", plain) else None
