"""Folders for the files of jobs: private, and what is old goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.errors import Bug
from server.services import import_files, job_folders, result_files


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    job_folders.install(tmp_path)
    yield tmp_path
    job_folders._files = None


def test_without_a_folder_nothing_is_kept() -> None:
    job_folders._files = None
    with pytest.raises(Bug):
        job_folders.folder("imports", "ten_a")


def test_nobody_else_may_read_a_folder(root: Path) -> None:
    assert job_folders.folder("results", "ten_a") == root / "results" / "ten_a"
    assert (root / "results" / "ten_a").stat().st_mode & 0o777 == 0o700


def test_old_files_are_pruned_uploads_of_killed_processes_too(root: Path) -> None:
    for tenant in ("ten_a", "ten_b"):
        result_files.keep(tenant, "exp_1", [b"x"])
    old = [import_files.arriving() / "tmp", import_files.source("ten_a", "imp_1"), root / "results" / "ten_a" / "exp_1"]
    for path in old:
        path.touch()
        os.utime(path, (1_000, 1_000))
    fresh = import_files.refused("ten_a", "imp_2")
    fresh.touch()
    assert job_folders.prune(2_000_000) == 3
    assert not any(path.exists() for path in old)
    assert fresh.exists()
    assert (root / "results" / "ten_b" / "exp_1").exists()
