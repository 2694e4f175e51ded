"""What a receiver reports about a domain's mail, whatever its form: who, about whom, when, and how many passed or failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `passed` and `failed` count messages for DMARC, sessions for TLS; `body` holds the rest in plain values."""

    kind: Literal["dmarc", "tls"]
    domain: str
    reporter: str
    report_id: str
    begins_ms: int
    ends_ms: int
    passed: int
    failed: int
    body: dict[str, Any]
