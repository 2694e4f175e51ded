"""A folder for the files of imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.services import job_folders


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """Have the files of imports kept in a folder of the test, and return it."""
    job_folders.install(tmp_path)
    return tmp_path / "imports"
