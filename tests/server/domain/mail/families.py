"""Real mail by family of its writer, and what is judged of it by the rules of the other families alone.

A phrase belongs to a family if, of all the mail, it stands in that family's alone. Judged without it, a family is as good as unseen, and
rather worse: phrases that are everybody's, of which the mail at hand shows one use, are switched off as well. So this is a lower bound.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.domain.mail import languages, marks, phrases, replies
from server.domain.mail.judging import Outcome, judge
from server.domain.mail.mbox import messages_in

CORPORA = Path(os.environ.get("JUNCTION_TEST_DATA", "/nonexistent")) / "corpora"
real_mail = pytest.mark.skipif(not CORPORA.is_dir(), reason="JUNCTION_TEST_DATA names no folder with real mail")
_REASONS = (*marks.MARKS, *phrases.PHRASES, *languages.LOCALIZED)
_UNKNOWN = (*phrases.UNKNOWN_RECIPIENT, *languages.UNKNOWN_ABROAD)


@dataclass(frozen=True)
class Score:
    """How a set of verdicts was met."""

    recipients: int
    agreed: float
    false_hard: float
    reasons: float

    def __str__(self) -> str:
        """Say it in one line."""
        shares = f"hard/not-hard {self.agreed:.1%}, false hard {self.false_hard:.1%}, reason {self.reasons:.1%}"
        return f"{shares} of {self.recipients} recipients"


def expected() -> dict[str, list[dict[str, Any]]]:
    """Return the verdicts of each file."""
    return {name: one["recipients"] for name, one in json.loads((CORPORA / "bounces/expected.json").read_text()).items()}


def family(name: str) -> str:
    """Return whose mail a file holds: `lhost-exim-03.eml` is of lhost-exim."""
    return name.rpartition("-")[0]


def judged(names: list[str]) -> list[tuple[dict[str, Any], Outcome | None]]:
    """Return each verdict beside what we say."""
    verdicts, pairs = expected(), []
    for name in names:
        found = [one for raw in messages_in((CORPORA / "bounces" / name).read_bytes()) for one in judge(raw).recipients]
        pairs += [(one, found[place] if place < len(found) else None) for place, one in enumerate(verdicts[name])]
    return pairs


def score(pairs: list[tuple[dict[str, Any], Outcome | None]]) -> Score:
    """Return how often we agree."""
    soft = [found for one, found in pairs if not one["hardbounce"]]
    return Score(
        len(pairs),
        sum(bool(found and found.hard) == one["hardbounce"] for one, found in pairs) / len(pairs),
        sum(bool(found and found.hard) for found in soft) / len(soft),
        sum(found is not None and found.reason == one["reason"] for one, found in pairs) / len(pairs),
    )


def owned(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return the phrases of each family."""
    texts: dict[str, set[str]] = defaultdict(set)
    plain = replies.plain
    with monkeypatch.context() as patch:
        for name in expected():
            seen = texts[family(name)]
            patch.setattr(replies, "plain", lambda text, seen=seen: seen.add(plain(text)) or plain(text))
            replies._classified.cache_clear()
            judge((CORPORA / "bounces" / name).read_bytes())
    found: dict[str, set[str]] = defaultdict(set)
    for phrase in {*_UNKNOWN, *(one for _, some in _REASONS for one in some)}:
        pattern = re.compile(phrase)
        where = [one for one, said in texts.items() if any(pattern.search(text) for text in said)]
        if len(where) == 1:
            found[where[0]].add(phrase)
    return found


@contextmanager
def without(dropped: set[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Judge without these phrases."""
    kept = [(reason, "|".join(one for one in some if one not in dropped)) for reason, some in _REASONS]
    with monkeypatch.context() as patch:
        patch.setattr(replies, "_phrases", lambda: [(reason, re.compile(some)) for reason, some in kept if some])
        patch.setattr(replies, "UNKNOWN_RECIPIENT", tuple(one for one in _UNKNOWN if one not in dropped))
        patch.setattr(replies, "UNKNOWN_ABROAD", ())
        replies._classified.cache_clear()
        yield
    replies._classified.cache_clear()
