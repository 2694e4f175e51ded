"""A large table comes in, and the worker that reads it hardly grows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import imports
from tests.bench.rig import new_rig

BRIEF_ROWS = 3_000


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.criterion("api-22")
def test_an_import_keeps_memory_under_a_hundred_megabytes(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    measured = imports.measure(new_rig(tmp_path / "data"), imports.ROWS if thorough else BRIEF_ROWS)
    figure(f"{measured['rps']:.0f} rows/s, memory +{measured['rss_growth_mb']:.0f} MB")
    assert measured["rss_growth_mb"] < imports.MOST_MEGABYTES
    assert measured["seconds"] < imports.MOST_SECONDS or not thorough
