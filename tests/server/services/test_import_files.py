"""The files of imports lie apart by tenant, and go when nobody needs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.services import import_files, job_folders


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    job_folders.install(tmp_path)
    yield tmp_path / "imports"
    job_folders._files = None


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
