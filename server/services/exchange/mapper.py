"""Turns rows into the bodies that the API accepts, by a mapping that is compiled once; a cell that does not convert is a row error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.domain.errors import Fault, Unprocessable, pointer
from server.domain.hints import near_miss
from server.services.exchange.conventions import Convention
from server.services.exchange.convert import converter
from server.services.exchange.mapping import EXTERNAL, EXTERNAL_IDS, FULL_NAME, FieldHint, offered_fields
from server.services.exchange.row import RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.services.exchange.row import Row


@dataclass(frozen=True, slots=True)
class _Feed:
    """One column on its way into one field."""

    column: str
    path: tuple[str, ...]
    convert: Callable[[Any], Any]
    required: bool


class Mapper:
    """A mapping ready for use: `body, errors = mapper.apply(row)`."""

    def __init__(
        self,
        mapping: Mapping[str, str],
        fields: Sequence[FieldHint],
        conventions: Mapping[str, Convention] | None = None,
        *,
        clear_blanks: bool = False,
    ) -> None:
        """Compile column -> field; a column that is not in `mapping` is left out.

        `conventions` are by column. A blank cell leaves its field alone, unless `clear_blanks` makes it null.
        Raises Unprocessable `bad_mapping` with every fault: unknown field, field fed twice, required field without a column.
        """
        offered = offered_fields(fields)
        _check(mapping, offered)
        self.clear_blanks = clear_blanks
        self.feeds = [_feed(column, field, offered, (conventions or {}).get(column, Convention())) for column, field in mapping.items()]

    def apply(self, row: Row) -> tuple[dict[str, Any], list[RowError]]:
        """Return the body and what did not convert; with any error the body is not to be used."""
        body: dict[str, Any] = {}
        errors: list[RowError] = []
        cells = row.cells
        for feed in self.feeds:
            cell = cells.get(feed.column)
            try:
                value = feed.convert(cell)
            except ValueError as error:
                errors.append(RowError(row.line, feed.column, "invalid_value", str(error), cells))
                continue
            if value is None and feed.required:
                errors.append(RowError(row.line, feed.column, "required", "this field is required, and the cell is blank", cells))
            elif value is not None or self.clear_blanks:
                _place(body, feed.path, value)
        if FULL_NAME in body:
            body |= split_name(body.pop(FULL_NAME) or "")
        return body, errors


def split_name(name: str) -> dict[str, str]:
    """Split `Carol van Dyke` and `van Dyke, Carol` into first and last name; a single word is the last name."""
    last, comma, first = (part.strip() for part in name.partition(","))
    if not comma:
        first, _, last = (part.strip() for part in name.partition(" "))
        first, last = (first, last) if last else ("", first)
    return {field: value for field, value in (("first_name", first), ("last_name", last)) if value}


def _check(mapping: Mapping[str, str], offered: Mapping[str, FieldHint]) -> None:
    fields = [offered[field].name if field in offered else field for field in mapping.values()]
    faults = [
        Fault(pointer("mapping", column), "unknown_field", f"There is no field {field!r}.{near_miss(field, offered)}")
        for column, field in mapping.items()
        if field not in offered and not (EXTERNAL_IDS in offered and EXTERNAL.fullmatch(field))
    ]
    faults += [
        Fault(pointer("mapping", column), "field_fed_twice", f"Two columns feed the field {field!r}.")
        for position, (column, field) in enumerate(zip(mapping, fields, strict=True))
        if field in fields[:position]
    ]
    given = {*fields, *(("first_name", "last_name") if FULL_NAME in fields else ())}
    faults += [
        Fault("/mapping", "required", f"The field {hint.name!r} is required, and no column feeds it.")
        for hint in offered.values()
        if hint.required and hint.name not in given
    ]
    if faults or not mapping:
        raise Unprocessable("The mapping of columns to fields cannot be used.", code="bad_mapping", faults=faults)


def _feed(column: str, field: str, offered: Mapping[str, FieldHint], convention: Convention) -> _Feed:
    hint = offered.get(field) or FieldHint(field, "text")
    head, _, tail = hint.name.partition(".")
    # The rest of an external id is one name, whatever it holds: `external_ids.shop.eu` is the system `shop.eu`.
    path = (head, tail) if head == EXTERNAL_IDS and tail else tuple(hint.name.split("."))
    return _Feed(column, path, converter(hint.kind, convention, hint.choices), hint.required)


def _place(body: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Put a value at its path; parts of one object that come from several columns are merged."""
    *parents, last = path
    for name in parents:
        below = body.get(name)
        if not isinstance(below, dict):
            below = body[name] = {}
        body = below
    if isinstance(value, dict) and isinstance(body.get(last), dict):
        value = value | body[last]
    body[last] = value
