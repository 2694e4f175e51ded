"""XML: a document of one element per row, in which a dotted column is an element inside another."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from server.services.exporting.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from server.services.exporting.columns import Cell, Column, Table

_NOT_A_NAME: Final = re.compile(r"[^\w.-]+", re.ASCII)


def write(table: Table, batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the file; a piece for the beginning, one for each batch and one for the end. What is blank has no element."""
    root, row = element_name(table.plural), element_name(table.noun)
    columns = [(column, _elements(column)) for column in table.columns]
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n'.encode()
    for batch in batches:
        if batch:
            yield "".join(f"<{row}>{_inside(columns, document)}</{row}>\n" for document in batch).encode()
    yield f"</{root}>\n".encode()


def element_name(text: str) -> str:
    """Return a name for an element: letters, digits and `_.-`, not beginning with a digit."""
    plain = _NOT_A_NAME.sub("_", text).strip(".-") or "_"
    return plain if plain[0].isalpha() or plain[0] == "_" else f"_{plain}"


def _elements(column: Column) -> tuple[str, ...]:
    """Return the elements that a column lies in, from the outside in."""
    parts = column.name.split(".") if len(column.path) > 1 else column.path
    return tuple(map(element_name, parts))


def _inside(columns: Sequence[tuple[Column, tuple[str, ...]]], document: Mapping[str, Any]) -> str:
    found: list[str] = []
    opened: tuple[str, ...] = ()
    for column, (*outer, last) in columns:
        cell = column.cell(document)
        if cell is None or cell == "":
            continue
        within = tuple(outer)
        if within != opened:
            found += [f"</{name}>" for name in reversed(opened)] + [f"<{name}>" for name in within]
            opened = within
        found.append(f"<{last}>{escape(_text(cell))}</{last}>")
    return "".join([*found, *(f"</{name}>" for name in reversed(opened))])


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
