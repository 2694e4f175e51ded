"""Arrivals: what a vendor sent, exactly as it came, and the places in it that a scheme points at.

A place is written `header:X-Event-Id`, `query:token`, `form:MessageSid`, `json:event.type` (`*` is every element), `basic:` or
`bearer:` (of Authorization). `a + b | c` is a and b together, or else c. Whatever arrives,
reading a place returns text that can be stored, or nothing; it never raises.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST: Final = 200
MOST_FIELDS: Final = 1000
MOST_ELEMENTS: Final = 1000
FORM: Final = "application/x-www-form-urlencoded"
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


class Absent:
    """What stands for a body that is no JSON, since null is one."""


ABSENT: Final = Absent()


@dataclass(frozen=True)
class Arrival:
    """One request of a vendor; header names are in lower case, `url` is the public address that it was sent to."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: bytes

    @cached_property
    def document(self) -> Any:
        """The body as JSON, ABSENT when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return ABSENT

    @cached_property
    def is_form(self) -> bool:
        """Whether the body says that it is a form."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM

    @cached_property
    def form(self) -> tuple[tuple[str, str], ...]:
        """The fields of a form body, none when it is no form."""
        if not self.is_form:
            return ()
        try:
            return tuple(parse_qsl(self.body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
        except ValueError:
            return ()

    def every(self, place: str) -> list[str]:
        """Return every text at one place, in order."""
        kind, _, name = place.partition(":")
        return [_storable(text) for text in _READERS[kind](self, name)]

    def text(self, places: str) -> str | None:
        """Return what stands at the first of several places that is filled; None when none is."""
        for together in _parsed(places):
            found = [self.every(place) for place in together]
            if all(found):
                return ":".join(",".join(texts) for texts in found)
        return None

    def mark(self, places: str) -> str | None:
        """Return the text at a place in a length that fits an index: longer ones as their hash."""
        return _bounded(self.text(places) or "") or None

    def marks(self, places: str) -> list[str]:
        """Return every different text at the first of several places that is filled, each as a mark."""
        told = (dict.fromkeys(self.every(place)) for (place, *_) in _parsed(places))
        return [_bounded(text) for text in next((found for found in told if any(found)), ()) if text]

    def label(self, places: str) -> str | None:
        """Return the text at a place as a name for people: cut where it is too long."""
        return (self.text(places) or "")[:LONGEST] or None


@lru_cache(maxsize=512)
def _parsed(places: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.strip() for part in one.split(" + ")) for one in places.split(" | "))


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("�", text)


def _header(arrival: Arrival, name: str) -> list[str]:
    found = arrival.headers.get(name.lower())
    return [] if found is None else [found]


def _query(arrival: Arrival, name: str) -> list[str]:
    return [value for key, value in arrival.query if key == name][:1]


def _form(arrival: Arrival, name: str) -> list[str]:
    return [value for key, value in arrival.form if key == name][:1]


def _basic(arrival: Arrival, _name: str) -> list[str]:
    scheme, _, encoded = arrival.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        return [base64.b64decode(encoded.strip(), validate=True).decode()]
    except ValueError:
        return []


def _bearer(arrival: Arrival, _name: str) -> list[str]:
    scheme, _, token = arrival.headers.get("authorization", "").partition(" ")
    return [token.strip()] if scheme.lower() == "bearer" and token.strip() else []


def _json(arrival: Arrival, path: str) -> list[str]:
    level = [arrival.document]
    for name in path.split("."):
        following: list[Any] = []
        for value in level:
            if name == "*":
                following += value if isinstance(value, list) else [value]
            elif isinstance(value, dict) and name in value:
                following.append(value[name])
        level = following[:MOST_ELEMENTS]
    return [text for text in map(_scalar, level) if text is not None]


def _scalar(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= 256) else None


_READERS: Final = {"header": _header, "query": _query, "form": _form, "json": _json, "basic": _basic, "bearer": _bearer}
