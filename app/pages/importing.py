"""What an import wizard has been told so far, and the requests it comes to. It knows no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from app.client.api import Call, Row
from app.models.columns import Column
from app.pages import requests
from app.pages.resources import RESOURCE
from app.pages.specs import Action
from app.widgets.fields import Field

LOOK: Final = Action("preview", "Import a file", "/imports/preview", uploads=True)
RUN: Final = Action("import", "Import a file", "/imports", uploads=True)
ERRORS: Final = Action(
    "errors",
    "Keep the refused rows",
    "/imports/{id}/errors",
    "GET",
    "download",
    file="refused-{id}.csv",
    done="Refused rows kept",
    when=lambda job: bool((job.get("counts") or {}).get("refused", 1)),
)
FILE: Final = (RESOURCE, Field("file", "File", "file", required=True, help="CSV, XLSX, JSON lines or XML; columns are matched by their names."))
MATCHES: Final = {"update": "Change it", "skip": "Leave it", "error": "Refuse the row"}
RULES: Final = (
    Field("match", "A row is about the record with the same", placeholder="email", help="Empty: what tells records of this kind apart."),
    Field("on_match", "When it is there already", "choice", required=True, choices=MATCHES, default="update"),
    Field("create_companies", "Companies", "switch", placeholder="Create companies that are named and not there yet"),
    Field("clear_blanks", "Blank cells", "switch", placeholder="A blank cell empties its field"),
)
SAMPLES: Final = 5


@dataclass
class Importing:
    """One import that is being prepared."""

    file: Row = field(default_factory=dict)
    rules: Row = field(default_factory=dict)
    mapping: dict[str, str] | None = None
    preview: Row = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)

    def look(self) -> Call:
        """Return the request that looks at the file."""
        return requests.made(LOOK, {}, self._document(), str(uuid4()))

    def run(self, *, dry: bool) -> Call:
        """Return the request that begins; the same import asked for again after silence has the same key."""
        document = {**self._document(), **self.rules, "dry_run": dry}
        return requests.made(RUN, {}, document, self._keys.setdefault(repr(document), str(uuid4())))

    def _document(self) -> dict[str, Any]:
        return {**self.file, **({"mapping": self.mapping} if self.mapping is not None else {})}

    def seen(self, preview: Row) -> None:
        """Take what looking has shown."""
        self.preview, self.mapping = preview, dict(preview["mapping"])

    def questions(self) -> tuple[Field, ...]:
        """Return a field for each column of the file: which of our fields it feeds; its cells stand below it."""
        taken = self.mapping or {}
        # What a column feeds may be an id of another system, which no list has.
        choices = sorted({*self.preview["fields"], *taken.values()})
        return tuple(
            Field(f"{place}", column["name"], "choice", help=_cells(column), choices=choices, default=taken.get(column["name"]))
            for place, column in enumerate(self.preview["columns"])
        )

    def answer(self, chosen: Mapping[str, str]) -> None:
        """Take which column feeds which field."""
        names = [column["name"] for column in self.preview["columns"]]
        self.mapping = {names[int(place)]: name for place, name in chosen.items()}

    def table(self) -> tuple[Sequence[Column], list[Row]]:
        """Return the first rows of the file as a table."""
        columns = self.preview["columns"]
        rows = [
            {"id": place, **{str(at): _at(column["samples"], place) for at, column in enumerate(columns)}}
            for place in range(max((len(column["samples"]) for column in columns), default=0))
        ]
        return [Column(str(at), column["name"], 130) for at, column in enumerate(columns)], rows


def _cells(column: Row) -> str:
    """Return the cells of a column, and why it is thought to be what is suggested."""
    cells = ", ".join(str(cell) for cell in column["samples"][:SAMPLES])
    suggestion = column.get("suggestion")
    return f"{cells} ({suggestion['reason']}, {suggestion['confidence']:.0%})" if suggestion else cells


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else None
