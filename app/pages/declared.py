"""What a tenant has declared for itself, in the list of its records: custom fields as columns, facts and questions of the forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.client.api import Row
from app.models.columns import Column
from app.pages.resources import OF_TYPE
from app.pages.specs import Action, ListView
from app.widgets.fields import Field

ENCRYPTED: Final = "encrypted"
TYPES: Final = {
    "text": "Text",
    "number": "Number",
    "boolean": "Yes or no",
    "date": "Date",
    "choice": "One of several",
    ENCRYPTED: "Text, encrypted",
}
KINDS: Final[Mapping[str, str]] = {"number": "number", "boolean": "switch", "date": "day"}
EDITORS: Final[Mapping[str, str]] = {"number": "number", "boolean": "answer", "date": "date", "choice": "choice"}
ANSWERS: Final = {"true": "Yes", "false": "No"}
MASKED: Final = Field("", "", help="A mask stands for what is there; it stays unless you write something else.")
SHOWN: Final = 6  # custom fields that have a column; those after them are read beside the row
AFTER: Final = 3  # columns of the list that stand before them: what a record is called by


def widened(spec: ListView, fields: Sequence[Row]) -> ListView:
    """Return a list of records with the custom fields of the tenant among its own; a kind that has no name of its own is called by the first."""
    columns = tuple(_column(one) for one in fields)
    facts = spec.facts or spec.columns
    asked = tuple(_question(one) for one in fields)
    first = AFTER if spec.name else 0
    return replace(
        spec,
        name=spec.name or next((key_of(one) for one in fields if one["type"] == "text"), ""),
        columns=(*spec.columns[:first], *columns[:SHOWN], *spec.columns[first:]),
        facts=(*facts[:first], *columns, *facts[first:]),
        create=_asking(spec.create, asked) if spec.create else None,
        actions=tuple(_asking(action, asked) if action.edits else action for action in spec.actions),
    )


def _asking(action: Action, asked: tuple[Field, ...]) -> Action:
    return replace(action, fields=(*action.fields, *asked))


def called(declared: Row) -> str:
    """Return what a custom field is called."""
    return str(declared["label"] or declared["name"])


def key_of(declared: Row) -> str:
    """Return where the value of a custom field lies in a record, as filters name it too; one of a kind that the tenant made up is like any other."""
    return str(declared["name"]) if is_of_type(declared) else f"custom.{declared['name']}"


def is_of_type(declared: Row) -> bool:
    """Tell whether a custom field belongs to a kind of record that the tenant made up."""
    return str(declared["resource"]).startswith(OF_TYPE.format(""))


def _column(declared: Row) -> Column:
    key = key_of(declared)
    return Column(key, called(declared), 130, KINDS.get(declared["type"], "text"), sort=None if declared["type"] == ENCRYPTED else key)


def _question(declared: Row) -> Field:
    kind = EDITORS.get(declared["type"], "text")
    found = Field(key_of(declared), called(declared), kind, required=declared["required"], choices=declared["options"] or ())
    return replace(found, help=MASKED.help) if declared["type"] == ENCRYPTED else found


def choices_of(declared: Row) -> dict[str, str]:
    """Return what the values of a custom field are chosen from; empty where one types."""
    if declared["type"] == "boolean":
        return dict(ANSWERS)
    options: Sequence[Any] = declared["options"] or ()
    return {str(option): str(option) for option in options}
