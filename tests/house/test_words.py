"""The project speaks of itself alone: no place it was written at, no host it was fetched from, no hand that typed it."""

from __future__ import annotations

import re

import pytest

from tests.house import source

# Each pattern is written so that it does not match itself.
PATTERNS = {
    "a folder of somebody's machine": r"(?<![\w.-])/(?:ho[m]e|ro[o]t|Use[r]s|wo[r]k)/\w",
    "a package index": r"(?:file[s]\.pythonhosted|[t]est\.pypi|pyp[i])\.org|extra-inde[x]-url|--inde[x]-url",
    "a writing aid": r"\b(?:cla[u]de|anth[r]opic|chat[g]pt|copi[l]ot|sub-?ag[e]nts?|work[t]rees?)\b",
    "an unfinished place": r"\b(?:TO[D]O|FIX[M]E)\b",
}
BINARY = {".png", ".ico", ".icns", ".woff2", ".ttf", ".gif", ".jpg", ".zip", ".xlsx", ".pdf", ".db"}


@pytest.mark.parametrize("kind", PATTERNS)
def test_no_file_names(kind: str) -> None:
    pattern = re.compile(PATTERNS[kind], re.IGNORECASE if kind == "a writing aid" else 0)
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in source.files()
        if path.suffix not in BINARY
        for number, line in enumerate((source.ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []
