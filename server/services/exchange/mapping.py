"""Suggests which column of a file feeds which field, by the names of the columns and the looks of their cells; a person decides."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.services.exchange.conventions import Convention, infer_convention
from server.services.exchange.convert import Kind, converter
from server.services.exchange.looks import key_of, look_of, words_of
from server.services.exchange.synonyms import STRONG, WEAK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server.services.exchange.looks import Look
    from server.services.exchange.row import Cell

FULL_NAME: Final = "full_name"
EXTERNAL_IDS: Final = "external_ids"
EXTERNAL: Final = re.compile(r"external_ids\.[A-Za-z0-9_.-]{1,64}")
LEAST_CONFIDENCE: Final = 0.3
SAMPLED: Final = 200
TELLING: Final = 3
"""How many cells it takes to say that a column is not what it is called."""
KINDS_BY_LOOK: Final[dict[Look, tuple[Kind, ...]]] = {
    "email": ("email",),
    "phone": ("phone",),
    "date": ("date",),
    "datetime": ("datetime",),
    "money": ("money",),
    "url": ("domain",),
    "domain": ("domain",),
}
PICKY: Final = frozenset({"email", "phone", "integer", "decimal", "boolean", "date", "datetime", "money", "enum", "domain", "currency"})


SET_HERE: Final = frozenset({"id", "object", "created_at", "updated_at", "deleted_at", "version"})
"""Columns of an export that nothing is fed with, whatever their cells look like."""


@dataclass(frozen=True, slots=True)
class FieldHint:
    """A field that a column may feed, by its path (`address.city`); `choices` are those of an enum."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A field for a column, with a confidence from 0 to 1 and the reason for it."""

    field: str
    confidence: float
    reason: str


def offered_fields(fields: Sequence[FieldHint]) -> dict[str, FieldHint]:
    """Return what can be mapped to, by its name: the fields, parts of money, and `full_name` where first and last name are to be had."""
    offered = {field.name: field for field in fields}
    for field in fields:
        if field.kind == "money":
            offered[f"{field.name}.amount"] = field  # an amount alone is money in the column's own currency
            offered[f"{field.name}.currency"] = FieldHint(f"{field.name}.currency", "currency")
    if {"first_name", "last_name"} <= offered.keys():
        offered[FULL_NAME] = FieldHint(FULL_NAME, "text")
    return offered


def suggest(columns: Sequence[str], fields: Sequence[FieldHint], samples: Mapping[str, Sequence[Cell]]) -> dict[str, Suggestion]:
    """Return a suggestion for each column that has one; no field is suggested twice. `samples` holds cells of each column.

    A blank column beside others that hold its parts, such as `value` beside `value.amount`, is only where JSON had a null.
    """
    offered = offered_fields(fields)
    whole = [column for column in columns if samples.get(column) or not any(other.startswith(f"{column}.") for other in columns)]
    ranked = sorted(
        ((suggestion, column) for column in whole for suggestion in _candidates(column, offered, samples.get(column, ())[:SAMPLED])),
        key=lambda pair: (-pair[0].confidence, columns.index(pair[1])),
    )
    chosen: dict[str, Suggestion] = {}
    for suggestion, column in ranked:
        if column not in chosen and not _is_taken(suggestion.field, {other.field for other in chosen.values()}):
            chosen[column] = suggestion
    return {column: chosen[column] for column in columns if column in chosen}


def _is_taken(field: str, taken: set[str]) -> bool:
    """Tell whether a field has its column already; a full name excludes its halves, an amount its money, and the other way round."""
    halves = {"first_name", "last_name"}
    return (
        field.removesuffix(".amount") in {name.removesuffix(".amount") for name in taken}
        or (field == FULL_NAME and bool(taken & halves))
        or (field in halves and FULL_NAME in taken)
    )


