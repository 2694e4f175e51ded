"""A long backlog for a receiver that is away: the worker walks it without taking it into memory."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.bench.imports import memory
from tests.bench.rig import Rig, new_rig
from tests.pace import until

BRIEF_ROWS = 30_000
LONG_ROWS = 1_000_000
MOST_MEGABYTES = 250.0


@pytest.mark.timeout(600)
@pytest.mark.criterion("webhooks-10")
def test_a_long_backlog_fits_into_the_memory_of_the_worker(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    rig, count = new_rig(tmp_path / "data"), LONG_ROWS if thorough else BRIEF_ROWS
    with rig.api() as port:
        rig.call(port, "POST", "/api/v1/webhooks", {"name": "away", "url": "http://127.0.0.1:9/", "events": ["contact.*"]})
        rig.call(port, "POST", "/api/v1/contacts", {"first_name": "Ada"})
    multiply(rig, count)
    with rig.worker() as worker:
        until(lambda: rig.rows("SELECT 1 FROM attempts LIMIT 1"), 30), "the backlog is worked on"
        time.sleep(3)
        most = memory(worker, "VmHWM")
    assert rig.rows("SELECT COUNT(*) FROM deliveries WHERE state = 'pending'") == [(count + 1,)]
    figure(f"{count} waiting rows, {most:.0f} MB at most")
    assert most < MOST_MEGABYTES


def multiply(rig: Rig, count: int) -> None:
    """Make many events of the newest one, each owed to its webhook and due."""
    with closing(sqlite3.connect(rig.database)) as file, file:
        for table, changed in (("events", {"id": "'evt_' || i"}), ("deliveries", {"id": "'dlv_' || i", "event_id": "'evt_' || i"})):
            names = [row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[1] != "position"]
            values = ", ".join(changed.get(name, name) for name in names)
            file.execute(
                f"INSERT INTO {table} ({', '.join(names)}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"  # noqa: S608 - names
                f" SELECT {values} FROM n, (SELECT * FROM {table} WHERE {'type' if table == 'events' else 'event_type'} = 'contact.created')",
                (count,),
            )
