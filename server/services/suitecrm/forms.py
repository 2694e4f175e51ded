"""How one value is written in SuiteCRM's words: every one is text there; booleans are 0 and 1, moments `2026-11-20 12:00:00` in UTC.

Both of SuiteCRM's formats of a moment are read: that one, and ISO 8601 with an offset. Moments have whole seconds there and
milliseconds here, so one second of theirs is a thousand of ours and comparisons are made accordingly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Invalid
from server.domain.filters import All, Any_, Condition, Node, Not
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable

Path = tuple[str, ...]
_PATTERN_SIGN: Final = re.compile(r"[\\%_]")
OPERATORS: Final = frozenset({"eq", "ne", "lt", "lte", "gt", "gte", "like", "in", "nin", "between", "null"})
_TRUE: Final = frozenset({"1", "true", "on", "yes"})
_FALSE: Final = frozenset({"", "0", "false", "off", "no"})
_LAST_MS: Final = 999


def text_of(name: str, value: Any) -> str:
    """Return what a client sent for a field as text. Raises Invalid for lists and objects."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise Invalid(f"The value of {name} has to be a text, a number or a boolean.", code="invalid_value")


def _wrong(value: str, wanted: str) -> Invalid:
    return Invalid(f"'{value[:100]}' is not {wanted}.", code="invalid_value")


def _boolean(value: str) -> bool:
    if value.lower() not in _TRUE | _FALSE:
        raise _wrong(value, "a boolean: 0 or 1")
    return value.lower() in _TRUE


def _number(value: str) -> float | int:
    try:
        found = float(value)
    except ValueError:
        raise _wrong(value, "a number") from None
    if abs(found) > 1e15 or found != found:  # noqa: PLR0124 - what is not a number differs from itself
        raise _wrong(value, "a number")
    return int(found) if found.is_integer() else found


def _amount(value: str) -> str:
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise _wrong(value, "an amount") from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 12:
        raise _wrong(value, "an amount")
    return format(round(found, 4).normalize() + 0, "f")


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise _wrong(value, "a date such as 2026-11-20") from None


def moment_ms(value: str) -> int:
    """Return milliseconds for a moment in either of SuiteCRM's formats. Raises Invalid."""
    try:
        # A plus sign that was not escaped arrives as a blank.
        return clock.parse_rfc3339(value.strip().replace(" ", "+") if "T" in value else value.strip())
    except (ValueError, OverflowError):
        raise _wrong(value, "a moment such as 2026-11-20 12:00:00") from None


def moment_text(rfc3339: str) -> str:
    """Return a moment of ours as SuiteCRM stores it."""
    return rfc3339[:19].replace("T", " ")


def _plain(path: Path, operator: str, value: Any, parse: Callable[[str], Any]) -> Node:
    if operator in {"in", "nin", "between"}:
        return Condition(path, operator, tuple(str(parse(one)) for one in value))
    return Condition(path, operator, str(parse(value)))


def same(path: Path, value: str) -> Condition:
    """Return the test of being equal as MySQL's usual collations have it: no notice is taken of case, nor of blanks at the end."""
    return Condition(path, "ilike", _PATTERN_SIGN.sub(r"\\\g<0>", value.rstrip(" ")))


def _test_text(path: Path, operator: str, value: Any) -> Node:
    return _test_words(path, operator, value, same)


def _test_email(path: Path, operator: str, value: Any) -> Node:
    """Compare an address: the records' own ones are stored in lower case, so that an index finds them."""
    return _test_words(path, operator, value, same if path[0] == "custom" else lambda path, one: Condition(path, "eq", one.strip().lower()))


