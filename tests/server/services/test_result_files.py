"""The files that jobs make: whole or not at all, apart by tenant, gone when they are old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.errors import Missing
from server.services import job_folders, result_files


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    job_folders.install(tmp_path)
    yield tmp_path / "results"
    job_folders._files = None


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
