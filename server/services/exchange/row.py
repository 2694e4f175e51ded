"""What a reader yields: a row, or the reason why one could not be read; a broken row never ends the reading."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Cell = str | int | Decimal | bool | list[Any] | None


LONGEST_NAME: Final = 200


class CellError(str):
    """What a cell shows that holds an error of a spreadsheet, such as #REF!."""

    __slots__ = ()


class Row(NamedTuple):
    """One record: `line` is where it starts in the source, counted from 1 as an editor or a spreadsheet shows it."""

    line: int
    cells: dict[str, Cell]


class RowError(NamedTuple):
    """One reason why a row was refused; `column` is None when the whole row is meant, `cells` is what could be read of it."""

    line: int
    column: str | None
    code: str
    reason: str
    cells: Mapping[str, Cell] = {}


def column_names(header: Iterable[Cell]) -> list[str]:
    """Name every column: trimmed, cut at 200 characters, `column 3` for a blank one, `Email (2)` for a second of the same name."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(header, start=1):
        wanted = " ".join(str(cell).removeprefix("\ufeff").split())[:LONGEST_NAME] if cell is not None else ""
        names.append(_free_name(wanted or f"column {position}", taken))
        taken.add(names[-1])
    return names


def numbered_names(width: int) -> list[str]:
    """Name the columns of a table without a header."""
    return [f"column {position}" for position in range(1, width + 1)]


def _free_name(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted} ({count})"
    return name