def _test_words(path: Path, operator: str, value: Any, equal: Callable[[Path, str], Node]) -> Node:
    if operator in {"in", "nin"}:
        found: Node = Any_(tuple(_test_words(path, "eq", one, equal) for one in value))
    elif operator not in {"eq", "ne"}:
        return _plain(path, "ilike" if operator == "like" else operator, value, str)
    elif value == "":
        found = Any_((Condition(path, "null", value=True), Condition(path, "eq", "")))
    else:
        found = equal(path, value)
    return Not(found) if operator in {"ne", "nin"} else found


def _test_number(path: Path, operator: str, value: Any) -> Node:
    return _test_typed(path, operator, value, _number)


def _test_amount(path: Path, operator: str, value: Any) -> Node:
    return _test_typed(path, operator, value, _amount)


def _test_typed(path: Path, operator: str, value: Any, parse: Callable[[str], Any]) -> Node:
    if operator == "like":
        raise Invalid("Only text can be compared with like.", code="invalid_value")
    if value == "":
        return Condition(path, "null", operator == "eq")
    return _plain(path, operator, value, parse)


def _test_date(path: Path, operator: str, value: Any) -> Node:
    if operator == "like":
        return Condition(path, "like", value)
    return _test_typed(path, operator, value, _date)


def _test_boolean(path: Path, operator: str, value: Any) -> Node:
    if operator in {"in", "nin"}:
        found = Any_(tuple(_test_boolean(path, "eq", one) for one in value))
        return Not(found) if operator == "nin" else found
    if operator not in {"eq", "ne"}:
        raise Invalid("A boolean is equal to a value, or not.", code="invalid_value")
    is_true = Condition(path, "eq", "true")
    return is_true if _boolean(value) is (operator == "eq") else Not(is_true)


def _test_moment(path: Path, operator: str, value: Any) -> Node:
    if operator in {"in", "nin"}:
        found = Any_(tuple(_test_moment(path, "eq", one) for one in value))
        return Not(found) if operator == "nin" else found
    if operator == "between":
        return All((_test_moment(path, "gte", value[0]), _test_moment(path, "lte", value[1])))
    if operator == "like":
        return _test_prefix(path, value)
    if value == "":
        return Condition(path, "null", operator == "eq")
    first = moment_ms(value) // 1000 * 1000
    if operator in {"eq", "ne"}:
        second = Condition(path, "between", (clock.rfc3339(first), clock.rfc3339(first + _LAST_MS)))
        return second if operator == "eq" else Not(second)
    return Condition(path, operator, clock.rfc3339(first + _LAST_MS if operator in {"gt", "lte"} else first))


def _test_prefix(path: Path, value: str) -> Node:
    """Return the test of `2026-11-20%`, the only pattern that a moment can have."""
    day = value.rstrip("%").strip()
    if len(day) != len("2026-11-20"):
        raise _wrong(value, "a day such as 2026-11-20%")
    return Condition(path, "between", (clock.rfc3339(moment_ms(day)), clock.rfc3339(moment_ms(f"{day} 23:59:59") + _LAST_MS)))


@dataclass(frozen=True, slots=True)
class Form:
    """How values of a type are shown, parsed (never from an empty text) and compared.

    `custom` is the type of a custom field for them, `empty` what an empty text is stored as, `absent` how nothing is shown.
    """

    show: Callable[[Any], str]
    parse: Callable[[str], Any]
    test: Callable[[Path, str, Any], Node]
    custom: str = "text"
    empty: Any = None
    absent: str = ""


def _shown_number(value: Any) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


TEXT: Final = Form(str, str, _test_text)
EMAIL: Final = Form(str, lambda value: value.strip().lower(), _test_email)
BOOLEAN: Final = Form(lambda value: str(int(bool(value))), _boolean, _test_boolean, "boolean", empty=False, absent="0")
NUMBER: Final = Form(_shown_number, _number, _test_number, "number")
AMOUNT: Final = Form(str, _amount, _test_amount)
DATE: Final = Form(str, _date, _test_date, "date")
MOMENT: Final = Form(moment_text, lambda value: clock.rfc3339(moment_ms(value)), _test_moment)
