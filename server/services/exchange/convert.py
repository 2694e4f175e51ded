"""Turns the text of a cell into the value that the API accepts for a field, or says in one sentence why it cannot."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from server.services.exchange.conventions import Convention
from server.services.exchange.dates import parse_date, parse_moment
from server.services.exchange.errors_file import FORMULA_STARTS
from server.services.exchange.looks import key_of
from server.services.exchange.numbers import parse_currency, parse_decimal, parse_money
from server.services.exchange.synonyms import WORDS_OF_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.services.exchange.row import Cell

Kind = Literal[
    "text",
    "reference",
    "enum",
    "email",
    "phone",
    "domain",
    "currency",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "datetime",
    "list",
    "object",
]

TRUE: Final = frozenset(["yes", "y", "true", "t", "1", "x", "on", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", "s", "verdadero", "✓", "✔", "☑"])
FALSE: Final = frozenset(["no", "n", "false", "f", "0", "off", "nein", "falsch", "non", "faux", "falso", "✗", "☐"])
UNWRAPPED: Final = re.compile(r"(?:[^<>]*<|mailto:)\s*([^<>]+?)\s*>?", re.IGNORECASE)
EMAIL: Final = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/?#:@\s]+\.[^/?#:@\s]+)(?::\d+)?(?:[/?#].*)?", re.IGNORECASE)
DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
LONGEST_LINE: Final = 1_000  # of what patterns are tried on: some cost the square of the length
LARGEST_EXACT: Final = 2**53  # past that not every whole number is a float
LONGEST_EMAIL: Final = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
EXPONENT: Final = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
NEUTRALISED: Final = re.compile(f"'[{re.escape(''.join(FORMULA_STARTS))}]")
LARGEST_INTEGER: Final = 2**63 - 1


def convert(kind: Kind, value: Cell, convention: Convention | None = None, choices: Sequence[str] = ()) -> Any:
    """Return a value of JSON in the shape of the API: dates and moments as ISO 8601 text, money as `{amount, currency}`.

    None means that the cell is blank. Raises ValueError with a sentence for the user.
    """
    return converter(kind, convention or Convention(), choices)(value)


def converter(kind: Kind, convention: Convention, choices: Sequence[str] = ()) -> Callable[[Cell], Any]:
    """Return the function that converts the cells of one column."""
    if kind == "enum":
        return _enum(choices)
    by_text = _by_kind(kind, convention)
    if kind in {"list", "object"}:
        return lambda value: value if isinstance(value, list | dict) else _from_text(by_text, value)
    if kind == "boolean":
        return lambda value: value if isinstance(value, bool) else _from_text(by_text, value)
    if kind in {"integer", "decimal", "money"}:
        # A typed number is written with a point by us, whatever the texts of its column use.
        by_number = _by_kind(kind, replace(convention, decimal_comma=False))
        return lambda value: _from_text(by_text if isinstance(value, str) else by_number, value)
    return lambda value: _from_text(by_text, value)


def clean(text: str) -> str:
    """Strip what surrounds a value: spaces of every kind, and the apostrophe that keeps a spreadsheet from seeing a formula."""
    text = text.strip().strip("\u200b\ufeff\u00a0")
    return text[1:] if text[:1] == "'" and NEUTRALISED.match(text) else text


def _from_text(parse: Callable[[str], Any], value: Cell) -> Any:
    text = clean(value if isinstance(value, str) else _as_text(value))
    return parse(text) if text else None


def _as_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise ValueError("a single value is needed here, not a list or an object")  # noqa: TRY004 - one error for the caller
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _by_kind(kind: Kind, convention: Convention) -> Callable[[str], Any]:
    comma, day_first = convention.decimal_comma, convention.day_first
    parsers: dict[str, Callable[[str], Any]] = {
        "text": str,
        "reference": str,
        "email": _email,
        "phone": _phone,
        "domain": _domain,
        "currency": parse_currency,
        "boolean": _boolean,
        "list": _list,
        "object": _object,
        "integer": lambda text: _integer(parse_decimal(text, decimal_comma=comma), text),
        "decimal": lambda text: _decimal(parse_decimal(text, decimal_comma=comma)),
        "money": lambda text: parse_money(text, decimal_comma=comma, currency=convention.currency),
        "date": lambda text: parse_date(text, day_first=day_first).isoformat(),
        "datetime": lambda text: _rfc3339(text, day_first=day_first, zone=convention.time_zone),
    }
    return parsers[kind]


def _rfc3339(text: str, *, day_first: bool, zone: str) -> str:
    moment = parse_moment(text, day_first=day_first, zone=zone)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _email(text: str) -> str:
    wrapped = UNWRAPPED.fullmatch(text) if len(text) <= LONGEST_LINE else None
    text = wrapped[1] if wrapped else text
    if len(text) > LONGEST_EMAIL or EMAIL.fullmatch(text) is None or ".." in text or text.startswith(".") or ".@" in text:
        raise ValueError(f"{text[:80]!r} is not an email address")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _phone(text: str) -> str:
    if EXPONENT.fullmatch(text):
        raise ValueError(f"{text!r} is a number that a spreadsheet has rounded; the phone number is lost")
    text = " ".join(text.translate(DASHES).split())
    if sum(map(str.isdigit, text)) < 3:
        raise ValueError(f"{text[:40]!r} is not a phone number")
    return text


def _domain(text: str) -> str:
    """Take the domain out of a web address."""
    match = ADDRESS.fullmatch(text) if len(text) <= LONGEST_LINE else None
    if match is None:
        raise ValueError(f"{text[:80]!r} is not a domain or web address")
    return match[1].lower()


def _decimal(number: Decimal) -> float:
    return int(number) if number == number.to_integral_value() and abs(number) < LARGEST_EXACT else float(number)


def _integer(number: Decimal, text: str) -> int:
    if number != number.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number")
    if abs(number) > LARGEST_INTEGER:
        raise ValueError(f"{text!r} is larger than any number kept here")
    return int(number)


def _boolean(text: str) -> bool:
    word = text.casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError(f"{text[:40]!r} is neither yes nor no")


def _list(text: str) -> list[str]:
    if text.startswith("["):
        return [str(each) for each in _object(text)]
    parts = (part.strip() for part in re.split(r"[;,|\n]", text))
    return list(dict.fromkeys(part for part in parts if part))


def _object(text: str) -> Any:
    """Read a JSON object or a list of them."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{text[:40]!r} is not JSON") from error
    if not isinstance(found, dict | list):
        raise ValueError(f"{text[:40]!r} is not a JSON object or list")  # noqa: TRY004 - one error for the caller
    return found


def _enum(choices: Sequence[str]) -> Callable[[Cell], str | None]:
    """Match without case and accents, and by the words that other languages use for the choice."""
    known = {key_of(word): choice for choice in choices for word in (*WORDS_OF_VALUES.get(choice, ()), choice)}

    def match(text: str) -> str:
        if not choices:
            return text
        if (choice := known.get(key_of(text))) is None:
            raise ValueError(f"{text[:40]!r} is none of {', '.join(choices)}")
        return choice

    return lambda value: _from_text(match, value)
