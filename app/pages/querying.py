"""Saved queries between what a person says of them, condition by condition, and the document that the appliance keeps. It knows no widget."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.client.api import Row
from app.pages import records
from app.pages.declared import key_of
from app.pages.resources import RESOURCE, RESOURCES
from app.widgets.fields import Field

EVERY, EITHER, JSON = "and", "or", "json"
WAYS: Final = {EVERY: "All conditions hold", EITHER: "One of the conditions holds", JSON: "As JSON"}
OPERATORS: Final = {
    "eq": "is",
    "ne": "is not",
    "lt": "is less than",
    "lte": "is at most",
    "gt": "is more than",
    "gte": "is at least",
    "in": "is one of",
    "nin": "is none of",
    "between": "is between",
    "ilike": "is like",
    "null": "is empty (true, false)",
}
LISTS: Final = frozenset({"in", "nin", "between"})
PARAMETERS: Final = {"text": "Text", "number": "Number", "boolean": "Yes or no", "date": "Date", "list": "Several, with commas"}
ALWAYS: Final = ("id", "owner_id", "tags", "created_at", "updated_at")
_GAP: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_STEP: Final = re.compile(r"filter\[([^\]]+)\]")

CONDITION: Final = (
    Field("field", "Field", required=True, placeholder="stage"),
    Field("operator", "Comparison", "choice", required=True, choices=OPERATORS, default="eq"),
    Field("value", "Value", required=True, placeholder="{stage}"),
)
PARAMETER: Final = (
    Field("name", "Name", required=True, placeholder="stage"),
    Field("type", "Type", "choice", required=True, choices=PARAMETERS, default="text"),
    Field("required", "Required", "switch", placeholder="Nobody gets an answer without it"),
    Field("default", "Default"),
    Field("description", "Description"),
)
NAME: Final = Field("name", "Name", required=True, placeholder="open-deals", help="The end of its address: small letters, digits, dashes.")
MORE: Final = "Order, fields and parameters"
QUESTION: Final = (
    Field("description", "Description"),
    replace(RESOURCE, label="Records", choices=RESOURCES),
    Field("way", "Filter", "choice", required=True, choices=WAYS, default=EVERY),
    Field("conditions", "Conditions", "rows", fields=CONDITION, only=("way", (EVERY, EITHER)), help="A name in braces is asked of whoever calls."),
    Field("filter", "Filter", "json", only=("way", (JSON,)), placeholder='{"or": [{"stage": "won"}, {"value": {"gt": 1000}}]}'),
    Field("sort", "Order", part=MORE, placeholder="-created_at, name", help="Fields with commas; a dash begins with the largest."),
    Field("fields", "Fields of the answer", part=MORE, placeholder="id, name, value", help="Empty: all of them."),
    Field("expand", "Records that come along", part=MORE, placeholder="company, contact"),
    Field("parameters", "Parameters", "rows", fields=PARAMETER, part=MORE, help="What stands in braces and not here is a text that may be left out."),
)


def composed(said: Mapping[str, Any]) -> Row:
    """Return the document of a query from what a person said; what stands in braces is a parameter of it."""
    document = {name: said[name] for name in ("name", "description", "resource") if name in said}
    for name in ("sort", "fields", "expand"):
        document[name] = ",".join(part.strip() for part in said[name].split(",")) if said.get(name) else None
    document["filter"] = said.get("filter") or {} if said["way"] == JSON else _filter(said["way"], said.get("conditions") or ())
    parameters = list(said.get("parameters") or ())
    known = {one["name"] for one in parameters}
    asked = dict.fromkeys(_GAP.findall(json.dumps(document["filter"])))
    return {**document, "parameters": [*parameters, *({"name": name} for name in asked if name not in known)]}


def _filter(way: str, conditions: Sequence[Row]) -> Row:
    parts = [{one["field"]: {one["operator"]: _value(one)}} for one in conditions]
    if not parts:
        return {}
    return {way: parts} if len(parts) > 1 else parts[0]


def _value(condition: Row) -> Any:
    value = condition["value"]
    return [part.strip() for part in value.split(",")] if condition["operator"] in LISTS and "," in value else value


def said_of(document: Row) -> Row:
    """Return what a person would have said of a query: conditions where it is as simple as that, else its JSON."""
    kept = {name: document[name] for name in ("name", "description", "resource", "sort", "fields", "expand", "parameters")}
    way, conditions = _conditions(document["filter"] or {})
    return {**kept, "way": way, "conditions": conditions, "filter": document["filter"] if way == JSON else None}


def _conditions(document: Row) -> tuple[str, list[Row]]:
    way = next((name for name in (EVERY, EITHER) if list(document) == [name] and isinstance(document[name], list)), EVERY)
    parts = document.get(way, [{name: inner} for name, inner in document.items()])
    found = [_condition(part) for part in parts]
    return (JSON, []) if None in found else (way, [one for one in found if one])


def _condition(part: Any) -> Row | None:
    """Return a part of a filter as a condition; None for one that is more than that."""
    if not isinstance(part, dict) or len(part) != 1:
        return None
    ((name, inner),) = part.items()
    (operator, value) = next(iter(inner.items())) if isinstance(inner, dict) and len(inner) == 1 else ("eq", inner)
    if name in {EVERY, EITHER, "not"} or operator not in OPERATORS or isinstance(value, dict):
        return None
    return {"field": name, "operator": operator, "value": ", ".join(map(_word, value)) if isinstance(value, list) else _word(value)}


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def known_fields(resource: str, declared: Sequence[Row]) -> list[str]:
    """Return the fields that records of a kind have, as the pages know them and the tenant has declared them."""
    view = next((view for view in records.LISTS if view.path == f"/{resource}"), None)
    own = [column.key for column in view.columns] if view else []
    return sorted({*own, *ALWAYS, *map(key_of, declared)})


def placed(faults: Mapping[str, str], said: Mapping[str, Any]) -> dict[str, str]:
    """Return faults by the field of the form that they are about; the appliance names a condition as `filter[stage][eq]`."""
    return dict(_placed(faults, [one["field"] for one in said.get("conditions") or ()], "filter" if said["way"] == JSON else "conditions"))


def _placed(faults: Mapping[str, str], fields: Sequence[str], whole: str) -> Iterator[tuple[str, str]]:
    for pointer, text in faults.items():
        name = pointer.strip("/").replace("/", ".")
        if not name.startswith("filter"):
            yield name, text
            continue
        steps = [step for step in re.findall(r"\[([^\]]+)\]", name) if step in fields]
        yield (f"conditions.{fields.index(steps[0])}.field" if steps and whole == "conditions" else whole), text


def scope_of(row: Row) -> str:
    """Return what a key needs to call a query."""
    return f"{str(row['resource']).partition('/')[0]}:read"


def calling(row: Row) -> str:
    """Return how a query is called, as a request."""
    gaps = "&".join(f"{one['name']}=" for one in row["parameters"])
    return f"GET {row['url']}{'?' if gaps else ''}{gaps}\nAuthorization: Bearer <{scope_of(row)}>"


KINDS: Final[Mapping[str, str]] = {"number": "number", "boolean": "answer", "date": "date"}


def asked_by(row: Row) -> tuple[Field, ...]:
    """Return the parameters of a query as fields."""
    return tuple(
        Field(
            one["name"],
            one["name"],
            KINDS.get(one["type"], "text"),
            required=one["required"],
            help=one["description"] or "",
            placeholder=one["default"] or "",
        )
        for one in row["parameters"]
    )


def answered_with(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters as a query."""
    return {name: _word(value) for name, value in parameters.items()}
