"""What to do about each of the 206 refusals of the SMTP field manual, read out of the manual's own explanation by us.

A letter for each refusal in the manual's order: A address, R reputation, U authentication, S rate, C content, T temporary; several where
the manual leaves it open. The refusals themselves stay where they are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LETTERS = {"address": "A", "reputation": "R", "auth": "U", "rate": "S", "content": "C", "temporary": "T"}
VERDICTS = {
    421: "R C SR U T S RS T T TS S S T T T T T",
    422: "T",
    450: "S S S S U TC AT RC T T",
    451: "T T T T T T R R T T C U T A T TS T T T",
    452: "A T T C T S A S",
    501: "A TC TC A U",
    540: "A AR",
    550: (
        "A A S R CR U C U A CR U RC A A U A A R R AC A C A AC A A A R U A C A A C A CR A C C AC AS A C S CR U A U U C A R U TC A R C CR CR A R U "
        "RC UC RC RC U A A A A U U U U A U U R R A R R R A A RCA UC RC A RC U"
    ),
    551: "R T A AT AT T",
    552: "A C C C C A A A A A A A",
    553: "A U R R C U",
    554: "S S A A T C C C C A C U CR C C C A R CR C U CR A AU RCA C C A",
}


class Refusal(NamedTuple):
    """One refusal, and the letters of what to do about it."""

    code: int
    enhanced: str | None
    text: str
    classes: str


def folder() -> Path:
    """Return where the manual lies, if it is at hand."""
    return Path(os.environ.get("JUNCTION_TEST_DATA", "/nonexistent"), "corpora", "smtp-replies", "data", "codes")


def refusals() -> Iterator[Refusal]:
    """Yield every refusal with its verdict."""
    for path in sorted(folder().glob("*.json")):
        page = json.loads(path.read_bytes())
        found = [one for kind in ("providers", "spamFilters") for source in page.get(kind) or () for one in source["responses"]]
        for one, classes in zip(found, VERDICTS[page["reply"]].split(), strict=True):
            text = one["response"] if isinstance(one["response"], str) else " ".join(one["response"])
            yield Refusal(page["reply"], one.get("status"), text, classes)
