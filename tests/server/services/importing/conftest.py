"""A folder for the files of imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.services import import_files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """Have the files of imports kept in a folder of the test, and return it."""
    import_files.install(tmp_path / "imports")
    return tmp_path / "imports"
