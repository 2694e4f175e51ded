"""The figures of other processes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from server.system import snapshots
from tests.pace import until


def write(folder: Path, name: str, text: str, age: float = 0) -> None:
    path = folder / f"{name}.figures.json"
    path.write_text(text)
    os.utime(path, (time.time() - age,) * 2)


def test_fresh_figures_of_others_are_read_and_nothing_else(tmp_path: Path) -> None:
    other: Any = {"junction_deliveries": [[["delivered"], [3.0]]]}
    write(tmp_path, "1", json.dumps(other))
    write(tmp_path, "2", json.dumps(other), age=60)
    write(tmp_path, "3", "{broken")
    write(tmp_path, str(os.getpid()), json.dumps(other))
    assert snapshots.others(tmp_path) == [other]


def test_a_process_shares_its_figures_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / f"{os.getpid()}.figures.json"
    with snapshots.shared(tmp_path):
        until(path.exists)
        assert "junction_deliveries" in json.loads(path.read_text())
    assert list(tmp_path.iterdir()) == []


def test_what_killed_processes_left_is_removed_by_the_next(tmp_path: Path) -> None:
    write(tmp_path, "1", "{}", age=60)
    write(tmp_path, "2", "{}")
    (tmp_path / "3.figures.draft").touch()
    os.utime(tmp_path / "3.figures.draft", (0, 0))
    with snapshots.shared(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["2.figures.json"]


def test_a_folder_that_cannot_be_written_takes_only_the_figures_away(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    with snapshots.shared(missing):
        assert snapshots.others(missing) == []
    assert not missing.exists()
