"""The README keeps its word: every path in its where-do-I-change-what table exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house import source

TOP = {*source.PACKAGES, "packaging", "resources", "tests"}


def test_every_path_in_the_tables_exists() -> None:
    rows = [line for line in (source.ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    named = [name for row in rows for name in re.findall(r"`([\w./*<>-]+)`", row) if Path(name).parts[0] in TOP]
    assert len(named) >= 10
    assert [name for name in named if not any(source.ROOT.glob(re.sub(r"<\w+>", "*", name.rstrip("/"))))] == []
