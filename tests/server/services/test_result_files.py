"""The files that jobs make: whole or not at all, apart by tenant, gone when they are old."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.errors import Bug, Missing
from server.services import result_files


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    result_files.install(tmp_path / "results")
    yield tmp_path / "results"
    result_files._folder = None


def test_without_a_folder_nothing_is_kept() -> None:
    result_files._folder = None
    with pytest.raises(Bug):
        result_files.keep("ten_a", "exp_1", [b"a"])


def test_a_result_is_read_as_it_was_written_by_nobody_else(root: Path) -> None:
    assert result_files.keep("ten_a", "exp_1", [b"one ", b"two"]) == 7
    assert b"".join(result_files.read("ten_a", "exp_1")) == b"one two"
    assert (root / "ten_a").stat().st_mode & 0o777 == 0o700
    with pytest.raises(Missing):
        result_files.read("ten_b", "exp_1")


def test_half_a_result_is_none(root: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        result_files.keep("ten_a", "exp_1", failing())
    assert list((root / "ten_a").iterdir()) == []


def test_old_results_are_pruned(root: Path) -> None:
    for tenant in ("ten_a", "ten_b"):
        result_files.keep(tenant, "exp_1", [b"x"])
        result_files.keep(tenant, "exp_2", [b"x"])
    os.utime(root / "ten_a" / "exp_1", (1_000, 1_000))
    assert result_files.prune(2_000_000) == 1
    assert sorted(path.name for path in root.glob("*/*")) == ["exp_1", "exp_2", "exp_2"]