def _candidates(column: str, offered: Mapping[str, FieldHint], sample: Sequence[Cell]) -> Iterator[Suggestion]:
    if column in SET_HERE:
        return
    for name, field in offered.items():
        named = _by_name(column, name)
        if named:
            suggestion = _doubted(named, field, sample)
            if suggestion.confidence >= LEAST_CONFIDENCE:
                yield suggestion
    yield from _by_look(offered, sample)
    if EXTERNAL_IDS in offered and EXTERNAL.fullmatch(column):
        yield Suggestion(column, 1.0, "the column has the name of the field")
    elif EXTERNAL_IDS in offered and (system := _external_system(column)):
        yield Suggestion(f"{EXTERNAL_IDS}.{system}", 0.5, "the column is named like an id of another system")


def _by_name(column: str, field: str) -> Suggestion | None:
    key, tail = key_of(column), field.rpartition(".")[2]
    if key == key_of(field):
        return Suggestion(field, 1.0, "the column has the name of the field")
    if key in KEYS[0].get(field, ()):
        return Suggestion(field, 0.95, f"{column!r} is another name of {field}")
    if field.startswith("custom.") and key == key_of(tail):
        return Suggestion(field, 0.95, "the column has the name of the custom field")
    if key in KEYS[1].get(field, ()):
        return Suggestion(field, 0.7, f"{column!r} can mean {field}")
    words = words_of(column)
    if any(key_of(" ".join(words[start:end])) in KEYS[0].get(field, ()) for start, end in _spans(len(words))):
        return Suggestion(field, 0.6, f"{column!r} contains another name of {field}")
    return None


def _spans(count: int) -> list[tuple[int, int]]:
    return [(start, end) for start in range(min(count, 8)) for end in range(start + 1, min(count, 8) + 1)]


def _doubted(suggestion: Suggestion, field: FieldHint, sample: Sequence[Cell]) -> Suggestion:
    """Lower the confidence when the cells cannot be what the name promises; a few cells do not take a field's own name away from it."""
    if field.kind not in PICKY or not sample:
        return suggestion
    fitting = _fitting_share(field, sample)
    if fitting >= 0.5:
        return suggestion
    reason = f"{suggestion.reason}, but only {fitting:.0%} of its cells can be read as {field.kind}"
    least = LEAST_CONFIDENCE if suggestion.confidence == 1.0 and len(sample) < TELLING else 0.0
    return Suggestion(suggestion.field, max(least, round(suggestion.confidence * (0.2 + fitting), 2)), reason)


def _fitting_share(field: FieldHint, sample: Sequence[Cell]) -> float:
    convention, _ = infer_convention(field.kind, sample, Convention())
    convert = converter(field.kind, convention, field.choices)
    fitting = 0
    for cell in sample:
        try:
            convert(cell)
        except ValueError:
            continue
        fitting += 1
    return fitting / len(sample)


def _by_look(offered: Mapping[str, FieldHint], sample: Sequence[Cell]) -> Iterator[Suggestion]:
    texts = [cell for cell in sample if isinstance(cell, str) and cell.strip()]
    if not texts:
        return
    look, count = Counter(map(look_of, texts)).most_common(1)[0]
    share = count / len(texts)
    if share < 0.7:
        return
    for field in offered.values():
        if field.kind in KINDS_BY_LOOK.get(look, ()):
            yield Suggestion(field.name, round(0.5 * share, 2), f"{share:.0%} of its cells look like {look}")


def _external_system(column: str) -> str | None:
    """Return `hubspot` for `HubSpot Contact ID`; None when the column is not named like an id."""
    words = [word for word in words_of(column) if word not in {"contact", "record", "company", "deal", "customer"}]
    match words:
        case [*system, "id"] if system:
            return "".join(system)
        case ["external", *_] | ["kundennummer" | "kundennr" | "kunden", *_]:
            return "external"
        case _:
            return None


KEYS: Final = tuple({field: frozenset(map(key_of, names)) for field, names in table.items()} for table in (STRONG, WEAK))
