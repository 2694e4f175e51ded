"""JSON lines: every document as the API shows it, one on each line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from server.services.exporting.columns import Table


def write(table: Table, batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the file, a piece for each batch."""
    for batch in batches:
        if batch:
            yield b"".join(orjson.dumps(table.whole(document), default=_number, option=orjson.OPT_APPEND_NEWLINE) for document in batch)


def _number(value: object) -> orjson.Fragment:
    """Write an exact number digit by digit."""
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(f"{type(value).__name__} does not occur in a document")
