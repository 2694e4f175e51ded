"""What is new in the console, as it ships with it: dated, the newest first; what somebody has not seen yet is told by the day."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from app.system.folders import RESOURCES

FILE: Final = RESOURCES / "news.toml"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new, in English."""

    day: date
    title: str
    about: str


def read(file: Path = FILE) -> list[News]:
    """Return all that is told."""
    return [News(**one) for one in tomllib.loads(file.read_text(encoding="utf-8"))["news"]]


def unseen(news: Sequence[News], seen: str) -> list[News]:
    """Return what came after the day that was shown last, as it was kept: `2026-11-21`, or nothing."""
    return [one for one in news if one.day.isoformat() > seen]


def newest(news: Sequence[News]) -> str:
    """Return the day to keep once everything was shown."""
    return max((one.day.isoformat() for one in news), default="")
