"""What V8's clients ask for: query parameters and bodies, strictly, for SuiteCRM refuses every name that it does not know.

A name that stands alone, without an equals sign, asks for nothing and is passed over: a client in use leaves such a one behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from server.domain.errors import Invalid
from server.domain.filters import All, Any_
from server.services.suitecrm import translate
from server.services.suitecrm.beans import Reading
from server.web.addresses import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from server.domain.filters import Node, Sort
    from server.services.suitecrm.declaration import Field, Module
    from server.web.calls import Call

MOST: Final = 5000
"""As many rows as one answer holds, with or without a page size."""
_NAME: Final = re.compile(r"(\w+)((?:\[[^\[\]]*\])*)")
_FIELDS: Final = re.compile(r"[\w\-,]+")
_ID: Final = re.compile(r"[0-9]{1,36}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_OPERATORS: Final = {"eq": "eq", "neq": "ne", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "like": "like"}
_MOST_FILTERS: Final = 50
LIST: Final = ("fields", "filter", "page", "sort")
RELATED: Final = ("filter", "page", "sort")
SINGLE: Final = ("fields",)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of a list; `size` is None when everything is."""

    reading: Reading
    size: int | None
    number: int


def invalid(name: str) -> Invalid:
    """Return what is raised for a value of an option that cannot be."""
    return Invalid(f'The option "{name[:100]}" with the given value is invalid.', code="invalid_parameter")


def options(call: Call, known: Collection[str]) -> dict[tuple[str, ...], str]:
    """Return the query's parameters by their path, as `("filter", "name", "eq")`; of several the last. Raises Invalid for unknown ones."""
    alone = {part for part in call.request.rel_url.raw_query_string.split("&") if "=" not in part}
    found: dict[tuple[str, ...], str] = {}
    for name, value in call.pairs:
        shape = _NAME.fullmatch(name)
        first = shape.group(1) if shape else name
        if name in alone and first not in known:
            continue
        if shape is None or first not in known:
            listed = ", ".join(f'"{one}"' for one in known)
            raise Invalid(f'The option "{first[:100]}" does not exist. Defined options are: {listed}.', code="unknown_parameter")
        if not storable(value):
            raise invalid(first)
        found[(first, *re.findall(r"\[([^\[\]]*)\]", shape.group(2)))] = value
    return found


def listing(call: Call, module: Module, fields: Mapping[str, Field], known: Collection[str] = LIST) -> Listing:
    """Return what the query asks of a list."""
    given = options(call, known)
    size, number = _page(given)
    limit = size or MOST
    reading = Reading(
        where(call, module, fields, given), _sort(module, fields, given), (number - 1) * limit if size else 0, limit, names(module, fields, given)
    )
    return Listing(reading, size, number)


def _page(given: Mapping[tuple[str, ...], str]) -> tuple[int | None, int]:
    sizes: dict[str, int] = {}
    for path, value in given.items():
        if path[0] != "page":
            continue
        if path[1:] not in {("size",), ("number",)} or not (value.isascii() and value.isdigit()) or not 0 < int(value[:10]) < 10**9:
            raise invalid("page")
        sizes[path[1]] = int(value)
    size = sizes.get("size")
    if size is not None and size > MOST:
        raise Invalid(f"A page has at most {MOST} records.", code="invalid_parameter")
    return size, sizes.get("number", 1)


def _sort(module: Module, fields: Mapping[str, Field], given: Mapping[tuple[str, ...], str]) -> tuple[Sort, ...]:
    if any(path[0] == "sort" and len(path) > 1 for path in given):
        raise invalid("sort")
    text = given.get(("sort",), "")
    return (translate.sort_key(module, fields, text.removeprefix("-"), descending=text.startswith("-")),) if text else ()


def names(module: Module, fields: Mapping[str, Field], given: Mapping[tuple[str, ...], str]) -> frozenset[str] | None:
    """Return the fields that are wanted, None for all of them; only the first entry counts. Raises Invalid for unknown ones."""
    entry = next(((path, value) for path, value in given.items() if path[0] == "fields"), None)
    if entry is None:
        return None
    path, value = entry
    if len(path) != 2 or not _FIELDS.fullmatch(value):
        raise invalid("fields")
    wanted = [name for name in value.split(",") if name]
    unknown = [name for name in wanted if name not in fields]
    if unknown:
        raise Invalid(f"The following field in {module.object} module is not found: {', '.join(unknown)[:200]}", code="unknown_field")
    return frozenset(wanted)


def where(call: Call, module: Module, fields: Mapping[str, Field], given: Mapping[tuple[str, ...], str]) -> Node | None:
    """Return the test that the filter makes, None without one."""
    found: list[Node] = []
    joined: type[All | Any_] = All
    for path, value in given.items():
        if path[0] != "filter" or (path == ("filter",) and not value):
            continue
        if path == ("filter", "operator"):
            joined = _joined(value)
            continue
        if len(path) != 3:
            raise invalid("filter")
        operator = _OPERATORS.get(path[2].lower())
        if operator is None:
            raise Invalid(f"Filter operator {path[2][:40]} is invalid.", code="invalid_filter")
        found.append(translate.condition(call.actor, module, fields, path[1], operator, value))
    if len(found) > _MOST_FILTERS:
        raise Invalid(f"A filter has at most {_MOST_FILTERS} conditions.", code="invalid_filter")
    return joined(tuple(found)) if found else None


def _joined(value: str) -> type[All | Any_]:
    if value.lower() not in {"and", "or"}:
        raise Invalid("Filter operator has to be and, or or.", code="invalid_filter")
    return All if value.lower() == "and" else Any_


def identifier(text: str, name: str = "id") -> str:
    """Return an id of an address or a body. Raises Invalid for what can be none."""
    if not _ID.fullmatch(text):
        raise invalid(name)
    return text.lower()


@dataclass(frozen=True, slots=True)
class Sent:
    """A body's record: its module, its id where one is given, and its attributes."""

    type: str
    id: str | None
    attributes: Mapping[str, Any]


def sent(document: Any, *members: str, needed: Collection[str] = ("type",)) -> Sent:
    """Return what a body holds. Raises Invalid for a member that is none of `members`, and for one that is missing or of another type."""
    inside = _object(document, ("data",), ("data",))["data"]
    found = _object(inside, ("type", *members), needed)
    attributes = found.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise invalid("attributes")
    for name in ("type", "id"):
        if name in found and not isinstance(found[name], str):
            raise invalid(name)
    return Sent(found["type"], found.get("id") or None, attributes)


def _object(value: Any, known: Collection[str], needed: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid("The body has to be an object with a member data, an object too.", code="invalid_parameter")
    unknown = [name for name in value if name not in known]
    if unknown:
        listed = ", ".join(f'"{one}"' for one in known)
        raise Invalid(f'The option "{unknown[0][:100]}" does not exist. Defined options are: {listed}.', code="unknown_parameter")
    missing = [name for name in needed if name not in value]
    if missing:
        raise Invalid(f'The required option "{missing[0]}" is missing.', code="invalid_parameter")
    return value


def new_identifier(text: str) -> str:
    """Return an id that a client brings for a new record, in its one spelling; any form of a UUID will do. Raises Invalid."""
    try:
        return str(UUID(text))
    except ValueError:
        raise invalid("id") from None
