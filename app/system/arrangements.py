"""How somebody arranged the lists: which columns come first, how wide they are, which are hidden, and by what is filtered; kept beside the profiles.

The file is replaced as a whole. What it says of columns that are there no longer does nothing, and columns it does not know come last.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

FILE: Final = "columns.json"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to hold of the rows: a field and a comparison by their keys, and the value as it was entered.

    Where the value is the id of a thing, `place` is the tenant and mode in which there is that thing.
    """

    field: str
    way: str
    value: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One table's, by the keys of its columns; widths are logical pixels. Of the conditions all hold, or with `either` one of them."""

    order: tuple[str, ...] = ()
    widths: dict[str, int] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    either: bool = False


class Arrangements:
    """All of them, by the name of a table; without a folder they last as long as the console."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / FILE if folder else None
        self._kept: dict[str, Arrangement] = _read(self._file) if self._file else {}

    def find(self, table: str) -> Arrangement:
        """Return a table's, which is empty where nobody arranged anything."""
        return self._kept.get(table, Arrangement())

    def put_columns(self, table: str, columns: Arrangement) -> None:
        """Keep how the columns of a table stand."""
        self.put(table, replace(self.find(table), order=columns.order, widths=columns.widths, hidden=columns.hidden))

    def put_conditions(self, table: str, conditions: tuple[Condition, ...], *, either: bool) -> None:
        """Keep what a table is filtered by."""
        self.put(table, replace(self.find(table), conditions=conditions, either=either))

    def put(self, table: str, arrangement: Arrangement) -> None:
        """Keep a table's; an empty one is kept no longer."""
        if arrangement == Arrangement():
            self._kept.pop(table, None)
        else:
            self._kept[table] = arrangement
        if self._file:
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps({name: asdict(one) for name, one in self._kept.items()}, indent=2), encoding="utf-8")
            fresh.replace(self._file)


def _read(file: Path) -> dict[str, Arrangement]:
    """Return what was kept; a file that cannot be read counts as none."""
    try:
        return {str(name): _arrangement(one) for name, one in json.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        return {}


def _arrangement(document: dict[str, Any]) -> Arrangement:
    widths = {str(name): int(width) for name, width in document.get("widths", {}).items()}
    conditions = tuple(_condition(one) for one in document.get("conditions", ()))
    order, hidden = (tuple(map(str, document.get(name, ()))) for name in ("order", "hidden"))
    return Arrangement(order, widths, hidden, conditions, bool(document.get("either")))


def _condition(document: dict[str, Any]) -> Condition:
    return Condition(str(document["field"]), str(document["way"]), str(document["value"]), str(document.get("place", "")))
