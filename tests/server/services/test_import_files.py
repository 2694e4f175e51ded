"""The files of imports lie apart by tenant, and go when nobody needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.errors import Bug
from server.services import import_files


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    import_files.install(tmp_path / "imports")
    yield tmp_path / "imports"
    import_files._folder = None


def test_without_a_folder_nothing_is_kept() -> None:
    import_files._folder = None
    with pytest.raises(Bug):
        import_files.arriving()


def test_each_tenant_has_a_folder_that_nobody_else_may_read(root: Path) -> None:
    assert import_files.source("ten_a", "imp_1") == root / "ten_a" / "imp_1.source"
    assert (root / "ten_a").stat().st_mode & 0o777 == 0o700


def test_a_table_whose_import_was_refused_is_not_kept(root: Path) -> None:
    path = import_files.source("ten_a", "imp_1")
    path.touch()
    with import_files.kept("ten_a", "imp_1"):
        pass
    assert path.exists()
    with pytest.raises(RuntimeError), import_files.kept("ten_a", "imp_1"):
        raise RuntimeError
    assert not path.exists()


def test_old_files_are_pruned_uploads_of_killed_processes_too(root: Path) -> None:
    old = [import_files.arriving() / "tmp", import_files.source("ten_a", "imp_1")]
    for path in old:
        path.touch()
        os.utime(path, (1_000, 1_000))
    fresh = import_files.refused("ten_a", "imp_2")
    fresh.touch()
    assert import_files.prune(2_000_000) == 2
    assert [path for path in (*old, fresh) if path.exists()] == [fresh]
