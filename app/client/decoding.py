"""Reads JSON of any size without holding the other threads up: Python's own reader keeps the interpreter to the end of what it is given.

So what is large is taken apart here, level by level, and only its small inner parts are given to that reader.
"""

from __future__ import annotations

import json
import re
from json import JSONDecodeError
from typing import Any, Final

LARGE: Final = 300_000  # bytes: about three milliseconds of Python's own reader
LEVELS: Final = 6  # that are taken apart at most
SMALL: Final = 20_000  # characters of a part after which the next one in its list is read whole: rows are alike
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_READER: Final = json.JSONDecoder()


def decoded(content: bytes) -> Any:
    """Return what a JSON text says. Raises ValueError when it is none."""
    if len(content) <= LARGE:
        return json.loads(content)
    text = content.decode()
    found, end = _value(text, _after(text, 0), LEVELS)
    if (rest := _after(text, end)) != len(text):
        raise JSONDecodeError("Extra data", text, rest)
    return found


def _value(text: str, place: int, levels: int) -> tuple[Any, int]:
    """Return the value that begins at a place, and where it ends."""
    opening = text[place : place + 1]
    if levels and opening == "[":
        return _array(text, place + 1, levels - 1)
    if levels and opening == "{":
        return _object(text, place + 1, levels - 1)
    return _READER.raw_decode(text, place)


def _array(text: str, place: int, levels: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    place = _after(text, place)
    if text[place : place + 1] == "]":
        return found, place + 1
    inside = levels
    while True:
        value, end = _value(text, place, inside)
        found.append(value)
        inside = 0 if end - place < SMALL else levels
        sign, place = _sign(text, end, ",]")
        if sign == "]":
            return found, place


def _object(text: str, place: int, levels: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    place = _after(text, place)
    if text[place : place + 1] == "}":
        return found, place + 1
    while True:
        if text[place : place + 1] != '"':
            raise JSONDecodeError("Expecting property name enclosed in double quotes", text, place)
        name, place = _READER.raw_decode(text, place)
        _, place = _sign(text, place, ":")
        found[name], place = _value(text, place, levels)
        sign, place = _sign(text, place, ",}")
        if sign == "}":
            return found, place


def _sign(text: str, place: int, wanted: str) -> tuple[str, int]:
    """Return the sign that comes next, which is one of those wanted, and where what follows it begins."""
    place = _after(text, place)
    sign = text[place : place + 1]
    if not sign or sign not in wanted:
        raise JSONDecodeError(f"Expecting one of {wanted}", text, place)
    return sign, _after(text, place + 1)


def _after(text: str, place: int) -> int:
    """Return where something stands again."""
    blank = _BLANK.match(text, place)
    return blank.end() if blank else place
