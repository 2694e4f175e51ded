"""Conditions that somebody puts together above a list of records: by which field, compared how, with what; and the parameters they come to.

It knows no widget. A condition names its field and comparison by keys, so it outlives words and languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.client.api import Row
from app.client.references import ID
from app.models.columns import Column
from app.pages.declared import ANSWERS, ENCRYPTED, called, choices_of, key_of
from app.pages.specs import Filter, ListView
from app.system.arrangements import Condition
from app.system.languages import tr

EVERY, EITHER = "and", "or"


@dataclass(frozen=True, slots=True)
class Way:
    """A comparison: its operator, how its value is sent, and whether somebody gives one.

    `beyond` asks the record that is referred to; with `picks` the value is the id of what somebody picks.
    """

    label: str
    operator: str
    pattern: str = "{}"
    asks: bool = True
    beyond: str = ""
    picks: bool = False


WAYS: Final[Mapping[str, Way]] = {
    "contains": Way("contains", "ilike", "%{}%"),
    "begins": Way("begins with", "ilike", "{}%"),
    "is": Way("is", "eq"),
    "is_not": Way("is not", "ne"),
    "one_of": Way("is one of", "in"),
    "less": Way("is less than", "lt"),
    "most": Way("is at most", "lte"),
    "more": Way("is more than", "gt"),
    "least": Way("is at least", "gte"),
    "has": Way("has", "eq"),
    "has_not": Way("has not", "ne"),
    "since": Way("is at or after", "gte"),
    "before": Way("is before", "lt"),
    "this": Way("is", "eq", picks=True),
    "not_this": Way("is not", "ne", picks=True),
    "says": Way("contains the words", "eq", beyond="search"),
    "empty": Way("is empty", "null", "true", asks=False),
    "filled": Way("is not empty", "null", "false", asks=False),
}
_VOID: Final = ("empty", "filled")
# What can be asked of each kind of field; the first is what is offered.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("contains", "begins", "is", "is_not", "one_of", *_VOID),
    "choice": ("is", "is_not", *_VOID),
    "switch": ("is", *_VOID),
    "number": ("is", "is_not", "more", "least", "less", "most", *_VOID),
    "time": ("since", "before", *_VOID),
    "date": ("since", "before", "is", *_VOID),
    "list": ("has", "has_not", "one_of"),
    "reference": ("says", "this", "not_this", *_VOID),
    "owner": ("this", "not_this", *_VOID),
    ENCRYPTED: _VOID,
}
_SHOWN_AS: Final = {
    "text": "text",
    "code": "text",
    "badge": "text",
    "number": "number",
    "money": "number",
    "time": "time",
    "switch": "switch",
    "list": "list",
}
_DECLARED: Final = {"text": "text", "number": "number", "boolean": "switch", "date": "date", "choice": "choice", ENCRYPTED: ENCRYPTED}
_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
# What a value has to look like, where not every text is one.
FORMS: Final = {"number": r"-?\d+(\.\d+)?", "time": _DAY, "date": _DAY}
EXAMPLES: Final = {"number": "100", "time": "2026-11-20", "date": "2026-11-20"}
_MEANING: Final = re.compile(r"([\\%_])")
_LISTED: Final = re.compile(r"([\\,])")


@dataclass(frozen=True, slots=True)
class Subject:
    """A field that can be asked about."""

    key: str
    label: str
    kind: str
    choices: Mapping[str, str] = field(default_factory=dict)
    # Whether its label is a word of this console's, which has translations, and not one of the tenant's.
    own: bool = True
    # Where the things lie that it refers to.
    home: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return tr(self.label) if self.own else self.label


def subjects(spec: ListView, declared: Sequence[Row]) -> dict[str, Subject]:
    """Return what records of a list can be asked about, by key: the fields that its page knows, and those that the tenant has declared."""
    choices = {wanted.query: wanted.choices for wanted in spec.filters}
    found = {column.key: _subject(column, choices) for column in (*spec.columns, *spec.facts)}
    own = {one.key: one for one in found.values() if one}
    return own | {key_of(one): Subject(key_of(one), called(one), _DECLARED[one["type"]], choices_of(one), own=False) for one in declared}


def _subject(column: Column, choices: Mapping[str, Mapping[str, str]]) -> Subject | None:
    """Return what a column shows as something to ask about; None for what no list can be asked."""
    offered = choices.get(f"filter[{column.key}][eq]") or column.words
    kind = _kind(column, offered=bool(offered))
    if not kind or column.key.startswith("content."):
        return None
    return Subject(column.key, column.label, kind, ANSWERS if kind == "switch" else offered, home=column.home)


def _kind(column: Column, *, offered: bool) -> str:
    if column.key.endswith(("_on", "_date")):
        return "date"
    if column.key.endswith("_id"):
        return "owner" if column.home == "/users" else "reference"
    return "choice" if offered else _SHOWN_AS.get(column.kind, "")


def is_whole(subject: Subject, condition: Condition) -> bool:
    """Tell whether a condition has a value that can be sent, or needs none."""
    way = WAYS[condition.way]
    form = ID.pattern if way.picks else FORMS.get(subject.kind, ".+")
    return not way.asks or bool(re.fullmatch(form, condition.value.strip(), re.DOTALL))


def fits(subject: Subject | None, condition: Condition) -> bool:
    """Tell whether a condition that was kept still means something here."""
    return subject is not None and condition.way in KINDS[subject.kind] and is_whole(subject, condition)


def told(subject: Subject, condition: Condition, named: str = "") -> str:
    """Return a condition as it is read; `named` is what the thing is called that it picks."""
    way = WAYS[condition.way]
    value = named or tr(subject.choices.get(condition.value, "")) or condition.value
    return f"{subject.name} {tr(way.label)} {value}" if way.asks else f"{subject.name} {tr(way.label)}"


def asked(found: Mapping[str, Subject], conditions: Sequence[Condition], *, either: bool) -> list[tuple[Filter, str]]:
    """Return what conditions come to as filters of a list, each with its value; all have to hold, or with `either` one of them."""
    word = EITHER if either and len(conditions) > 1 else EVERY
    return [(Filter(f"filter[{word}][{place}]{name}", ""), value) for place, (name, value) in enumerate(_parameters(found, conditions))]


def _parameters(found: Mapping[str, Subject], conditions: Sequence[Condition]) -> Iterator[tuple[str, str]]:
    for condition in conditions:
        way, subject = WAYS[condition.way], found[condition.field]
        key = f"{subject.key.removesuffix('_id')}.{way.beyond}" if way.beyond else subject.key
        yield f"[{key}][{way.operator}]", way.pattern.replace("{}", _value(subject, way, condition.value.strip()))


def _value(subject: Subject, way: Way, value: str) -> str:
    if way.operator == "ilike":
        return _MEANING.sub(r"\\\1", value)
    if way.operator == "in":
        return ",".join(_LISTED.sub(r"\\\1", part.strip()) for part in value.split(",") if part.strip())
    return f"{value}T00:00:00Z" if subject.kind == "time" else value
