"""The formats that a table can be written in."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from server.services.exporting.columns import Table


TableFormat = Literal["csv", "xlsx", "jsonl", "xml", "pdf"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format; `module` holds its `write` and is imported when it is first used."""

    media_type: str
    module: str

    def write(self, table: Table, batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
        """Yield a file in pieces, none of them empty."""
        found: Iterator[bytes] = import_module(f"server.services.exporting.{self.module}").write(table, batches)
        return found


FORMATS: Final[dict[str, Format]] = {
    "csv": Format("text/csv; charset=utf-8", "csv_file"),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "workbook_file"),
    "jsonl": Format("application/x-ndjson", "jsonl_file"),
    "xml": Format("application/xml", "xml_file"),
    "pdf": Format("application/pdf", "pdf_file"),
}
NAMES: Final[tuple[str, ...]] = get_args(TableFormat)
MEDIA_TYPES: Final = tuple(one.media_type.partition(";")[0] for one in FORMATS.values())
