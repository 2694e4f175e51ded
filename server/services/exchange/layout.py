"""How a file is laid out, and how surely that was found: a finding is never without its confidence and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["csv", "xlsx", "jsonl", "xml"]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a reader must know; every member may be given by the caller instead of being detected."""

    format: Format
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    skip_lines: int = 0  # lines before the table, such as the `sep=;` of a spreadsheet
    fill_short_rows: bool = False  # a row with too few cells is filled with blanks rather than refused
    sheet: str | None = None
    record_path: str | None = None  # in XML, the elements that make rows: `contacts/contact`


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out about a file; `confidence` goes from 0 to 1."""

    what: str
    value: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Detected:
    """The layout to read with, and the findings it rests on, for the user to confirm or overrule."""

    layout: Layout
    findings: tuple[Finding, ...]

    @property
    def confidence(self) -> float:
        """Return how sure the least sure finding is."""
        return min((finding.confidence for finding in self.findings), default=1.0)
