"""Whether the first record of a table names its columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from server.services.exchange.layout import Finding
from server.services.exchange.looks import look_of, names_a_field

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN: Final = frozenset({"text", "blank"})
# What exports call the parts of fields; to a plain eye these are domains.
PART: Final = re.compile(r"(?:custom|content|external_ids)\.[\w.-]+|[a-z_]+\.(?:amount|currency|line1|line2|city|region|postal_code|country)")


def detect_header(records: Sequence[Sequence[str]]) -> Finding:
    """Judge the first record by its names, and by how it differs from those below it."""
    first = [cell.strip() for cell in records[0]]
    known = sum(map(names_a_field, first))
    unlike = [cell for cell in first if look_of(cell) not in PLAIN and not PART.fullmatch(cell)]
    if unlike:
        return _found("no", 0.9, f"the first row holds values such as {unlike[0][:60]!r}")
    if known >= max(1, len(first) // 3):
        return _found("yes", 1.0, f"{known} of {len(first)} cells of the first row are names of fields")
    if any(_column_contrasts(records, position) for position in range(len(first))):
        return _found("yes", 0.9, "the first row is plain text, and a column below it is not")
    if len(records) > 1 and len(set(first)) < len(first) - first.count(""):
        return _found("no", 0.5, "the first row repeats a value")
    return _found("yes", 0.5, "the first row is plain text, as is everything below it")


def _found(value: str, confidence: float, reason: str) -> Finding:
    return Finding("header", value, confidence, reason)


def _column_contrasts(records: Sequence[Sequence[str]], position: int) -> bool:
    """Tell whether the cells below the first are mostly numbers, dates, addresses or the like."""
    below = [record[position] for record in records[1:50] if position < len(record) and record[position].strip()]
    return bool(below) and sum(look_of(cell) not in PLAIN for cell in below) > len(below) / 2
