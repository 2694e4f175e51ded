"""A steady stream of events through whole processes: all of it is delivered, and at length as fast as promised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import sustained
from tests.bench.rig import DATABASE_URL, new_rig

BRIEF_SECONDS = 3.0
BRIEF_RATE = 40


@pytest.mark.alone
@pytest.mark.timeout(1200)
@pytest.mark.criterion("webhooks-6")
def test_a_steady_stream_is_delivered_as_it_comes(
    tmp_path: Path, database_kind: str, database_url: str, thorough: bool, figure: Callable[[str], None]
) -> None:
    settings = {} if database_kind == "sqlite" else {DATABASE_URL: database_url}
    goal = sustained.SQLITE if database_kind == "sqlite" else sustained.POSTGRESQL
    rate, seconds = (goal[0], sustained.LONG_SECONDS) if thorough else (BRIEF_RATE, BRIEF_SECONDS)
    found = sustained.deliver(new_rig(tmp_path / "data", **settings), rate, seconds)
    said, held = sustained.delivered_line(database_kind, found, goal, seconds)
    figure(said)
    assert found.owed == 0
    assert found.made >= rate * seconds * 0.9
    assert held or not thorough


@pytest.mark.alone
@pytest.mark.timeout(1200)
@pytest.mark.criterion("webhooks-6")
def test_a_thousand_events_a_second_are_taken_in_with_their_deliveries(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    rate, seconds = (sustained.TAKEN_IN_A_SECOND, sustained.LONG_SECONDS) if thorough else (4 * BRIEF_RATE, BRIEF_SECONDS)
    found = sustained.take_in(new_rig(tmp_path / "data"), rate, seconds)
    said, held = sustained.taken_in_line(found, seconds)
    figure(said)
    assert found.owed == found.made >= rate * seconds * 0.9
    assert held or not thorough
